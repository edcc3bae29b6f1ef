internal import KubernetesObjects
package import Policies

/// A component that was not found and of which a name is left: a namespace, a label, an annotation, a Secret or a ConfigMap.
///
/// It is what a deleted component leaves behind, or what one leaves that runs outside of the cluster; only a person knows.
package struct ComponentTrace: Sendable {
    package let component: String
    package let section: ReadinessSection
    /// Such as `Namespace circleci`, in order.
    package let evidence: [String]

    var json: JSONValue {
        ["id": .string(component), "evidence": .array(evidence.map { .string($0) })]
    }

    /// The traces of what was not found.
    static func all(
        of catalogue: ComponentCatalogue,
        without components: [DetectedComponent],
        in inventory: ObjectInventory
    ) -> [ComponentTrace] {
        let found = Set(components.map { "\($0.signature.section.rawValue)/\($0.id)" })
        let names = ObjectNames(inventory)
        return catalogue.signatures.compactMap { signature in
            guard !found.contains("\(signature.section.rawValue)/\(signature.id)") else { return nil }
            let evidence = names.matching(signature.traces)
            guard !evidence.isEmpty else { return nil }
            return ComponentTrace(component: signature.id, section: signature.section, evidence: evidence)
        }
    }
}

/// What a trace is recognised by: patterns of names as `Namespace a`, `label a=b`, `annotation Kind:a`, `Secret a`,
/// `Secret type a`, `Secret label a` and `ConfigMap a`.
///
/// Each name of a cluster is in it once, so that the time depends little on the number of objects.
private struct ObjectNames {
    private var names: Set<String> = []

    init(_ inventory: ObjectInventory) {
        func objects(_ kind: GroupKind) -> [JSONValue] { (try? inventory.objects(kind)) ?? [] }
        for namespace in objects(.namespace) {
            names.insert("Namespace \(namespace.objectName)")
            add(namespace, "Namespace")
        }
        for workload in (try? inventory.workloads()) ?? [] {
            add(workload.object, workload.identity.groupVersionKind.kind)
            for template in [["spec", "template"], ["spec", "jobTemplate", "spec", "template"]] {
                guard let pod = template.reduce(Optional(workload.object), { $0?[$1] }) else { continue }
                add(pod, "Pod")
            }
        }
        for node in objects(.node) { add(node, "Node") }
        for service in objects(.service) { add(service, "Service") }
        for ingress in objects(.ingress) { add(ingress, "Ingress") }
        for secret in objects(.secret) {
            names.insert("Secret \(secret.objectName)")
            if let type = secret["type"]?.string { names.insert("Secret type \(type)") }
            for key in secret["metadata", "labels"]?.object?.keys ?? [] { names.insert("Secret label \(key)") }
        }
        for map in objects(.configMap) { names.insert("ConfigMap \(map.objectName)") }
    }

    private mutating func add(_ object: JSONValue, _ kind: String) {
        for member in object["metadata", "labels"]?.object?.members ?? [] {
            if let value = member.value.string { names.insert("label \(member.key)=\(value)") }
        }
        for key in object["metadata", "annotations"]?.object?.keys ?? [] { names.insert("annotation \(kind):\(key)") }
    }

    func matching(_ patterns: [NamePattern]) -> [String] {
        let literal = patterns.filter(\.isLiteral).map(\.text).filter(names.contains)
        let wild = patterns.filter { !$0.isLiteral }
        guard !wild.isEmpty else { return literal.sorted() }
        return Set(literal + names.filter(wild.matches)).sorted()
    }
}
