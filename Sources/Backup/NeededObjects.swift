internal import KubernetesAPI
internal import KubernetesObjects
internal import Synchronization

/// Collects what the objects of some namespaces need from outside of them: volumes of claims, classes, roles of bindings, definitions of
/// custom resources.
final class NeededObjects: Sendable {
    private let found = Mutex<Set<ObjectKey>>([])
    private static let definition = GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")

    /// Whether objects of the resource name others, so that they have to be read.
    func isNamed(by resource: APIResource) -> Bool {
        ObjectDependencies.mayName(resource.groupVersionKind.groupKind)
    }

    func note(_ item: ListPage.Item, _ bytes: [UInt8], _ resource: APIResource) {
        guard isNamed(by: resource), var object = try? JSONValue(parsing: bytes.span, range: item.range) else {
            return
        }
        // The objects of a typed list carry neither.
        object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
        object["kind"] = .string(resource.kind)
        let named = ObjectDependencies.of(object).filter(\.namespace.isEmpty)
        found.withLock { $0.formUnion(named) }
    }

    /// Built-in kinds have no definition; asking for it would be in vain.
    func noteDefinition(of resource: APIResource) {
        guard !resource.groupVersionKind.groupKind.isBuiltIn else { return }
        let name = "\(resource.resource).\(resource.group)"
        found.withLock { _ = $0.insert(ObjectKey(Self.definition, namespace: nil, name: name)) }
    }

    var all: Set<ObjectKey> { found.withLock { $0 } }

    /// The group of all accounts of a namespace, which follows.
    private static let allAccounts = "system:serviceaccounts:"

    /// Whether a binding gives something to the accounts of a namespace, single ones or all of it
    /// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects).
    static func binds(_ binding: JSONValue, _ isSelected: (String) -> Bool) -> Bool {
        if ObjectDependencies.accounts(of: binding).contains(where: { isSelected($0.namespace) }) { return true }
        return (binding["subjects"]?.array ?? [])
            .contains { subject in
                guard subject["kind"]?.string == "Group", let name = subject["name"]?.string else { return false }
                return name.hasPrefix(allAccounts) && isSelected(String(name.dropFirst(allAccounts.count)))
            }
    }
}
