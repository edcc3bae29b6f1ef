import KubernetesObjects
import Policies

/// An object whose Pods have hooks with commands, as the cluster has it.
struct HookTarget {
    let key: ObjectKey
    /// How many Pods must have run the commands.
    let pods: Int
    let hooks: [(name: String, command: RestoreHookCommand)]

    /// nil when no command is for its Pods, or when it has none.
    ///
    /// - Parameters:
    ///   - object: as the cluster has it.
    ///   - namespace: what its namespace is called in the snapshot, by which hooks are selected.
    init?(_ object: JSONValue, _ key: ObjectKey, snapshotNamespace namespace: String, _ policy: RestorePolicy) {
        var original = object
        original["metadata", "namespace"] = .string(namespace)
        hooks = PodHooks(policy).hooks(of: original, key.groupKind)
            .compactMap { hook in
                if case .command(let command) = hook.action { (hook.name, command) } else { nil }
            }
        self.key = key
        pods = Self.pods(of: object, key.groupKind)
        guard !hooks.isEmpty, pods > 0 else { return nil }
    }

    private static func pods(of object: JSONValue, _ kind: GroupKind) -> Int {
        switch kind.kind {
        case "Pod": 1
        case "DaemonSet": max(1, object["status", "desiredNumberScheduled"]?.int ?? 0)
        case "Job": object["spec", "suspend"]?.bool == true ? 0 : object["spec", "parallelism"]?.int ?? 1
        default: object["spec", "replicas"]?.int ?? 1
        }
    }

    /// Whether the object is one whose Pods can be waited for; a CronJob has some only now and then.
    static func isKind(_ kind: GroupKind) -> Bool {
        PodSpecPath.of(kind) != nil && !["CronJob", "PodTemplate"].contains(kind.kind)
    }

    /// Whether a Pod is the object, or of it.
    ///
    /// - Parameter replicaSets: the owners of ReplicaSets of the namespace, by the name of the ReplicaSet.
    func owns(_ pod: JSONValue, _ replicaSets: [String: OwnerReference]) -> Bool {
        let name = pod["metadata", "name"]?.string ?? ""
        guard key.groupKind != GroupKind(group: "", kind: "Pod") else { return name == key.name }
        guard var owner = OwnerReference.controller(of: pod) else { return false }
        if owner.groupVersionKind.groupKind == GroupKind(group: "apps", kind: "ReplicaSet"), owner.name != key.name,
            let above = replicaSets[owner.name]
        {
            owner = above
        }
        return owner.groupVersionKind.groupKind == key.groupKind && owner.name == key.name
    }
}

/// Whether a command can be run in a container.
enum HookReadiness: Equatable {
    case ready(container: String)
    case notYet
    /// It never can.
    case ended(String)

    init(_ pod: JSONValue, _ command: RestoreHookCommand) {
        let containers = pod["spec", "containers"]?.array?.compactMap { $0["name"]?.string } ?? []
        let name = command.container.isEmpty ? containers.first ?? "" : command.container
        guard containers.contains(name) else {
            self = .ended("the Pod has no container “\(name)”")
            return
        }
        if let phase = pod["status", "phase"]?.string, ["Succeeded", "Failed"].contains(phase) {
            self = .ended("the Pod has ended (\(phase))")
            return
        }
        let status = pod["status", "containerStatuses"]?.array?.first { $0["name"]?.string == name }
        let isRunning = status?["state", "running"] != nil
        let isReady = !command.waitsForReady || status?["ready"]?.bool == true
        self = isRunning && isReady && pod["metadata", "deletionTimestamp"] == nil ? .ready(container: name) : .notYet
    }
}
