internal import KubernetesAPI
internal import KubernetesObjects
internal import Readiness

/// Waits until the workloads of a rebuilt cluster are ready.
struct ConvergenceWait {
    let client: ClusterClient
    let environment: DrillEnvironment
    /// Workloads that were not ready in the snapshot, for which nobody waits.
    let unready: Set<ObjectIdentity>

    /// Asks every second until all are ready or the time is over.
    func run(deadlineSeconds: Double) async throws(LifeboatError) -> Convergence {
        let start = environment.elapsed()
        while true {
            let inventory: ObjectInventory
            do throws(ClusterError) {
                inventory = try await ObjectInventory.live(client, only: Self.kinds)
            } catch {
                throw error.lifeboatError
            }
            guard inventory.hasNodes else { return .notTested }
            let (late, count) = try Self.late(inventory, except: unready)
            if late.isEmpty { return .ready(workloads: count) }
            guard environment.elapsed() - start < deadlineSeconds else { return .late(late) }
            do {
                try await environment.sleep(1)
            } catch {
                throw LifeboatError(.cancelled, "cancelled while the workloads became ready")
            }
        }
    }

    static let kinds: Set<GroupKind> = [
        .node, .pod, .deployment, .statefulSet, .daemonSet, .replicaSet, .replicationController, .job, .cronJob,
    ]

    /// The workloads that are not ready, and how many there are.
    static func late(_ inventory: ObjectInventory, except unready: Set<ObjectIdentity> = []) throws(LifeboatError)
        -> ([ObjectIdentity], Int)
    {
        do throws(UnreadableKind) {
            let states = try inventory.workloadReadiness()
            return (states.filter { !$0.isReady && !unready.contains($0.identity) }.map(\.identity), states.count)
        } catch {
            throw LifeboatError(.clusterForbidden, "\(error.kind) cannot be read: \(error.reason)")
        }
    }
}
