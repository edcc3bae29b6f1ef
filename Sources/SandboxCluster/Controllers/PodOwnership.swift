import KubernetesObjects

/// How controllers claim Pods and other objects: theirs by reference, and orphans that their selector matches.
struct PodOwnership {
    let writes: ControllerWrites

    /// The objects of a resource that `owner` controls, after it adopted the orphans that match.
    func claim(
        _ resource: GroupResource,
        for owner: StoredObject,
        in transaction: inout Transaction
    ) -> [StoredObject] {
        let selector = owner.value["spec", "selector"].flatMap { try? LabelSelector(of: $0) }
        var claimed: [StoredObject] = []
        for object in Array(transaction.objects(resource, namespace: owner.namespace)) {
            if let reference = object.value.controllerReference {
                if reference.text("uid") == owner.uid { claimed.append(object) }
                continue
            }
            guard let selector, !selector.requirements.isEmpty, selector.matches(object.labels), !object.isTerminating,
                !owner.isTerminating
            else { continue }
            writes.change(object.key, in: &transaction) { value in
                let references = value.elements("metadata", "ownerReferences").filter { $0.text("uid") != owner.uid }
                value["metadata", "ownerReferences"] = .array(references + [owner.value.asController])
            }
            if let adopted = transaction.object(object.key) { claimed.append(adopted) }
        }
        return claimed
    }

    /// A Pod as a workload's template says, with its owner.
    static func pod(of owner: StoredObject, labels: [String: String] = [:], name: String? = nil) -> JSONValue {
        let template = owner.value["spec", "template"] ?? [:]
        var metadata: JSONValue = ["namespace": .string(owner.namespace)]
        if let name { metadata["name"] = .string(name) } else { metadata["generateName"] = .string(owner.name + "-") }
        for field in ["labels", "annotations", "finalizers"] {
            if let value = template["metadata", field], !value.isNull { metadata[field] = value }
        }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { metadata["labels", key] = .string(value) }
        metadata["ownerReferences"] = [owner.value.asController]
        return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] ?? [:]]
    }

    /// The short hash of a template, in letters that make no words.
    static func hash(_ template: JSONValue) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in template.encoded(sortedKeys: true) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let characters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(String(hash).utf8.map { characters[Int($0) % characters.count] })
    }

    /// The pods to delete first when there are too many: those that are not ready, then the youngest.
    static func deletionOrder(_ pods: [StoredObject]) -> [StoredObject] {
        pods.sorted { left, right in
            if left.value.isReadyPod != right.value.isReadyPod { return !left.value.isReadyPod }
            return left.resourceVersion > right.resourceVersion
        }
    }
}
