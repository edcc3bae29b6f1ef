import KubernetesObjects

extension Daemon.Status {
    /// The page that `/metrics` shows.
    package var metricsPage: String {
        var page = MetricsText()
        page.add(
            "lifeboat_build_info",
            .gauge,
            "The version of Lifeboat that runs.",
            [.init(1, ("version", metrics.version))]
        )
        page.add(
            "lifeboat_running",
            .gauge,
            "Whether a backup or a drill is under way.",
            [.init(running == nil ? 0 : 1)]
        )
        page.add(
            "lifeboat_history_write_failures_total",
            .counter,
            "Records of runs that could not be written to the repository at once.",
            [.init(Double(metrics.historyFailures))]
        )
        addSchedules(to: &page)
        addBackups(to: &page)
        addDrills(to: &page)
        addRepository(to: &page)
        return page.text
    }

    private func addSchedules(to page: inout MetricsText) {
        let schedules = jobs.sorted { $0.key < $1.key }
        func samples(_ value: (ScheduleState.JobState) -> Double?) -> [MetricsText.Sample] {
            schedules.compactMap { id, job in
                value(job).map { .init($0, ("kind", id.kind.rawValue), ("schedule", id.name)) }
            }
        }
        page.add(
            "lifeboat_schedule_next_run_timestamp_seconds",
            .gauge,
            "When the schedule runs next.",
            samples { $0.next.map { Double($0.secondsSince1970) } }
        )
        page.add(
            "lifeboat_schedule_missed_runs_total",
            .counter,
            "Planned runs that were never made.",
            samples { Double($0.missed) }
        )
        page.add(
            "lifeboat_schedule_skipped_runs_total",
            .counter,
            "Planned runs that were left out because the one before them was not done.",
            samples { Double($0.skipped) }
        )
        page.add(
            "lifeboat_schedule_consecutive_failures",
            .gauge,
            "Failed attempts since the last run that reached a result.",
            samples { Double($0.consecutiveFailures) }
        )
    }

    private func addBackups(to page: inout MetricsText) {
        let backups = metrics.jobs.filter { $0.key.kind == .backup }.sorted { $0.key < $1.key }
        func samples(_ value: (DaemonMetrics.Job) -> Double?) -> [MetricsText.Sample] {
            backups.compactMap { id, job in value(job).map { .init($0, ("schedule", id.name)) } }
        }
        page.add(
            "lifeboat_backup_runs_total",
            .counter,
            "Backups by their result.",
            backups.flatMap { id, job in
                job.runs.sorted { $0.key < $1.key }
                    .map { .init(Double($0.value), ("schedule", id.name), ("result", $0.key)) }
            }
        )
        page.add(
            "lifeboat_backup_last_success_timestamp_seconds",
            .gauge,
            "When the last complete backup ended.",
            samples { $0.lastSuccess.map { Double($0.secondsSince1970) } }
        )
        page.add(
            "lifeboat_backup_last_attempt_timestamp_seconds",
            .gauge,
            "When the last backup began, whatever came of it.",
            samples { $0.lastAttempt.map { Double($0.secondsSince1970) } }
        )
        page.add("lifeboat_backup_duration_seconds", .histogram, "How long backups took.", durations(of: backups))
        page.add(
            "lifeboat_backup_objects",
            .gauge,
            "Objects in the last snapshot.",
            samples { $0.lastBackup.map { Double($0.objects) } }
        )
        page.add(
            "lifeboat_backup_changed_objects",
            .gauge,
            "Objects of the last snapshot that differ from the one before.",
            samples { $0.lastBackup.map { Double($0.objectsChanged) } }
        )
        page.add(
            "lifeboat_backup_logical_bytes",
            .gauge,
            "Bytes that the last backup read from the API server.",
            samples { $0.lastBackup.map { Double($0.bytesRead) } }
        )
        page.add(
            "lifeboat_backup_stored_bytes_total",
            .counter,
            "Bytes that backups added to the repository.",
            samples { Double($0.storedBytes) }
        )
    }

    private func durations(of backups: [(key: JobID, value: DaemonMetrics.Job)]) -> [MetricsText.Sample] {
        backups.filter { $0.value.durations.count > 0 }
            .flatMap { id, job -> [MetricsText.Sample] in
                let histogram = job.durations
                let buckets = zip(DaemonMetrics.Histogram.bounds, histogram.buckets)
                    .map { bound, count in
                        MetricsText.Sample(
                            Double(count),
                            suffix: "_bucket",
                            ("schedule", id.name),
                            ("le", "\(Int(bound))")
                        )
                    }
                let count = Double(histogram.count)
                return buckets + [
                    .init(count, suffix: "_bucket", ("schedule", id.name), ("le", "+Inf")),
                    .init(histogram.sum, suffix: "_sum", ("schedule", id.name)),
                    .init(count, suffix: "_count", ("schedule", id.name)),
                ]
            }
    }

    private func addRepository(to page: inout MetricsText) {
        guard let repository = metrics.repository else { return }
        page.add("lifeboat_repo_bytes", .gauge, "The size of the repository.", [.init(Double(repository.bytes))])
        page.add("lifeboat_snapshots", .gauge, "Snapshots in the repository.", [.init(Double(repository.snapshots))])
        page.add(
            "lifeboat_repo_dedup_ratio",
            .gauge,
            "Bytes of all snapshots by the bytes that are stored for them.",
            [.init(repository.deduplicationRatio)]
        )
    }
}
