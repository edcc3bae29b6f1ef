import KubernetesObjects

/// Removes the objects of a definition that was deleted.
struct DefinitionController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard transaction.object(key) == nil else { return }
        let parts = key.name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return }
        let resource = GroupResource(group: parts[1], resource: parts[0])
        for object in Array(transaction.objects(resource)) { writes.remove(object.key, in: &transaction) }
    }
}
