import KubernetesObjects

/// Runs the Pods of a Job until as many have succeeded as it asks for.
struct JobController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let job = transaction.object(key) else { return }
        var pods = PodOwnership(writes: writes).claim(.pods, for: job, in: &transaction)
        let isFinished = Conditions.holds("Complete", in: job.value) || Conditions.holds("Failed", in: job.value)
        guard !job.isTerminating, !isFinished else { return }
        let isSuspended = job.value["spec", "suspend"]?.bool == true
        let wanted = job.value["spec", "completions"]?.int ?? job.value["spec", "parallelism"]?.int ?? 1
        if !isSuspended { start(job, pods, wanted, in: &transaction) }
        pods = transaction.objects(.pods, namespace: job.namespace).filter {
            $0.value.controllerReference?.text("uid") == job.uid
        }
        report(job, pods, wanted, isSuspended, in: &transaction)
    }

    private func start(_ job: StoredObject, _ pods: [StoredObject], _ wanted: Int, in transaction: inout Transaction) {
        let succeeded = pods.filter { $0.value.text("status", "phase") == "Succeeded" }
        let active = pods.filter { $0.value.isActivePod }
        let parallelism = job.value["spec", "parallelism"]?.int ?? 1
        let count = min(parallelism - active.count, wanted - succeeded.count - active.count)
        let isIndexed = job.value.text("spec", "completionMode") == "Indexed"
        let taken = Set(
            (succeeded + active).compactMap { $0.value.annotations["batch.kubernetes.io/job-completion-index"] }
        )
        var free = (0..<max(wanted, 0)).map(String.init).filter { !taken.contains($0) }[...]
        for _ in 0..<max(0, count) {
            var pod = PodOwnership.pod(of: job)
            if isIndexed, let index = free.popFirst() {
                pod["metadata", "annotations", "batch.kubernetes.io/job-completion-index"] = .string(index)
                pod["metadata", "labels", "batch.kubernetes.io/job-completion-index"] = .string(index)
                pod["metadata", "generateName"] = .string("\(job.name)-\(index)-")
                pod["spec", "hostname"] = .string("\(job.name)-\(index)")
            }
            do throws(StatusError) { try writes.create(pod, .pods, in: &transaction) } catch { break }
        }
    }

    private func report(
        _ job: StoredObject,
        _ pods: [StoredObject],
        _ wanted: Int,
        _ isSuspended: Bool,
        in transaction: inout Transaction
    ) {
        let now = transaction.now
        let succeeded = pods.filter { $0.value.text("status", "phase") == "Succeeded" }.count
        let failed = pods.filter { $0.value.text("status", "phase") == "Failed" }.count
        let active = pods.filter { $0.value.isActivePod }
        let ready = active.filter { $0.value.isReadyPod }.count
        writes.change(job.key, in: &transaction) { object in
            var conditions = object.elements("status", "conditions")
            if isSuspended {
                Conditions.set(
                    &conditions,
                    type: "Suspended",
                    status: true,
                    reason: "JobSuspended",
                    message: "Job suspended",
                    now: now,
                    extra: ["lastProbeTime": .string("\(now)")]
                )
            } else {
                object.setDefault(.string("\(now)"), "status", "startTime")
            }
            for (field, count) in [("active", active.count), ("succeeded", succeeded), ("failed", failed)] {
                object["status", field] = count == 0 ? nil : .int(count)
            }
            object["status", "ready"] = .int(ready)
            object["status", "terminating"] = 0
            object["status", "uncountedTerminatedPods"] = [:]
            if object.text("spec", "completionMode") == "Indexed", succeeded > 0 {
                object["status", "completedIndexes"] = .string(succeeded == 1 ? "0" : "0-\(succeeded - 1)")
            }
            if succeeded >= wanted, !isSuspended {
                object["status", "completionTime"] = .string("\(now)")
                for type in ["SuccessCriteriaMet", "Complete"] {
                    Conditions.set(
                        &conditions,
                        type: type,
                        status: true,
                        reason: "CompletionsReached",
                        message: "Reached expected number of succeeded pods",
                        now: now,
                        extra: ["lastProbeTime": .string("\(now)")]
                    )
                }
            }
            object["status", "conditions"] = conditions.isEmpty ? nil : .array(conditions)
        }
    }
}
