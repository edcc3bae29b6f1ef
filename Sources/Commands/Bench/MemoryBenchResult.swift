internal import KubernetesObjects

/// What `lifeboat bench memory` measured.
struct MemoryBenchResult {
    struct Run {
        let name: String
        let run: MeasuredRun
    }

    let objects: Int
    let blobs: Int
    var runs: [Run] = []

    var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "objects": .int(objects), "blobs": .int(blobs),
            "runs": .array(
                runs.map { entry in
                    [
                        "name": .string(entry.name), "seconds": .number(Figure.decimal(entry.run.seconds, 1)),
                        "processorSeconds": .number(Figure.decimal(entry.run.processorSeconds, 1)),
                        "peakMemoryBytes": .int(entry.run.peakMemoryBytes),
                    ]
                }
            ),
        ]
    }

    var text: String {
        var table = Table("run", "seconds", "processor seconds", "peak memory")
        for entry in runs {
            table.add(
                entry.name,
                Figure.decimal(entry.run.seconds, 1),
                Figure.decimal(entry.run.processorSeconds, 1),
                Figure.bytes(entry.run.peakMemoryBytes)
            )
        }
        return "\(objects) objects, \(blobs) blobs\n\(table.text)"
    }
}
