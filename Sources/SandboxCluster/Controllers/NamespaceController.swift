import KubernetesObjects

/// The life cycle of namespaces: their default objects, and their emptying on deletion.
struct NamespaceController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let namespace = transaction.object(key) else { return }
        if namespace.isTerminating {
            empty(namespace, in: &transaction)
        } else {
            Self.createDefaults(of: key.name, writes, in: &transaction)
        }
    }

    /// The ServiceAccount and the certificate that every namespace has.
    static func createDefaults(of namespace: String, _ writes: ControllerWrites, in transaction: inout Transaction) {
        let account: JSONValue = [
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": ["name": "default", "namespace": .string(namespace)],
        ]
        let certificate: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": "kube-root-ca.crt", "namespace": .string(namespace),
                "annotations": [
                    "kubernetes.io/description":
                        """
                    Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints \
                    such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
                    distributions of Kubernetes clusters.
                    """
                ],
            ],
            "data": ["ca.crt": .string(TokenController.certificate)],
        ]
        for (object, resource) in [(account, GroupResource.serviceAccounts), (certificate, .configMaps)] {
            // It is there already, or the namespace is going away: both leave nothing to do.
            try? writes.create(object, resource, in: &transaction)
        }
    }

    private func empty(_ namespace: StoredObject, in transaction: inout Transaction) {
        let order = transaction.objects(inNamespace: namespace.name).sorted {
            ($0.key.resource.description, $0.name) < ($1.key.resource.description, $1.name)
        }
        for object in order {
            if object.key.resource == .pods, object.finalizers.isEmpty {
                writes.remove(object.key, in: &transaction)
            } else {
                writes.delete(object.key, in: &transaction)
            }
        }
        // Claims are held while Pods use them, and those are gone now.
        for claim in Array(transaction.objects(.claims, namespace: namespace.name)) {
            writes.change(claim.key, in: &transaction) { $0.removeFinalizer("kubernetes.io/pvc-protection") }
        }
        let left = transaction.objects(inNamespace: namespace.name)
        guard left.isEmpty else {
            report(left, namespace, in: &transaction)
            return
        }
        writes.change(namespace.key, in: &transaction) { object in
            object["spec", "finalizers"] = nil
            if object["spec"] == nil { object["spec"] = [:] }
        }
        writes.removeWhenDone(namespace.key, in: &transaction)
    }

    private func report(_ left: [StoredObject], _ namespace: StoredObject, in transaction: inout Transaction) {
        var finalizers: [String: Int] = [:]
        for object in left { for finalizer in object.finalizers { finalizers[finalizer, default: 0] += 1 } }
        let list = finalizers.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }
        let now = transaction.now
        writes.change(namespace.key, in: &transaction) { object in
            func set(_ type: String, _ status: Bool, _ reason: String, _ message: String) {
                Conditions.set(in: &object, type: type, status: status, reason: reason, message: message, now: now)
            }
            set(
                "NamespaceDeletionDiscoveryFailure",
                false,
                "ResourcesDiscovered",
                "All resources successfully discovered"
            )
            set(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"
            )
            set("NamespaceContentRemaining", true, "SomeResourcesRemain", "Some resources are remaining: \(left.count)")
            set(
                "NamespaceFinalizersRemaining",
                !list.isEmpty,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: \(list.joined(separator: ", "))"
            )
        }
    }
}
