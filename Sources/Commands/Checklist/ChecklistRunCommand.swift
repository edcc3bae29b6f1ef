package import ArgumentParser
internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Reports

/// `lifeboat checklist run`, which is also `lifeboat checklist`: the production readiness checklist on a snapshot or on a live cluster.
package struct ChecklistRunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the production readiness checklist on a live cluster or on a snapshot.",
        discussion:
            """
            A check that could not look is unknown, and unknown never passes. The exit status is 4 when the checklist is not passed.
            With --compare-with it is what got worse since the snapshot, or is gone, that decides. --report writes the checklist as
            JSON, JUnit, SARIF, Markdown and HTML.
            """
    )

    @Option(help: "Snapshot to check instead of the live cluster: latest, or the first characters of an id.")
    package var snapshot: String?

    @Option(help: "Snapshot that the cluster should be like, so that what a rebuild lost is found as well.")
    package var compareWith: String?

    @Option(help: "Folder with the checks, one file a check.")
    package var checks = "policies/readiness"

    @Option(help: "Folder to write the checklist to, as JSON, JUnit, SARIF, Markdown and a page.")
    package var report: String?

    @Flag(help: "Also ask other servers: the hosts of routes, the registries of images and the issuer of the sign-in.")
    package var probe = false

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let checklist = try ReadinessChecklist.load(folder: checks)
        let inventory: ObjectInventory
        if let snapshot {
            let opened = try repository.open()
            inventory = try ObjectInventory.snapshot(opened.reader(opened.clusterSnapshot(snapshot)))
        } else {
            let client = try cluster.connect(output)
            defer { client.close() }
            inventory = try await ObjectInventory.live(client)
        }
        let now = SystemClock.now()
        let probes = probe ? try await answers(inventory) : nil
        guard let compareWith else {
            let result = checklist.evaluate(inventory, probes: probes, now: now)
            try finish(result.json) { ChecklistText.text(result) }
            guard result.isPassed else { throw StatusOnly(.notPassed) }
            return
        }
        let opened = try repository.open()
        let reference = try ObjectInventory.snapshot(opened.reader(opened.clusterSnapshot(compareWith)))
        let result = checklist.evaluate(inventory, reference: reference, probes: probes, now: now)
        let before = checklist.evaluate(reference, reference: reference, now: now)
        let comparison = ChecklistComparison(before: before, after: result)
        var json = result.json
        json["passed"] = .bool(comparison.isPassed)
        json["comparedWith"] = .string(before.source)
        json["comparison"] = comparison.json
        try finish(json) { ChecklistText.text(result) + "\n" + ChecklistText.text(comparison, before.source) }
        guard comparison.isPassed else { throw StatusOnly(.notPassed) }
    }

    /// Asks the servers that the objects name. With --snapshot these are the servers of the cluster of that time.
    private func answers(_ inventory: ObjectInventory) async throws -> [String: ProbeAnswer] {
        let plan = ProbePlan(inventory)
        output.step("Ask \(plan.probes.count) other servers")
        return try await plan.answers()
    }

    /// Prints the checklist and writes it to the folder that was asked for.
    private func finish(_ document: JSONValue, table: () -> String) throws {
        var document = document
        document["toolVersion"] = .string(LifeboatCommand.version)
        try output.print(document, table: table)
        if let report { output.note("Report: \(try ChecklistFolder(path: report).write(document))") }
    }
}
