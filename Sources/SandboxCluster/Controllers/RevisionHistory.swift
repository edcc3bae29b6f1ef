import KubernetesObjects

/// The ControllerRevisions of a StatefulSet or a DaemonSet: one a template, adopted when it comes back.
struct RevisionHistory {
    let writes: ControllerWrites

    /// The name and hash of the revision of the owner's template, which is made when there is none.
    func current(of owner: StoredObject, in transaction: inout Transaction) -> (name: String, hash: String) {
        let resource = GroupResource.apps("controllerrevisions")
        let revisions = PodOwnership(writes: writes).claim(resource, for: owner, in: &transaction)
        var template = owner.value["spec", "template"] ?? [:]
        let hash = PodOwnership.hash(template)
        template["$patch"] = "replace"
        let data: JSONValue = ["spec": ["template": template]]
        let last = revisions.compactMap { $0.value["revision"]?.int }.max() ?? 0
        if let found = revisions.filter({ FieldProblems.same($0.value["data"], data) })
            .max(by: { ($0.value["revision"]?.int ?? 0) < ($1.value["revision"]?.int ?? 0) })
        {
            if (found.value["revision"]?.int ?? 0) < last {
                writes.change(found.key, in: &transaction) { $0["revision"] = .int(last + 1) }
            }
            let label = found.labels["controller-revision-hash"] ?? found.name
            return (found.name, label)
        }
        let name = "\(owner.name)-\(hash)"
        let label = owner.value.kind == "DaemonSet" ? hash : name
        var labels = owner.value["spec", "template", "metadata", "labels"] ?? [:]
        labels["controller-revision-hash"] = .string(label)
        let revision: JSONValue = [
            "apiVersion": "apps/v1", "kind": "ControllerRevision",
            "metadata": [
                "name": .string(name), "namespace": .string(owner.namespace), "labels": labels,
                "ownerReferences": [owner.value.asController],
            ],
            "data": data, "revision": .int(last + 1),
        ]
        // The name is taken only by a revision of another owner, which then serves as well as a label.
        try? writes.create(revision, resource, in: &transaction)
        return (name, label)
    }
}
