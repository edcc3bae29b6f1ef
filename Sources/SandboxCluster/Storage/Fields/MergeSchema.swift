import KubernetesObjects

/// How the lists and maps of an object merge: what server-side apply and strategic merge patch need of its schema.
///
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
enum MergeSchema: Sendable {
    enum List: Equatable, Sendable {
        case atomic
        /// A list of scalars, each there at most once.
        case set
        /// A list of objects that these members tell apart.
        case map(keys: [String])
    }

    /// A place in an object of a built-in kind, by the names of the members that lead there.
    case builtIn(path: [String])
    /// A node of the structural schema of a custom resource.
    case custom(JSONValue)
    /// A custom object, whose metadata is nonetheless that of every object.
    case customRoot(JSONValue)

    /// The schema of the objects of a resource, in its storage version.
    static func of(_ resource: ServedResource, _ transaction: borrowing Transaction) -> MergeSchema {
        guard resource.isCustom else { return .builtIn(path: []) }
        let key = ObjectKey(
            ResourceRegistry.customResourceDefinitions,
            name: "\(resource.resource).\(resource.group)"
        )
        let versions = transaction.object(key)?.value["spec", "versions"]?.array ?? []
        let version = versions.first { $0["name"]?.string == resource.storageVersion }
        return .customRoot(version?["schema", "openAPIV3Schema"] ?? .null)
    }

    func member(_ name: String) -> MergeSchema {
        switch self {
        case .builtIn(let path): .builtIn(path: path + [name])
        case .customRoot where name == "metadata": .builtIn(path: ["metadata"])
        case .custom(let node), .customRoot(let node):
            .custom(node["properties", name] ?? node["additionalProperties"] ?? .null)
        }
    }

    /// The schema of the elements of a list.
    var element: MergeSchema {
        switch self {
        case .builtIn: self
        case .custom(let node), .customRoot(let node): .custom(node["items"] ?? .null)
        }
    }

    var list: List {
        switch self {
        case .builtIn(let path): BuiltInMergeKeys.list(path)
        case .custom(let node), .customRoot(let node):
            switch node["x-kubernetes-list-type"]?.string {
            case "set": .set
            case "map": .map(keys: node["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? [])
            default: .atomic
            }
        }
    }

    var isAtomicMap: Bool {
        switch self {
        case .builtIn(let path): BuiltInMergeKeys.isAtomicMap(path)
        case .custom(let node), .customRoot(let node): node["x-kubernetes-map-type"]?.string == "atomic"
        }
    }

    /// The default of a member that is one of the keys of this list's elements.
    func keyDefault(_ name: String) -> JSONValue? {
        switch self {
        case .builtIn: name == "protocol" ? "TCP" : nil
        case .custom(let node), .customRoot(let node): node["items", "properties", name, "default"]
        }
    }

    /// The member by which a strategic merge patch tells the elements of a list apart; nil when it replaces the list.
    var patchMergeKey: String? {
        guard case .builtIn(let path) = self else { return nil }
        return BuiltInMergeKeys.patchMergeKey(path)
    }

    /// Whether a strategic merge patch adds scalars to this list instead of replacing it.
    var mergesScalars: Bool { list == .set }
}

/// The lists of the built-in kinds that are not replaced as a whole, by the name of the member that holds them.
enum BuiltInMergeKeys {
    static func list(_ path: [String]) -> MergeSchema.List {
        guard let name = path.last else { return .atomic }
        switch name {
        case "finalizers": return .set
        case "ports":
            if isContainer(path.dropLast().last) { return .map(keys: ["containerPort", "protocol"]) }
            return path == ["spec", "ports"] ? .map(keys: ["port", "protocol"]) : .atomic
        case "topologySpreadConstraints": return .map(keys: ["topologyKey", "whenUnsatisfiable"])
        case "taints": return .atomic
        default: return keys[name].map { .map(keys: [$0]) } ?? .atomic
        }
    }

    static func patchMergeKey(_ path: [String]) -> String? {
        guard let name = path.last else { return nil }
        switch name {
        case "ports":
            if isContainer(path.dropLast().last) { return "containerPort" }
            return path == ["spec", "ports"] ? "port" : nil
        case "topologySpreadConstraints": return "topologyKey"
        case "taints": return "key"
        default: return keys[name]
        }
    }

    /// Maps that one manager owns as a whole.
    static func isAtomicMap(_ path: [String]) -> Bool { path.last.map(atomicMaps.contains) ?? false }

    private static func isContainer(_ name: String?) -> Bool {
        name == "containers" || name == "initContainers" || name == "ephemeralContainers"
    }

    private static let keys = [
        "addresses": "type", "claims": "name", "conditions": "type", "containers": "name", "drivers": "name",
        "env": "name",
        "ephemeralContainers": "name", "hostAliases": "ip", "hostIPs": "ip", "imagePullSecrets": "name",
        "initContainers": "name", "matchConditions": "name", "ownerReferences": "uid", "podIPs": "ip",
        "resourceClaims": "name", "schedulingGates": "name", "secrets": "name", "variables": "name",
        "volumeDevices": "devicePath", "volumeMounts": "mountPath", "volumes": "name", "webhooks": "name",
    ]

    private static let atomicMaps: Set<String> = [
        "claimRef", "configMapKeyRef", "fieldRef", "involvedObject", "labelSelector", "namespaceSelector",
        "nodeSelector",
        "objectSelector", "podSelector", "requiredDuringSchedulingIgnoredDuringExecution", "resourceFieldRef",
        "roleRef",
        "scaleTargetRef", "secretKeyRef", "selector",
    ]
}
