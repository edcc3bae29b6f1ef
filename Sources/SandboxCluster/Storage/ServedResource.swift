import KubernetesObjects

/// One resource in one version, as discovery and the URLs have it.
struct ServedResource: Sendable, Equatable {
    /// How the scale subresource reads and writes the object; the paths are member names.
    struct Scale: Sendable, Equatable {
        var specReplicas = ["spec", "replicas"]
        var statusReplicas = ["status", "replicas"]
        /// A selector object (`spec.selector` of a Deployment), a label map (ReplicationController) or a text (CRDs).
        var selector: [String]? = ["spec", "selector"]
    }

    let group: String
    let version: String
    /// The plural name in URLs.
    let resource: String
    let singular: String
    let kind: String
    let isNamespaced: Bool
    var verbs: Set<String> = ServedResource.allVerbs
    var shortNames: [String] = []
    var categories: [String] = []
    var hasStatus = false
    var scale: Scale?
    /// The version in which the storage keeps the objects of this resource.
    var storageVersion: String
    /// Whether a CustomResourceDefinition defines it; then list items carry apiVersion and kind.
    var isCustom = false

    static let allVerbs: Set<String> = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    var groupResource: GroupResource { GroupResource(group: group, resource: resource) }
    var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    var groupVersionKind: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }
    var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
    var storageAPIVersion: String { group.isEmpty ? storageVersion : "\(group)/\(storageVersion)" }
    /// Whether objects are stored; reviews and bindings only answer.
    var isStored: Bool { verbs.contains("get") }

    func key(namespace: String, name: String) -> ObjectKey {
        ObjectKey(groupResource, namespace: isNamespaced ? namespace : "", name: name)
    }
}
