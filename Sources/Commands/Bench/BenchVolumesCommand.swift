internal import Archive
package import ArgumentParser
internal import FoundationEssentials
internal import KubernetesObjects

/// `lifeboat bench volumes`: data as volumes have it, beside tools for files.
package struct BenchVolumesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "volumes",
        abstract: "Back up made-up data as volumes have it with `files backup`, beside restic and borg.",
        discussion: """
            A tree of sources, a file of a database and random bytes, each backed up, changed in part, and backed up again. Rates are bytes of the \
            first backup for each second of processor time; those of the machine are its zstd, SHA-256 and AES-GCM one after the other. Each tool \
            runs as it does unattended: lifeboat with a writer's identity, the others with the passphrase.
            """
    )

    @Option(help: "How large each kind of data is.")
    package var megabytes = 200

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard megabytes >= 1 else { throw ValidationError("--megabytes is at least 1.") }
        var rows: [VolumeBenchRow] = []
        for data in VolumeData.allCases {
            output.note("\(data.rawValue): \(megabytes) MB")
            rows += try await measure(data)
        }
        let ratios = VolumeBenchRow.ratios(rows)
        let document: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1", "rows": .array(rows.map(\.json)),
            "ratios": .array(
                ratios.map {
                    ["name": .string($0.name), "value": .number(Figure.decimal($0.value, 3)), "bar": .string($0.bar)]
                }
            ),
        ]
        try output.print(document) { VolumeBenchRow.text(rows, ratios) }
    }

    private func measure(_ data: VolumeData) async throws -> [VolumeBenchRow] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try Environment.write(Array("benchmark\n".utf8), to: "\(folder.path)/password", isPrivate: true)
        let source = "\(folder.path)/data"
        try data.write(to: source, megabytes: megabytes, isChanged: false)
        let size = try FileSizes.total(source)
        let tools = [
            BackupTool.lifeboat(folder.path, [:], backup: ["files", "backup", source, "--output", "json"]),
            BackupTool.restic(folder.path, source), BackupTool.borg(folder.path, source),
        ].filter(\.isInstalled)
        var rows: [VolumeBenchRow] = []
        for tool in tools {
            try await tool.create()
            let before = try tool.size()
            let first = try await tool.backUp()
            rows.append(
                VolumeBenchRow(data: data, tool: tool.name, size: size, first: first, stored: try tool.size() - before)
            )
        }
        try data.write(to: source, megabytes: megabytes, isChanged: true)
        for (number, tool) in tools.enumerated() {
            let before = try tool.size()
            rows[number].second = try await tool.backUp()
            rows[number].added = try tool.size() - before
        }
        _ = try await MeasuredProcess.run([tools[0].backup[0], "check", "--read-data"], tools[0].variables)
        rows[0].machine = try machine(data, source)
        return rows
    }

    private func machine(_ data: VolumeData, _ source: String) throws -> Double {
        var bytes: [UInt8] = []
        for path in try FileSizes.files(source) where bytes.count < 64 << 20 {
            bytes += FileManager.default.contents(atPath: path)?.prefix(64 << 20) ?? Data()
        }
        return try MachineSpeeds(bytes, seconds: SystemClock.processorSeconds).combined
    }

}

/// One tool on one kind of data.
struct VolumeBenchRow {
    let data: VolumeData
    let tool: String
    let size: Int
    let first: MeasuredRun
    let stored: Int
    var second: MeasuredRun?
    var added = 0
    /// Bytes a second of processor time that this machine could do; known for the first tool.
    var machine: Double?

    /// Bytes of the first backup a second of processor time.
    var rate: Double { Double(size) / first.processorSeconds }

    var json: JSONValue {
        var document: JSONValue = [
            "data": .string(data.rawValue), "tool": .string(tool), "bytes": .int(size), "storedBytes": .int(stored),
            "addedBytes": .int(added),
            "peakMemoryBytes": .int(max(first.peakMemoryBytes, second?.peakMemoryBytes ?? 0)),
        ]
        for (name, run) in [("first", first), ("second", second)] {
            guard let run else { continue }
            document[name, "seconds"] = .number(Figure.decimal(run.seconds, 3))
            document[name, "processorSeconds"] = .number(Figure.decimal(run.processorSeconds, 3))
        }
        return document
    }

    static func ratios(_ rows: [VolumeBenchRow]) -> [(name: String, value: Double, bar: String)] {
        var ratios: [(name: String, value: Double, bar: String)] = []
        for own in rows where own.tool == "lifeboat" {
            for other in rows where other.data == own.data && other.tool != own.tool {
                let bar = other.tool == "restic" ? "≥ 2" : "> 1"
                ratios.append(("\(own.data): rate / \(other.tool)", own.rate / other.rate, bar))
                ratios.append(("\(own.data): stored / \(other.tool)", Double(own.stored) / Double(other.stored), ""))
                ratios.append(
                    ("\(own.data): added by the change / \(other.tool)", Double(own.added) / Double(other.added), "")
                )
            }
            if let machine = own.machine { ratios.append(("\(own.data): rate / machine", own.rate / machine, "≥ 0.6")) }
        }
        return ratios
    }

    static func text(_ rows: [VolumeBenchRow], _ ratios: [(name: String, value: Double, bar: String)]) -> String {
        var table = Table(
            "DATA",
            "TOOL",
            "SIZE",
            "STORED",
            "ADDED",
            "CPU FIRST",
            "CPU SECOND",
            "TIME FIRST",
            "RATE/CPU",
            "PEAK MEMORY"
        )
        for row in rows {
            table.add(
                row.data.rawValue,
                row.tool,
                Figure.bytes(row.size),
                Figure.bytes(row.stored),
                Figure.bytes(row.added),
                Figure.decimal(row.first.processorSeconds, 2) + " s",
                Figure.decimal(row.second?.processorSeconds ?? .nan, 2) + " s",
                Figure.decimal(row.first.seconds, 2) + " s",
                Figure.bytes(Int(row.rate)) + "/s",
                Figure.bytes(max(row.first.peakMemoryBytes, row.second?.peakMemoryBytes ?? 0))
            )
        }
        var ratioTable = Table("RATIO", "VALUE", "BAR")
        for ratio in ratios { ratioTable.add(ratio.name, Figure.decimal(ratio.value, 3), ratio.bar) }
        return table.text + "\n\n" + ratioTable.text
    }
}
