internal import KubernetesObjects

/// The figures of `lifeboat bench cluster` and their ratios to the bare client. What was measured several times counts by its median.
struct ClusterBenchResult {
    let objects: Int
    var barePost = 0.0
    var barePostAgain = 0.0
    var bareFetch: [Double] = []
    var bareMetadataFetch: [Double] = []
    var firstBackup: [JSONValue] = []
    var unchangedBackup: [JSONValue] = []
    var cachedBackup: [JSONValue] = []
    var changedBackup: [JSONValue] = []
    var cachedChangedBackup: [JSONValue] = []
    var restore: JSONValue = [:]
    var secondRestore: JSONValue = [:]

    init(objects: Int) { self.objects = objects }

    /// A restore counts with its plan.
    private static func seconds(_ document: JSONValue) -> Double {
        (document["durationSeconds"]?.double ?? .nan) + (document["planSeconds"]?.double ?? 0)
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }

    private static func median(_ documents: [JSONValue], _ field: String) -> Double {
        median(documents.map { $0[field]?.double ?? .nan })
    }

    private static func seconds(_ documents: [JSONValue]) -> Double { median(documents.map(seconds)) }

    /// Own processor time per object of the first backup, in microseconds.
    private var processorPerObject: Double {
        Self.median(firstBackup, "processorSeconds") * 1e6 / Self.median(firstBackup, "objects")
    }

    private var ratios: [(name: String, value: Double, bar: String)] {
        let first = Self.seconds(firstBackup)
        let unchanged = Self.seconds(unchangedBackup)
        return [
            ("first backup: own CPU µs per object", processorPerObject, "≤ 40"),
            ("first backup / bare fetch", first / Self.median(bareFetch), "≤ 1.5"),
            ("unchanged backup / first backup", unchanged / first, "≤ 0.2"),
            ("unchanged backup, cached lists / first backup", Self.seconds(cachedBackup) / first, "≤ 0.2"),
            ("1 % changed backup / first backup", Self.seconds(changedBackup) / first, "≤ 0.2"),
            ("1 % changed backup, cached lists / first backup", Self.seconds(cachedChangedBackup) / first, "≤ 0.2"),
            ("unchanged backup / bare fetch of metadata", unchanged / Self.median(bareMetadataFetch), ""),
            ("restore with its plan: objects per second / bare POST", barePostAgain / Self.seconds(restore), "≥ 0.8"),
            ("restore peak memory MB", (restore["peakMemoryBytes"]?.double ?? .nan) / 1e6, "≤ 150"),
            ("backup peak memory MB", Self.median(firstBackup, "peakMemoryBytes") / 1e6, "≤ 256"),
        ]
    }

    var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "objects": .int(objects),
            "barePostSeconds": Self.json(barePost), "barePostAgainSeconds": Self.json(barePostAgain),
            "bareFetchSeconds": .array(bareFetch.map(Self.json)),
            "bareMetadataFetchSeconds": .array(bareMetadataFetch.map(Self.json)),
            "firstBackup": .array(firstBackup), "unchangedBackup": .array(unchangedBackup),
            "cachedListsBackup": .array(cachedBackup), "changedBackup": .array(changedBackup),
            "cachedListsChangedBackup": .array(cachedChangedBackup),
            "restore": restore, "secondRestore": secondRestore,
            "ratios": .array(
                ratios.map { ["name": .string($0.name), "value": Self.json($0.value), "bar": .string($0.bar)] }
            ),
        ]
    }

    private static func json(_ value: Double) -> JSONValue { .number(Figure.decimal(value, 3)) }

    var text: String {
        var table = Table("STEP", "SECONDS", "FROM", "TO", "OBJECTS", "REQUESTS", "CPU SECONDS", "PEAK MEMORY")
        for (name, values) in [("bare fetch of all pages", bareFetch), ("bare fetch of metadata", bareMetadataFetch)] {
            table.add([name] + Self.range(values) + ["", "", "", ""])
        }
        for (name, documents) in [
            ("first backup", firstBackup), ("unchanged backup", unchangedBackup),
            ("unchanged backup, cached lists", cachedBackup), ("1 % changed backup", changedBackup),
            ("1 % changed backup, cached lists", cachedChangedBackup),
        ] {
            table.add([name] + Self.range(documents.map(Self.seconds)) + Self.figures(documents, "objects"))
        }
        table.add(["bare parallel POST", Figure.decimal(barePostAgain, 3), "", "", String(objects), "", "", ""])
        for (name, document) in [("restore with its plan", restore), ("second restore", secondRestore)] {
            table.add(
                [name, Figure.decimal(Self.seconds(document), 3), "", ""] + Self.figures([document], "created")
            )
        }
        var ratioTable = Table("RATIO", "VALUE", "BAR")
        for ratio in ratios { ratioTable.add(ratio.name, Figure.decimal(ratio.value, 3), ratio.bar) }
        return table.text + "\n\n" + ratioTable.text
    }

    private static func range(_ values: [Double]) -> [String] {
        [median(values), values.min() ?? .nan, values.max() ?? .nan].map { Figure.decimal($0, 3) }
    }

    private static func figures(_ documents: [JSONValue], _ count: String) -> [String] {
        [
            Figure.decimal(median(documents, count), 0), Figure.decimal(median(documents, "requests"), 0),
            Figure.decimal(median(documents, "processorSeconds"), 3),
            Int(exactly: median(documents, "peakMemoryBytes")).map(Figure.bytes) ?? "–",
        ]
    }
}
