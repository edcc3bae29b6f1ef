import KubernetesObjects
import Policies

/// Whether objects that name others find them.
enum ReferenceChecks {
    /// Every ConfigMap, Secret, claim, account and priority class that a Pod template names exists, with the key it wants.
    /// Parameter: `excludedNamespaces`.
    static let referencesResolve: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let excluded = context.patterns("excludedNamespaces")
        for workload in try context.inventory.workloads() where !excluded.matches(workload.namespace) {
            for reference in workload.references where !reference.isOptional {
                result.examined += 1
                if let problem = try missing(reference, in: workload.namespace, context.inventory) {
                    result.fail(workload.identity, problem, at: reference.path)
                }
            }
        }
        return result
    }

    private static let builtInPriorityClasses: Set = ["system-cluster-critical", "system-node-critical"]

    private static func missing(_ reference: PodReference, in namespace: String, _ inventory: ObjectInventory)
        throws(UnreadableKind) -> String?
    {
        // The controller manager makes this account in every namespace; snapshots leave it out.
        if reference.kind == .serviceAccount, reference.name == "default" { return nil }
        if reference.kind == .priorityClass, builtInPriorityClasses.contains(reference.name) { return nil }
        let isClusterScoped = reference.kind == .priorityClass
        let place = isClusterScoped ? reference.name : "\(namespace)/\(reference.name)"
        guard
            let object = try inventory.object(
                reference.kind,
                namespace: isClusterScoped ? nil : namespace,
                name: reference.name
            )
        else {
            return "needs the \(reference.kind.kind) \(place), which does not exist"
        }
        guard let key = reference.key else { return nil }
        let hasKey = ["data", "binaryData", "stringData"].contains { object[$0, key] != nil }
        return hasKey ? nil : "needs the key “\(key)” of the \(reference.kind.kind) \(place), which it does not have"
    }

    /// Every owner reference names an object that exists under that uid. A wrong uid makes the garbage collector delete the object.
    static let ownersResolve: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        var uids: Set<String> = []
        var owned: [(object: JSONValue, index: Int, owner: JSONValue)] = []
        for kind in context.inventory.kinds.sorted(by: { $0.description < $1.description }) {
            for object in try context.inventory.objects(kind) {
                if let uid = object["metadata", "uid"]?.string { uids.insert(uid) }
                for (index, owner) in (object["metadata", "ownerReferences"]?.array ?? []).enumerated() {
                    owned.append((object, index, owner))
                }
            }
        }
        for (object, index, owner) in owned {
            let group = GroupVersionKind(
                apiVersion: owner["apiVersion"]?.string ?? "",
                kind: owner["kind"]?.string ?? ""
            )
            // An owner of a kind that the inventory does not hold cannot be judged.
            guard context.inventory.kinds.contains(group.groupKind) else { continue }
            result.examined += 1
            if let uid = owner["uid"]?.string, uids.contains(uid) { continue }
            result.fail(
                ObjectIdentity(of: object),
                "its owner \(group.kind) \(owner["name"]?.string ?? "") does not exist under the uid it names",
                at: "/metadata/ownerReferences/\(index)"
            )
        }
        return result
    }
}
