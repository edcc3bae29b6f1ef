import KubernetesObjects

/// The writes of controllers: whole objects including status, under the rules of the kinds, without webhooks.
struct ControllerWrites: Sendable {
    let registry: ResourceRegistry
    let environment: SandboxEnvironment

    /// Creates an object with its metadata, defaults and allocations, as a request would.
    func create(_ object: JSONValue, _ resource: GroupResource, in transaction: inout Transaction) throws(StatusError) {
        guard let served = registry.resource(resource) else { throw .notFound(resource, object.name) }
        var object = object
        if object.name.isEmpty {
            object["metadata", "name"] = .string(object.text("metadata", "generateName") + environment.nameSuffix())
        }
        let key = served.key(namespace: object.namespace, name: object.name)
        guard transaction.object(key) == nil else { throw .alreadyExists(resource, key.name) }
        if served.isNamespaced {
            guard let owner = transaction.object(ObjectKey(.namespaces, name: key.namespace)) else {
                throw .notFound(.namespaces, key.namespace)
            }
            guard !owner.isTerminating else {
                throw .forbidden(
                    resource,
                    key.name,
                    "unable to create new content in namespace \(key.namespace) because it is being terminated"
                )
            }
        }
        object["metadata", "uid"] = .string(transaction.newUID())
        object["metadata", "creationTimestamp"] = .string("\(transaction.now)")
        if ObjectMetadata.hasGeneration(served) { object["metadata", "generation"] = 1 }
        let context = WriteContext(
            operation: .create,
            resource: served,
            namespace: key.namespace,
            name: key.name,
            fieldManager: "sandbox-controller-manager",
            environment: environment
        )
        AdmissionRules.setDefaults(&object, context)
        try AdmissionRules.prepareCreate(&object, context, &transaction)
        transaction.put(object, at: key)
    }

    /// Changes an object; writes nothing when `body` changes nothing. Removes a terminating object without finalizers.
    func change(_ key: ObjectKey, in transaction: inout Transaction, _ body: (inout JSONValue) -> Void) {
        guard let stored = transaction.object(key) else { return }
        var value = stored.value
        body(&value)
        guard value != stored.value else { return }
        if registry.resource(key.resource).map(ObjectMetadata.hasGeneration) == true,
            value["spec"] != stored.value["spec"]
        {
            value["metadata", "generation"] = .int((stored.value["metadata", "generation"]?.int ?? 1) + 1)
        }
        transaction.put(value, at: key)
        removeWhenDone(key, in: &transaction)
    }

    /// Deletes an object: at once without finalizers, else it is terminating until the last one goes.
    func delete(_ key: ObjectKey, finalizer: String? = nil, in transaction: inout Transaction) {
        guard let stored = transaction.object(key) else { return }
        guard !stored.finalizers.isEmpty || finalizer != nil || hasOwnLifeCycle(stored) else {
            remove(key, in: &transaction)
            return
        }
        let now = transaction.now
        change(key, in: &transaction) { object in
            guard !object.isTerminating else { return }
            object["metadata", "deletionTimestamp"] = .string("\(now)")
            object["metadata", "deletionGracePeriodSeconds"] = 0
            if let finalizer { object.addFinalizer(finalizer) }
            if key.resource == .namespaces { object["status", "phase"] = "Terminating" }
        }
    }

    /// Removes a terminating object whose last finalizer is gone.
    func removeWhenDone(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let stored = transaction.object(key), stored.isTerminating, stored.finalizers.isEmpty,
            !hasOwnLifeCycle(stored), key.resource != .pods
        else { return }
        remove(key, in: &transaction)
    }

    func remove(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let last = transaction.remove(key) else { return }
        AdmissionRules.afterRemove(last, &transaction)
    }

    /// A namespace stays while its own finalizers hold it.
    private func hasOwnLifeCycle(_ object: StoredObject) -> Bool {
        object.key.resource == .namespaces && !object.value.elements("spec", "finalizers").isEmpty
    }
}

extension JSONValue {
    /// The owner reference that says who manages the object.
    var controllerReference: JSONValue? {
        elements("metadata", "ownerReferences").first { $0["controller"]?.bool == true }
    }

    /// A reference to this object as the managing controller of another one.
    var asController: JSONValue {
        [
            "apiVersion": self["apiVersion"] ?? "", "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// Whether a Pod counts as one of its controller's: neither finished nor going away.
    var isActivePod: Bool { !isTerminating && !["Succeeded", "Failed"].contains(text("status", "phase")) }

    var isReadyPod: Bool { Conditions.holds("Ready", in: self) }
}
