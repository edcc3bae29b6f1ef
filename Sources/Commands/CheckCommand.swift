package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat check`: integrity at three levels.
package struct CheckCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the integrity of a repository.",
        discussion: """
            Without options: every manifest's signature and chain, every pack's structure, and that each object of each snapshot is in a pack. \
            --read-packs also reads the packs and compares them with their names. --read-data also decrypts and decompresses every object, and writes down \
            which snapshots it proved to be good: `snapshots` shows when, and `forget` never lets the last one go.
            """
    )

    @Flag(help: "Read every pack and compare its SHA-256 with its name; needs no key that reads.")
    package var readPacks = false

    @Flag(help: "Read, decrypt and decompress every object.")
    package var readData = false

    @Option(
        help:
            "Read only part N of M of the packs, such as 2/7; with today/7 the part of the day, so that a check each day has read every pack in a week."
    )
    package var subset: String?

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let level: CheckLevel = readData ? .data : readPacks || subset != nil ? .storage : .structure
        let part = try parsedSubset()
        let report = try opened.check(level, subset: part)
        recordProof(report, opened)
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "ok": .bool(report.ok), "snapshots": .int(report.snapshots),
            "blobs": .int(report.blobs),
            "bytesRead": .int(report.bytesRead), "level": .string(Self.name(level)),
            "subset": part.map { .string("\($0.part)/\($0.of)") } ?? .null,
            "problems": .array(report.problems.map(CheckText.json)),
            "notices": .array(report.notices.map(CheckText.json)), "packsWithoutParity": .int(report.unprotected),
        ]) {
            var lines = CheckText.lines(report.problems)
            lines += report.notices.map { "! \($0.path): \($0.problem)" }
            if !report.notices.isEmpty {
                lines.append(
                    "Nothing is lost as long as the other one of two copies is whole: `lifeboat repair` renews what it can."
                )
            }
            if report.unprotected > 0 {
                lines.append(
                    "\(report.unprotected) packs and manifests have no parity or copy yet: `lifeboat repair` makes it."
                )
            }
            let what = "\(report.snapshots) snapshots, \(report.blobs) blobs, \(Figure.bytes(report.bytesRead)) read"
            let found = "\(report.problems.count) problem\(report.problems.count == 1 ? "" : "s") found"
            lines.append("\(report.ok ? "No problem found" : found): \(what); \(Self.extent(level, part)).")
            if !report.ok {
                lines.append("Next: `lifeboat repair --dry-run` shows what can be brought back.")
            }
            return lines.joined(separator: "\n")
        }
        guard report.ok else { throw StatusOnly(.failed) }
    }

    private static func name(_ level: CheckLevel) -> String {
        switch level {
        case .structure: "structure"
        case .storage: "packs"
        case .data: "data"
        }
    }

    private static func extent(_ level: CheckLevel, _ part: (part: Int, of: Int)?) -> String {
        let packs = part.map { "part \($0.part) of \($0.of) of the packs" } ?? "all packs"
        return switch level {
        case .structure: "no contents were read (--read-packs, --read-data)"
        case .storage: "\(packs) compared with their names"
        case .data: "the contents of \(packs) opened"
        }
    }

    /// Writes down which snapshots are good, so that a retention keeps the last one that is.
    private func recordProof(_ report: CheckReport, _ opened: Repository) {
        do throws(LifeboatError) { try opened.recordVerification(of: report.proved, .check) } catch {
            output.note("it could not be written down which snapshots are good: \(error.message)")
        }
    }

    private func parsedSubset() throws -> (part: Int, of: Int)? {
        guard let subset else { return nil }
        let day = SystemClock.now().secondsSince1970 / 86_400
        guard let (first, second) = subset.splitOnce("/"), let count = Int(second), count >= 1,
            let part = first == "today" ? Int(day % Int64(count)) + 1 : Int(first), part >= 1, part <= count
        else {
            throw LifeboatError(
                .usage,
                "“\(subset)” is not a part of the packs",
                remedy: "write it as N/M, for example 2/7 or today/7"
            )
        }
        return (part, count)
    }
}
