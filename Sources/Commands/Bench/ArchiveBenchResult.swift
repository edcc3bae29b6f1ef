internal import KubernetesObjects

/// The figures of `lifeboat bench archive` and their ratios to other tools.
struct ArchiveBenchResult {
    struct Step {
        let run: MeasuredRun
        /// How many bytes the repository grew by.
        let added: Int
    }

    let tools: [String]
    /// For each tool, its backups in their order.
    var runs: [[Step]]
    var sizes: [Int]
    var objects = 0
    var exportedBytes = 0
    /// The files that changed before each backup.
    var changed: [(files: Int, bytes: Int)] = []
    var prunedSize = 0
    /// What the types of blobs take, as `stats` tells it.
    var types: [JSONValue] = []

    init(tools: [String]) {
        self.tools = tools
        runs = tools.map { _ in [] }
        sizes = tools.map { _ in 0 }
    }

    private static func mean(_ steps: ArraySlice<Step>, _ value: (Step) -> Double) -> Double {
        steps.isEmpty ? .nan : steps.reduce(0) { $0 + value($1) } / Double(steps.count)
    }

    private func first(_ tool: Int) -> Double { Double(runs[tool].first?.added ?? 0) }
    private func increment(_ tool: Int) -> Double { Self.mean(runs[tool].dropFirst()) { Double($0.added) } }
    private func peak(_ tool: Int) -> Int { runs[tool].map(\.run.peakMemoryBytes).max() ?? 0 }

    private var ratios: [(name: String, value: Double, bar: String)] {
        tools.indices.dropFirst().flatMap { tool -> [(name: String, value: Double, bar: String)] in
            let isRestic = tools[tool] == "restic"
            return [
                ("first snapshot: size / \(tools[tool])", first(0) / first(tool), isRestic ? "≤ 0.45" : ""),
                ("1 % increment: size / \(tools[tool])", increment(0) / increment(tool), isRestic ? "≤ 0.3" : ""),
                ("all snapshots: size / \(tools[tool])", Double(sizes[0]) / Double(sizes[tool]), ""),
            ]
        }
    }

    var json: JSONValue {
        let rows = tools.indices.map { tool -> JSONValue in
            [
                "tool": .string(tools[tool]), "repositoryBytes": .int(sizes[tool]),
                "backups": .array(
                    runs[tool].map { step in
                        [
                            "seconds": .number(Figure.decimal(step.run.seconds, 3)),
                            "processorSeconds": .number(Figure.decimal(step.run.processorSeconds, 3)),
                            "peakMemoryBytes": .int(step.run.peakMemoryBytes), "bytesAdded": .int(step.added),
                        ]
                    }
                ),
            ]
        }
        return [
            "schemaVersion": "lifeboat.dr/v1", "objects": .int(objects), "exportedBytes": .int(exportedBytes),
            "prunedBytes": .int(prunedSize), "types": .array(types), "tools": .array(rows),
            "changed": .array(changed.map { ["files": .int($0.files), "bytes": .int($0.bytes)] }),
            "ratios": .array(
                ratios.map {
                    [
                        "name": .string($0.name), "value": .number(Figure.decimal($0.value, 3)),
                        "bar": .string($0.bar),
                    ]
                }
            ),
        ]
    }

    var text: String {
        var table = Table(
            "TOOL",
            "FIRST",
            "EACH 1 %",
            "ALL",
            "CPU FIRST",
            "CPU EACH",
            "TIME FIRST",
            "TIME EACH",
            "PEAK MEMORY"
        )
        for tool in tools.indices {
            let later = runs[tool].dropFirst()
            let start = runs[tool].first?.run
            table.add(
                tools[tool],
                Figure.bytes(Int(first(tool))),
                later.isEmpty ? "–" : Figure.bytes(Int(increment(tool))),
                Figure.bytes(sizes[tool]),
                Figure.decimal(start?.processorSeconds ?? .nan, 2) + " s",
                Figure.decimal(Self.mean(later) { $0.run.processorSeconds }, 2) + " s",
                Figure.decimal(start?.seconds ?? .nan, 2) + " s",
                Figure.decimal(Self.mean(later) { $0.run.seconds }, 2) + " s",
                Figure.bytes(peak(tool))
            )
        }
        var ratioTable = Table("RATIO", "VALUE", "BAR")
        for ratio in ratios { ratioTable.add(ratio.name, Figure.decimal(ratio.value, 3), ratio.bar) }
        let changes = changed.dropFirst()
        let files = changes.isEmpty ? 0 : changes.reduce(0) { $0 + $1.files } / changes.count
        let bytes = changes.isEmpty ? 0 : changes.reduce(0) { $0 + $1.bytes } / changes.count
        return """
            \(objects) objects, \(Figure.bytes(exportedBytes)) as YAML; \(runs[0].count) snapshots, before each \(files) files of \
            \(Figure.bytes(bytes)) changed. After a prune: \(Figure.bytes(prunedSize)).

            \(table.text)

            \(ratioTable.text)
            """
    }
}
