internal import KubernetesObjects

/// The figures of `lifeboat bench cluster` and their ratios to the bare client.
struct ClusterBenchResult {
    let objects: Int
    var barePost = 0.0
    var barePostAgain = 0.0
    var bareFetch = 0.0
    var bareMetadataFetch = 0.0
    var firstBackup: JSONValue = [:]
    var unchangedBackup: JSONValue = [:]
    var cachedBackup: JSONValue = [:]
    var changedBackup: JSONValue = [:]
    var restore: JSONValue = [:]
    var secondRestore: JSONValue = [:]

    init(objects: Int) { self.objects = objects }

    private func seconds(_ document: JSONValue) -> Double { document["durationSeconds"]?.double ?? .nan }

    /// Own processor time per object of the first backup, in microseconds.
    private var processorPerObject: Double {
        (firstBackup["processorSeconds"]?.double ?? .nan) * 1e6 / Double(firstBackup["objects"]?.int ?? 0)
    }

    private var ratios: [(name: String, value: Double, bar: String)] {
        [
            ("first backup: own CPU µs per object", processorPerObject, "≤ 40"),
            ("first backup / bare fetch", seconds(firstBackup) / bareFetch, "≤ 1.5"),
            ("unchanged backup / first backup", seconds(unchangedBackup) / seconds(firstBackup), "≤ 0.2"),
            ("unchanged backup, cached lists / first backup", seconds(cachedBackup) / seconds(firstBackup), "≤ 0.2"),
            ("1 % changed backup / first backup", seconds(changedBackup) / seconds(firstBackup), "≤ 0.2"),
            ("unchanged backup / bare fetch of metadata", seconds(unchangedBackup) / bareMetadataFetch, ""),
            ("restore objects per second / bare POST", barePostAgain / seconds(restore), "≥ 0.8"),
            ("restore peak memory MB", Double(restore["peakMemoryBytes"]?.int ?? 0) / 1e6, "≤ 150"),
            ("backup peak memory MB", Double(firstBackup["peakMemoryBytes"]?.int ?? 0) / 1e6, "≤ 256"),
        ]
    }

    var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "objects": .int(objects),
            "barePostSeconds": .number(Figure.decimal(barePost, 3)),
            "barePostAgainSeconds": .number(Figure.decimal(barePostAgain, 3)),
            "bareFetchSeconds": .number(Figure.decimal(bareFetch, 3)),
            "bareMetadataFetchSeconds": .number(Figure.decimal(bareMetadataFetch, 3)),
            "firstBackup": firstBackup, "unchangedBackup": unchangedBackup,
            "cachedListsBackup": cachedBackup, "changedBackup": changedBackup,
            "restore": restore, "secondRestore": secondRestore,
            "ratios": .array(
                ratios.map {
                    ["name": .string($0.name), "value": .number(Figure.decimal($0.value, 3)), "bar": .string($0.bar)]
                }
            ),
        ]
    }

    var text: String {
        var table = Table("STEP", "SECONDS", "OBJECTS", "REQUESTS", "CPU SECONDS", "PEAK MEMORY")
        table.add("bare fetch of all pages", Figure.decimal(bareFetch, 3), "", "", "", "")
        table.add("bare fetch of metadata", Figure.decimal(bareMetadataFetch, 3), "", "", "", "")
        for (name, document) in [
            ("first backup", firstBackup), ("unchanged backup", unchangedBackup),
            ("unchanged backup, cached lists", cachedBackup), ("1 % changed backup", changedBackup),
        ] {
            table.add(
                name,
                Figure.decimal(seconds(document), 3),
                number(document, "objects"),
                number(document, "requests"),
                cpu(document),
                memory(document)
            )
        }
        table.add("bare parallel POST", Figure.decimal(barePostAgain, 3), String(objects), "", "", "")
        for (name, document) in [("restore", restore), ("second restore", secondRestore)] {
            table.add(
                name,
                Figure.decimal(seconds(document), 3),
                number(document, "created"),
                number(document, "requests"),
                cpu(document),
                memory(document)
            )
        }
        var ratioTable = Table("RATIO", "VALUE", "BAR")
        for ratio in ratios { ratioTable.add(ratio.name, Figure.decimal(ratio.value, 3), ratio.bar) }
        return table.text + "\n\n" + ratioTable.text
    }

    private func number(_ document: JSONValue, _ field: String) -> String {
        document[field]?.int.map(String.init) ?? ""
    }
    private func cpu(_ document: JSONValue) -> String {
        document["processorSeconds"]?.double.map { Figure.decimal($0, 3) } ?? ""
    }
    private func memory(_ document: JSONValue) -> String {
        document["peakMemoryBytes"]?.int.map { Figure.bytes($0) } ?? ""
    }
}
