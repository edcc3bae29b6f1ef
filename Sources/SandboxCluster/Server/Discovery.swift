import KubernetesObjects

/// The documents that say what is served: `/api`, `/apis`, one of each group and of each version.
struct Discovery: Sendable {
    let resources: [ServedResource]

    /// A group with its versions, the preferred one first, in the order of the resources.
    struct Group: Sendable {
        let name: String
        var versions: [String]
    }

    init(_ registry: ResourceRegistry) { resources = registry.all }

    /// All groups, the core group first.
    var groups: [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for resource in resources {
            if let place = places[resource.group] {
                if !groups[place].versions.contains(resource.version) {
                    groups[place].versions.append(resource.version)
                }
            } else {
                places[resource.group] = groups.count
                groups.append(Group(name: resource.group, versions: [resource.version]))
            }
        }
        for index in groups.indices { groups[index].versions.sort(by: KubernetesVersionOrder.precedes) }
        return groups
    }

    static func coreVersions(at address: String) -> JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": .string(address)]],
        ]
    }

    var groupList: JSONValue {
        let list = groups.filter { !$0.name.isEmpty }.map(Self.summary)
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(list.map { .object($0) })]
    }

    func group(_ name: String) -> JSONValue? {
        guard !name.isEmpty, let group = groups.first(where: { $0.name == name }) else { return nil }
        let head = [
            JSONObject.Member(key: "kind", value: "APIGroup"), JSONObject.Member(key: "apiVersion", value: "v1"),
        ]
        return .object(JSONObject(head + Self.summary(group).members))
    }

    private static func summary(_ group: Group) -> JSONObject {
        let versions: [JSONValue] = group.versions.map {
            ["groupVersion": .string("\(group.name)/\($0)"), "version": .string($0)]
        }
        return JSONObject([
            JSONObject.Member(key: "name", value: .string(group.name)),
            JSONObject.Member(key: "versions", value: .array(versions)),
            JSONObject.Member(key: "preferredVersion", value: versions.first ?? .null),
        ])
    }

    /// The `APIResourceList` of one version; nil when it is not served.
    func resourceList(_ group: String, _ version: String) -> JSONValue? {
        let list = resources.filter { $0.group == group && $0.version == version }
        guard let first = list.first else { return nil }
        let entries = list.flatMap { resource in [Self.entry(resource)] + Self.subresources(resource).map(\.entry) }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(first.groupVersion),
            "resources": .array(entries),
        ]
    }

    private static func entry(_ resource: ServedResource) -> JSONValue {
        var entry: JSONValue = [
            "name": .string(resource.resource), "singularName": .string(resource.singular),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": .array(resource.verbs.sorted().map { .string($0) }),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = .array(resource.shortNames.map { .string($0) }) }
        if !resource.categories.isEmpty { entry["categories"] = .array(resource.categories.map { .string($0) }) }
        return entry
    }

    struct Subresource: Sendable {
        let name: String
        let parent: ServedResource
        let group: String
        let version: String
        let kind: String
        let verbs: [String]

        var entry: JSONValue {
            var entry: JSONValue = [
                "name": .string("\(parent.resource)/\(name)"), "singularName": "",
                "namespaced": .bool(parent.isNamespaced), "kind": .string(kind),
                "verbs": .array(verbs.map { .string($0) }),
            ]
            if group != parent.group || version != parent.version {
                entry["group"] = .string(group)
                entry["version"] = .string(version)
            }
            return entry
        }
    }

    static func subresources(_ resource: ServedResource) -> [Subresource] {
        var list: [Subresource] = []
        func add(_ name: String, _ kind: String, _ verbs: [String], group: String? = nil, version: String? = nil) {
            list.append(
                Subresource(
                    name: name,
                    parent: resource,
                    group: group ?? resource.group,
                    version: version ?? resource.version,
                    kind: kind,
                    verbs: verbs
                )
            )
        }
        let reading = ["get", "patch", "update"]
        if resource.hasStatus { add("status", resource.kind, reading) }
        if resource.scale != nil { add("scale", "Scale", reading, group: "autoscaling", version: "v1") }
        switch resource.kind {
        case "Pod" where resource.group.isEmpty:
            add("binding", "Binding", ["create"])
            add("ephemeralcontainers", "Pod", reading)
            add("eviction", "Eviction", ["create"], group: "policy", version: "v1")
        case "Namespace" where resource.group.isEmpty: add("finalize", "Namespace", ["update"])
        case "ServiceAccount" where resource.group.isEmpty:
            add("token", "TokenRequest", ["create"], group: "authentication.k8s.io", version: "v1")
        case "CertificateSigningRequest": add("approval", resource.kind, reading)
        default: break
        }
        return list
    }

    /// The aggregated document of `/api` (the core group) or `/apis` (all others).
    func aggregated(core: Bool, version: String) -> JSONValue {
        let items: [JSONValue] = groups.filter { $0.name.isEmpty == core }.map { group in
            let versions: [JSONValue] = group.versions.map { version in
                let list = resources.filter { $0.group == group.name && $0.version == version }
                return [
                    "version": .string(version), "resources": .array(list.map(Self.aggregated)), "freshness": "Current",
                ]
            }
            var metadata: JSONValue = ["creationTimestamp": .null]
            if !group.name.isEmpty { metadata["name"] = .string(group.name) }
            return ["metadata": metadata, "versions": .array(versions)]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(items),
        ]
    }

    private static func aggregated(_ resource: ServedResource) -> JSONValue {
        func kind(_ group: String, _ version: String, _ kind: String) -> JSONValue {
            ["group": .string(group), "version": .string(version), "kind": .string(kind)]
        }
        var entry: JSONValue = [
            "resource": .string(resource.resource),
            "responseKind": kind(resource.group, resource.version, resource.kind),
            "scope": resource.isNamespaced ? "Namespaced" : "Cluster", "singularResource": .string(resource.singular),
            "verbs": .array(resource.verbs.sorted().map { .string($0) }),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = .array(resource.shortNames.map { .string($0) }) }
        if !resource.categories.isEmpty { entry["categories"] = .array(resource.categories.map { .string($0) }) }
        let list: [JSONValue] = subresources(resource).map {
            [
                "subresource": .string($0.name), "responseKind": kind($0.group, $0.version, $0.kind),
                "verbs": .array($0.verbs.map { .string($0) }),
            ]
        }
        if !list.isEmpty { entry["subresources"] = .array(list) }
        return entry
    }
}
