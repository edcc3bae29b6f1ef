package import KubernetesObjects

/// An object that makes Pods (or is one) and that no other object made.
struct Workload: Sendable {
    let identity: ObjectIdentity
    let object: JSONValue
    /// The template of its Pods; the Pod itself for a bare Pod.
    let template: JSONValue
    /// Where the Pod's spec stands in the object, as a JSON pointer.
    let specPath: String

    init?(_ object: JSONValue) {
        guard let identity = ObjectIdentity(of: object) else { return nil }
        self.identity = identity
        self.object = object
        switch object.objectKind {
        case "Pod":
            (template, specPath) = (object, "/spec")
        case "CronJob":
            guard let template = object["spec", "jobTemplate", "spec", "template"] else { return nil }
            (self.template, specPath) = (template, "/spec/jobTemplate/spec/template/spec")
        default:
            guard let template = object["spec", "template"] else { return nil }
            (self.template, specPath) = (template, "/spec/template/spec")
        }
    }

    var namespace: String { identity.namespace ?? "" }
    var podSpec: JSONValue { template["spec"] ?? .object(JSONObject()) }
    var podLabels: [String: String] { template.labels }
    /// The replicas that are wanted; nil for kinds that have no such number.
    var replicas: Int? {
        switch identity.groupVersionKind.kind {
        case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController": object["spec", "replicas"]?.int ?? 1
        default: nil
        }
    }
    /// Whether it serves all the time, unlike a Job.
    var isLongRunning: Bool { !["Job", "CronJob"].contains(identity.groupVersionKind.kind) }

    /// The containers, init containers included, each with its place in the object.
    var containers: [(path: String, container: JSONValue)] {
        ["initContainers", "containers"].flatMap { list in
            (podSpec[list]?.array ?? []).enumerated()
                .map { (path: "\(specPath)/\(list)/\($0.offset)", container: $0.element) }
        }
    }
}

extension ObjectInventory {
    static let workloadKinds: [GroupKind] = [
        .deployment, .statefulSet, .daemonSet, .replicaSet, .replicationController, .job, .cronJob, .pod,
    ]

    /// The workloads of all kinds that no controller made.
    func workloads() throws(UnreadableKind) -> [Workload] { try workloadGroup().all }

    /// Those of one namespace.
    func workloads(namespace: String) throws(UnreadableKind) -> [Workload] {
        let group = try workloadGroup()
        return (group.byNamespace[namespace] ?? []).map { group.all[$0] }
    }
}

/// The workloads of an inventory, made once.
struct WorkloadGroup: Sendable {
    private(set) var all: [Workload] = []
    private(set) var byNamespace: [String: [Int]] = [:]

    init(_ inventory: ObjectInventory) throws(UnreadableKind) {
        for kind in ObjectInventory.workloadKinds {
            all += try inventory.objects(kind).compactMap { $0.hasController ? nil : Workload($0) }
        }
        for (index, workload) in all.enumerated() { byNamespace[workload.namespace, default: []].append(index) }
    }
}

extension ObjectInventory {
    /// Each workload that no controller made, and whether it has what it wants.
    package func workloadReadiness() throws(UnreadableKind) -> [(identity: ObjectIdentity, isReady: Bool)] {
        try workloads().map { ($0.identity, WorkloadReadiness.of($0.object).isReady) }
    }
}
