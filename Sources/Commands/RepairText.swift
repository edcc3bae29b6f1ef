internal import Archive
internal import KubernetesObjects

/// What a repair did, for people and programs.
enum RepairText {
    static func json(_ report: RepairReport) -> JSONValue {
        let packs = report.packs.map { pack -> JSONValue in
            [
                "path": .string(pack.path), "problem": .string(pack.problem), "blobsSaved": .int(pack.saved),
                "blobsLost": pack.lost.map { .int($0) } ?? .null, "removed": .bool(pack.isRemoved),
                "quarantine": pack.quarantine.map { .string($0) } ?? .null,
            ]
        }
        let problems = report.keys.problems.merging(report.unrestored) { first, _ in first }
        return [
            "schemaVersion": "lifeboat.dr/v1", "dryRun": .bool(report.isDryRun), "isComplete": .bool(report.isComplete),
            "ok": .bool(report.isWhole),
            "keysRestored": .array(report.keys.restored.map { .string($0) }),
            "copiesRestored": .array(report.keys.copied.map { .string($0) }),
            "restored": .array(report.restored.map { .string($0) }),
            "unrestored": .array(
                problems.sorted { $0.key < $1.key }
                    .map { ["path": .string($0.key), "problem": .string($0.value)] }
            ),
            "segmentsRemoved": .array(report.segments.map { .string($0) }), "packs": .array(packs),
            "parityMade": .array(report.parity.map { .string($0) }),
            "bytesRead": .int(report.bytesRead), "bytesWritten": .int(report.bytesWritten),
            "remaining": .array(report.remaining.map(CheckText.json)),
        ]
    }

    static func lines(_ report: RepairReport) -> [String] {
        guard !report.isUntouched else {
            return ["Nothing to repair: \(Figure.bytes(report.bytesRead)) read, everything is whole."]
        }
        let would = report.isDryRun ? "would be " : ""
        var lines = report.keys.restored.map { "✔ \($0) \(would)restored." }
        if !report.keys.copied.isEmpty { lines.append("✔ \(report.keys.copied.count) copies of keys \(would)made.") }
        lines += report.restored.map { "✔ \($0): its bytes \(would)restored." }
        if !report.parity.isEmpty {
            lines.append("✔ \(report.parity.count) objects of parity and copies \(would)made anew.")
        }
        lines += report.segments.map { name in
            let next = name.hasPrefix("v/") ? "`lifeboat check --read-data`" : "`lifeboat prune`"
            return "✔ \(name): \(would)deleted; the next \(next) writes it anew."
        }
        for pack in report.packs { lines += text(pack, report.isDryRun) }
        let problems = report.keys.problems.merging(report.unrestored) { first, _ in first }
        for (path, problem) in problems.sorted(by: { $0.key < $1.key }) {
            lines.append("✘ \(path) stays as it is: \(problem)")
            if let next = CheckText.next(path) { lines.append("    next: \(next)") }
        }
        if !report.isComplete { lines.append("What else is damaged can be told when that is done.") }
        if report.isComplete { lines += remaining(report) }
        return lines
    }

    /// What a check finds now; a repair mends of it what is named above.
    private static func remainingNow(_ report: RepairReport) -> [String] {
        guard !report.remaining.isEmpty else { return ["Nothing was changed: run `lifeboat repair`."] }
        let lost = report.packs.contains { $0.lost != 0 } || !report.unrestored.isEmpty
        return ["A check finds now:"] + CheckText.lines(report.remaining) + [
            "Nothing was changed. Next: `lifeboat repair` mends what it says above\(lost ? " and keeps damaged bytes in quarantine" : ""); what is damaged here and not named there is lost."
        ]
    }

    private static func text(_ pack: RepairReport.Pack, _ isDryRun: Bool) -> [String] {
        let would = isDryRun ? "would be " : ""
        let what =
            switch pack.lost {
            case 0: "all \(pack.saved) blobs \(would)saved"
            case let lost?: "\(pack.saved) blobs \(would)saved, \(lost) are lost"
            case nil: "nobody can tell what it held"
            }
        var lines = ["\(pack.lost == 0 ? "✔" : "✘") \(pack.path): \(pack.problem); \(what)."]
        if let place = pack.quarantine { lines.append("    its bytes \(would)kept in \(place)") }
        return lines
    }

    private static func remaining(_ report: RepairReport) -> [String] {
        guard !report.isDryRun else { return remainingNow(report) }
        guard !report.remaining.isEmpty else { return ["Everything that is left is whole."] }
        var lines = ["Lost for good:"]
        lines += CheckText.lines(report.remaining)
        lines.append(
            "Next: run `lifeboat backup`, or `lifeboat files backup` for files: it stores again what is still there. Then `lifeboat check`."
        )
        let snapshots = Set(report.remaining.flatMap(\.snapshots)).sorted().map { String($0.prefix(12)) }
        if !snapshots.isEmpty {
            lines.append(
                "A snapshot that stays hurt can be restored but for what is named here; `lifeboat forget --damaged \(snapshots.joined(separator: " "))` gives it up."
            )
        }
        return lines
    }
}
