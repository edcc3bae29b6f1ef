internal import Archive
internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Restore

/// Waits after a restore until the workloads that it brought back are ready.
struct RestoreReadiness {
    let client: ClusterClient
    let reader: SnapshotReader
    let policy: RestorePolicy

    /// What became of the wait: failures for workloads that are late, and a sentence for people.
    func wait(for plan: RestorePlan) async throws(LifeboatError) -> (late: [RestoreFailure], note: String) {
        let awaited = try awaited(plan)
        let wait = ConvergenceWait(
            client: client,
            elapsed: { SystemClock.seconds() },
            sleep: { try await SystemClock.sleep(seconds: $0) },
            isAwaited: { awaited.contains(ObjectKey($0)) }
        )
        let seconds = policy.readiness.timeoutSeconds
        switch try await wait.run(deadlineSeconds: Double(seconds)) {
        case .ready(let count): return ([], "\(count) workloads are ready")
        case .notTested, .notWanted:
            return ([], "the cluster has no nodes, so that no workload can become ready and nobody waited")
        case .late(let identities):
            let late = identities.map { identity in
                RestoreFailure(
                    object: "\(identity)",
                    code: "restore.not-ready",
                    reason: "it was restored and did not become ready within \(seconds) s",
                    remedy:
                        "look at its events and Pods: kubectl describe \(identity.groupVersionKind.kind.lowercased()) "
                        + identity.name + (identity.namespace.map { " -n \($0)" } ?? "")
                )
            }
            return (late, "\(late.count) workloads are not ready")
        }
    }

    /// The restored workloads but for those that had not been ready in the snapshot either.
    private func awaited(_ plan: RestorePlan) throws(LifeboatError) -> Set<ObjectKey> {
        var keys = Set(
            plan.steps.filter { ["create", "update", "unchanged"].contains($0.verdict.name) }.map(\.key)
        )
        let states = (try? ObjectInventory.snapshot(reader).workloadReadiness()) ?? []
        for (identity, isReady) in states where !isReady {
            let namespace = identity.namespace.map { policy.namespaceMapping[$0] ?? $0 }
            keys.remove(
                ObjectKey(identity.groupVersionKind.groupKind, namespace: namespace, name: identity.name)
            )
        }
        return keys
    }
}
