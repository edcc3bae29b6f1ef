package import ArgumentParser
internal import Archive
internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Reports

/// `lifeboat drill run`: runs one drill and writes its report.
package struct DrillRunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a restore drill and write its report as JSON, HTML and Markdown.",
        discussion: """
            A drill restores a snapshot into a cluster that is not the source, compares every object with the snapshot, runs the readiness \
            checklist on both, and makes faults on purpose that its own checks must find. A drill whose source is the sandbox keeps its \
            snapshot in memory unless --repository is given. The exit status is 4 when the drill is not passed; inconclusive is not passed.
            """
    )

    @Argument(help: "Name of a drill in the drills folder, or the path of a drill.yaml.")
    package var drill: String

    @Option(help: "Folder with one folder a drill.")
    package var drills = "restore-drills"

    @Option(help: "Folder with the policies that drills name, and with the checks in readiness/.")
    package var policies = "policies"

    @Option(help: "Where to rebuild: sandbox, control-plane, context:NAME or command (as the drill defines it).")
    package var target: String?

    @Option(help: "Folder to write the reports to.")
    package var report = "drill-reports"

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        var definition = try DrillDefinition.find(drill, in: drills)
        if let target { definition = try definition.with(target: target) }
        let reports = ReportFolder(path: report)
        var environment = DrillSetup.environment(CommandLogging.logger())
        environment.kubeconfig = cluster.kubeconfig
        environment.workload = definition.workload
        environment.definitionSHA256 = definition.sha256
        environment.previousReportSHA256 = reports.newestDigest(ofDrill: definition.drill.name)
        environment.backupPolicy = try DrillSetup.backupPolicy(of: definition.drill, in: policies)
        let access = try DrillSetup.access(definition.drill, repository)
        let client = try DrillSetup.sourceClient(definition.drill, cluster, output)
        defer { client?.close() }
        let run = DrillRun(
            drill: definition.drill,
            repository: try DrillSetup.open(access),
            sourceClient: client,
            checklist: try ReadinessChecklist.load(folder: "\(policies)/readiness"),
            environment: environment,
            access: access.access
        )
        let options = output
        let result = try await run.run { options.step($0.title) }
        if let error = run.recordProof(result) {
            output.note("it could not be written down that the snapshot is good: \(error.message)")
        }
        let files = try reports.write(result)
        try output.print(result.json) { DrillText.text(result, files) }
        guard result.verdict.isPassed else { throw StatusOnly(.notPassed) }
    }
}
