package import KubernetesAPI
package import KubernetesObjects
internal import Readiness

/// Waits until the workloads of a rebuilt cluster are ready.
package struct ConvergenceWait: Sendable {
    let client: ClusterClient
    let elapsed: @Sendable () -> Double
    let sleep: @Sendable (Double) async throws -> Void
    /// Which of the workloads are waited for.
    let isAwaited: @Sendable (ObjectIdentity) -> Bool

    package init(
        client: ClusterClient,
        elapsed: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Double) async throws -> Void,
        isAwaited: @escaping @Sendable (ObjectIdentity) -> Bool
    ) {
        self.client = client
        self.elapsed = elapsed
        self.sleep = sleep
        self.isAwaited = isAwaited
    }

    /// Asks every second until all are ready or the time is over.
    package func run(deadlineSeconds: Double) async throws(LifeboatError) -> Convergence {
        let start = elapsed()
        while true {
            let inventory: ObjectInventory
            do throws(ClusterError) {
                inventory = try await ObjectInventory.live(client, only: Self.kinds)
            } catch {
                throw error.lifeboatError
            }
            guard inventory.hasNodes else { return .notTested }
            let (late, count) = try late(inventory)
            if late.isEmpty { return .ready(workloads: count) }
            guard elapsed() - start < deadlineSeconds else { return .late(late) }
            do {
                try await sleep(1)
            } catch {
                throw LifeboatError(.cancelled, "cancelled while the workloads became ready")
            }
        }
    }

    static let kinds: Set<GroupKind> = [
        .node, .pod, .deployment, .statefulSet, .daemonSet, .replicaSet, .replicationController, .job, .cronJob,
    ]

    /// The workloads that are not ready, and how many there are.
    private func late(_ inventory: ObjectInventory) throws(LifeboatError) -> ([ObjectIdentity], Int) {
        do throws(UnreadableKind) {
            let states = try inventory.workloadReadiness().filter { isAwaited($0.identity) }
            return (states.filter { !$0.isReady }.map(\.identity), states.count)
        } catch {
            throw LifeboatError(.clusterForbidden, "\(error.kind) cannot be read: \(error.reason)")
        }
    }
}
