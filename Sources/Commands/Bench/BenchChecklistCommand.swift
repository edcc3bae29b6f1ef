package import ArgumentParser
internal import KubernetesObjects
internal import Policies
internal import Readiness

/// `lifeboat bench checklist`: the whole readiness checklist on many objects.
package struct BenchChecklistCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "checklist",
        abstract: "Answer the whole readiness checklist on many objects of a made-up cluster, beside its own snapshot.",
        discussion: "The objects are those of web applications, twenty for each. No cluster and no network is used."
    )

    @Option(help: "How many objects, at least.")
    package var objects = 20_000

    @Option(help: "How many of the slowest checks to name; each is then timed alone.")
    package var slowest = 0

    @Option(help: "Folder with the checks, one file a check.")
    package var checks = "policies/readiness"

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let checklist = try ReadinessChecklist.load(folder: checks)
        let made = BenchApplications.make(count: objects)
        let now = SystemClock.now()
        let start = SystemClock.seconds()
        let result = checklist.evaluate(ObjectInventory(made), reference: ObjectInventory(made), now: now)
        let seconds = SystemClock.seconds() - start
        var document: JSONValue = [
            "objects": .int(made.count), "checks": .int(checklist.checks.count),
            "findings": .int(result.outcomes.reduce(0) { $0 + $1.findings.count }),
            "seconds": .number(Figure.decimal(seconds, 3)),
        ]
        document = ResourceUsage.added(to: document)
        let slow = try times(checklist, made, now)
        if !slow.isEmpty {
            document["slowest"] = .array(
                slow.map { ["id": .string($0.id), "seconds": .number(Figure.decimal($0.seconds, 3))] }
            )
        }
        try output.print(document) {
            var lines = [
                "\(made.count) objects, \(checklist.checks.count) checks: \(Figure.seconds(seconds)), "
                    + "\(Figure.bytes(ResourceUsage.peakMemoryBytes)) at most with the objects"
            ]
            lines += slow.map { "\(Figure.decimal($0.seconds, 3)) s  \($0.id)" }
            return lines.joined(separator: "\n")
        }
    }

    private func times(_ checklist: ReadinessChecklist, _ made: [JSONValue], _ now: Timestamp) throws
        -> [(id: String, seconds: Double)]
    {
        guard slowest > 0 else { return [] }
        let inventory = ObjectInventory(made)
        let times = try checklist.checks.map { check in
            let alone = try checklist.selecting { $0 == check.id }
            let start = SystemClock.seconds()
            _ = alone.evaluate(inventory, reference: inventory, now: now)
            return (id: check.id, seconds: SystemClock.seconds() - start)
        }
        return Array(times.sorted { $0.seconds > $1.seconds }.prefix(slowest))
    }
}
