package import ArgumentParser
internal import Archive
internal import KubernetesObjects
internal import Policies

/// `lifeboat prune`: gives back the space of what no snapshot needs.
package struct PruneCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Give back the space that no snapshot needs.",
        discussion: """
            It takes no lock: backups and restores go on meanwhile. What is not needed is condemned first, and deleted by a later prune, when \
            --grace has passed, so that a restore of a snapshot that was just forgotten ends well; with --grace 0s it is deleted at once. Packs \
            that hold little of use, and small ones, are put together. What a killed backup left goes after a day. Needs a maintainer's identity \
            or the passphrase, and no key that reads.
            """
    )

    @OptionGroup package var rules: CollectionOptions

    @Flag(help: "Show what would be condemned and deleted, and change nothing.")
    package var dryRun = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let rules = try rules.rules()
        let report = try repository.open().collect(rules, isDryRun: dryRun)
        try output.print(CollectionText.json(report, isDryRun: dryRun)) {
            CollectionText.text(report, isDryRun: dryRun).joined(separator: "\n")
        }
        guard report.isSound else { throw StatusOnly(.incomplete) }
    }
}

/// How a collection decides, for the verbs that run one.
package struct CollectionOptions: ParsableArguments {
    @Option(help: "How long condemned packs stay, such as 36h; the standard is 24h.")
    package var grace: String?

    @Option(help: "Rewrite a pack when more than this share of its blobs is unused, in percent; the standard is 40.")
    package var maxUnused: Int?

    package init() {}

    var isEmpty: Bool { grace == nil && maxUnused == nil }

    /// - Throws: `usage`.
    func rules() throws -> CollectionRules {
        var rules = CollectionRules()
        if let grace {
            guard let seconds = DurationText.parse(grace) else {
                throw LifeboatError(.usage, "“\(grace)” is no duration", remedy: "write it as 24h, 30m or 0s")
            }
            rules.graceSeconds = seconds
        }
        if let maxUnused {
            guard (0...100).contains(maxUnused) else {
                throw LifeboatError(.usage, "--max-unused is a share from 0 to 100 percent, not \(maxUnused)")
            }
            rules.unusedPercent = maxUnused
        }
        return rules
    }
}

/// What a collection did, for people and programs.
enum CollectionText {
    static func fields(_ report: CollectionReport) -> [(String, JSONValue)] {
        [
            ("bytesFreed", .int(report.bytesFreed)), ("bytesFreeableLater", .int(report.bytesFreeableLater)),
            ("freeableAt", report.freeableAt.map { .string("\($0)") } ?? .null),
            ("bytesUnreferenced", .int(report.bytesUnreferenced)), ("bytesWritten", .int(report.bytesWritten)),
            ("packsDeleted", .int(report.packsDeleted)), ("packsCondemned", .int(report.packsCondemned)),
            ("packsRewritten", .int(report.packsRewritten)), ("manifestsDeleted", .int(report.manifestsDeleted)),
            ("locksExtended", .int(report.locksExtended)), ("lockDays", report.lockDays.map { .int($0) } ?? .null),
            ("conditionalWritesMissing", .bool(report.mayLoseRaces)), ("overtaken", .bool(report.isOvertaken)),
            ("blobsMissing", .int(report.blobsMissing)),
            (
                "unreadable",
                .array(
                    report.unreadable.sorted { $0.key < $1.key }
                        .map { ["path": .string($0.key), "problem": .string($0.value)] }
                )
            ),
        ]
    }

    static func json(_ report: CollectionReport, isDryRun: Bool) -> JSONValue {
        var json: JSONValue = ["schemaVersion": "lifeboat.dr/v1", "dryRun": .bool(isDryRun)]
        json["snapshots"] = .int(report.snapshots)
        for (key, value) in fields(report) { json[key] = value }
        return json
    }

    static func text(_ report: CollectionReport, isDryRun: Bool) -> [String] {
        var lines: [String] = []
        let would = isDryRun ? "would be " : ""
        if report.packsRewritten > 0 {
            let size = isDryRun ? "" : " (\(Figure.bytes(report.bytesWritten)) written)"
            lines.append("\(report.packsRewritten) packs \(would)put together\(size).")
        }
        if report.packsDeleted + report.manifestsDeleted > 0 {
            lines.append(
                "\(Figure.bytes(report.bytesFreed)) \(would)freed: \(report.packsDeleted) packs and \(report.manifestsDeleted) manifests \(would)deleted."
            )
        }
        if report.packsDeleted > 0, let days = report.lockDays {
            lines.append(
                "The bucket keeps them as old versions for up to \(days) days; a lifecycle rule that expires old versions removes them then."
            )
        }
        if report.locksExtended > 0 {
            lines.append("\(report.locksExtended) objects that are needed were locked anew.")
        }
        if report.packsCondemned > 0 {
            let when = report.freeableAt.map { ", from \($0) on" } ?? ""
            lines.append(
                "\(Figure.bytes(report.bytesFreeableLater)) in \(report.packsCondemned) packs \(isDryRun ? "would be" : "can be") freed by a later prune\(when)."
            )
        }
        if report.bytesUnreferenced > 0 {
            lines.append(
                "\(Figure.bytes(report.bytesUnreferenced)) belong to no snapshot and are spared for a day: a backup may be running."
            )
        }
        if report.blobsMissing > 0 {
            lines.append("✘ \(report.blobsMissing) blobs that snapshots need are missing: run `lifeboat check`.")
        }
        for (name, problem) in report.unreadable.sorted(by: { $0.key < $1.key }) {
            lines.append("✘ \(name) was left alone: \(problem)")
        }
        if report.mayLoseRaces {
            lines.append(
                "This store has no conditional writes: see that no two prunes of this repository run at once."
            )
        }
        if report.isOvertaken { lines.append("Another prune was faster, and goes on with what this one began.") }
        return lines.isEmpty ? ["Nothing to reclaim now; \(report.snapshots) snapshots are kept."] : lines
    }
}
