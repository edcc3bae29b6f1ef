package import ArgumentParser
internal import Archive
internal import Daemon
internal import KubernetesObjects
internal import Logging
internal import Policies
internal import ServiceLifecycle

/// `lifeboat daemon`: runs backups and drills by the schedules of policy documents.
package struct DaemonCommand: AsyncParsableCommand, HandlesSignals {
    package static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Run backups and restore drills by the schedules of policies.",
        discussion: """
            One run at a time. A run that was missed while the daemon was down is made up for once; a run that failed is tried again with \
            growing pauses. What ran is kept in the repository, so that a restart neither forgets a run nor makes it twice. \
            With the passphrase the daemon also applies the retention of a policy after each of its backups and \
            gives space back; an identity that only writes cannot. /healthz, /readyz, /metrics (Prometheus) and /status are served over HTTP. Logs are JSON lines on standard error. \
            SIGTERM lets the run under way finish for ten seconds, then stops it in good order.
            """
    )

    @Option(
        help:
            "Folder with policy documents: BackupPolicy and RestoreDrill with a schedule, and readiness/ with the checks."
    )
    package var policies = "policies"

    @Option(help: "Folder with more drills, one folder a drill.")
    package var drills: String?

    @Option(help: "Address to serve health and metrics on; :PORT is all addresses.")
    package var listen = "127.0.0.1:9095"

    @Option(help: "Folder to write drill reports to.")
    package var reports = "drill-reports"

    @Flag(help: "Check the policies, print the next runs of every schedule, and end.")
    package var validate = false

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let set = try loadPolicies()
        if validate {
            try ScheduleText.print(set, output, now: SystemClock.now())
            return
        }
        let address = try StatusServer.Address(parsing: listen)
        let logger = DaemonLogging.logger()
        for policy in set.backups where policy.schedule == nil {
            logger.info("the policy has no schedule and runs only by hand", metadata: ["policy": "\(policy.name)"])
        }
        // Opened before anything is scheduled, so that a wrong key is found now and not tonight.
        let opened = try repository.open()
        if !opened.roles.isSuperset(of: [.reader, .maintainer]) {
            for policy in set.backups where policy.retention != nil {
                logger.info(
                    "this identity may not forget, so the retention is not applied: run lifeboat forget --policy --prune",
                    metadata: ["policy": "\(policy.name)"]
                )
            }
        }
        let work = DaemonWork(
            repository: opened,
            options: repository,
            cluster: cluster,
            output: output,
            policies: policies,
            reports: reports,
            logger: logger
        )
        let daemon = Daemon(
            policies: set,
            actions: work.actions,
            history: DaemonWork.history(try repository.store(), logger),
            clock: .real { SystemClock.now() },
            version: LifeboatCommand.version,
            logger: logger
        )
        let server = StatusServer(daemon: daemon, address: address, logger: logger) { bound in
            logger.info("serving health and metrics", metadata: ["address": "\(bound)"])
        }
        try await daemon.serviceGroup(server: server, logger: logger).run()
    }

    private func loadPolicies() throws(LifeboatError) -> PolicySet {
        do throws(PolicyErrors) {
            var set = try PolicySet.load(folder: policies)
            if let drills { set.drills += try PolicySet.loadDrills(folder: drills).drills }
            return set
        } catch {
            throw error.lifeboatError
        }
    }
}
