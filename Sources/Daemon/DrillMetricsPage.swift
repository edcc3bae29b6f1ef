import KubernetesObjects
import Policies

extension Daemon.Status {
    /// Adds what the drills have shown.
    func addDrills(to page: inout MetricsText) {
        let drills = metrics.jobs.filter { $0.key.kind == .drill }.sorted { $0.key < $1.key }
        func samples(_ value: (DaemonMetrics.Job) -> Double?) -> [MetricsText.Sample] {
            drills.compactMap { id, job in value(job).map { .init($0, ("drill", id.name)) } }
        }
        page.add(
            "lifeboat_drill_runs_total",
            .counter,
            "Restore drills by their verdict.",
            drills.flatMap { id, job in
                job.runs.sorted { $0.key < $1.key }
                    .map { .init(Double($0.value), ("drill", id.name), ("verdict", $0.key)) }
            }
        )
        page.add(
            "lifeboat_drill_last_pass_timestamp_seconds",
            .gauge,
            "When the last drill that was passed ended.",
            samples { $0.lastSuccess.map { Double($0.secondsSince1970) } }
        )
        page.add(
            "lifeboat_drill_last_attempt_timestamp_seconds",
            .gauge,
            "When the last drill began, whatever came of it.",
            samples { $0.lastAttempt.map { Double($0.secondsSince1970) } }
        )
        page.add(
            "lifeboat_drill_rto_seconds",
            .gauge,
            "The recovery time that the last drill achieved.",
            samples { $0.lastDrill?.recoveryTimeSeconds }
        )
        page.add(
            "lifeboat_drill_rpo_seconds",
            .gauge,
            "The age of the data that the last drill recovered.",
            samples { $0.lastDrill?.recoveryPointSeconds }
        )
        let objectives = metrics.objectives.sorted { $0.key < $1.key }
        page.add(
            "lifeboat_drill_rto_target_seconds",
            .gauge,
            "The recovery time objective of the drill.",
            objectives.compactMap { name, objective in
                objective.recoveryTimeSeconds.map { .init(Double($0), ("drill", name)) }
            }
        )
        page.add(
            "lifeboat_drill_rpo_target_seconds",
            .gauge,
            "The recovery point objective of the drill.",
            objectives.compactMap { name, objective in
                objective.recoveryPointSeconds.map { .init(Double($0), ("drill", name)) }
            }
        )
        page.add(
            "lifeboat_drill_check_status",
            .gauge,
            "1 for a check that the last drill passed, 0 for one that failed or could not look.",
            drills.flatMap { id, job in
                (job.lastDrill?.checks ?? [])
                    .map {
                        .init(
                            $0.isPassed == true ? 1 : 0,
                            ("drill", id.name),
                            ("check", $0.id),
                            ("severity", $0.severity)
                        )
                    }
            }
        )
    }
}
