package import KubernetesObjects
package import Policies

/// Brings an object into another environment: other namespaces, classes, registries, hosts and node labels, wherever it names them.
///
/// Pure. Custom resources of other projects are followed where their fields are known; the rest takes patches of the policy.
package struct ObjectMapping: Sendable {
    private let namespaces: [String: String]
    private let mappings: RestoreMappings

    package init(_ policy: RestorePolicy) {
        namespaces = policy.namespaceMapping
        mappings = policy.mappings
    }

    package func apply(to object: inout JSONValue, _ kind: GroupKind) {
        if !namespaces.isEmpty { NamespaceMapping.apply(namespaces, to: &object, kind) }
        guard !mappings.isEmpty else { return }
        if !mappings.storageClasses.isEmpty { ClassMapping.storage(mappings.storageClasses, &object, kind) }
        if !mappings.ingressClasses.isEmpty { ClassMapping.ingress(mappings.ingressClasses, &object, kind) }
        if !mappings.imageRegistries.isEmpty { ImageMapping.apply(mappings.imageRegistries, &object, kind) }
        if !mappings.hosts.isEmpty { HostMapping.apply(mappings.hosts, &object, kind) }
        if !mappings.nodeLabels.isEmpty { NodeLabelMapping.apply(mappings.nodeLabels, &object, kind) }
    }
}
