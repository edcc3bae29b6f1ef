import KubernetesObjects

extension ResourceOperations {
    /// Deletes an object as a request does, with webhooks.
    func delete(
        _ resource: ServedResource,
        namespace: String,
        name: String,
        _ options: DeleteOptions = DeleteOptions()
    ) async throws(StatusError) -> DeleteResult {
        let key = resource.key(namespace: namespace, name: name)
        let context = deleteContext(key, resource, options)
        if AdmissionWebhooks.concern(context, storage) {
            guard let old = storage.read({ $0.object(key) }) else { throw .notFound(key.resource, name) }
            _ = try await AdmissionWebhooks.review(nil, old: old.value, context, storage)
        }
        return try storage.transact(isDryRun: options.isDryRun) { transaction throws(StatusError) in
            try delete(resource, namespace: namespace, name: name, options, in: &transaction)
        }
    }

    /// Deletes an object in a transaction, without webhooks.
    @discardableResult
    func delete(
        _ resource: ServedResource,
        namespace: String,
        name: String,
        _ options: DeleteOptions = DeleteOptions(),
        in transaction: inout Transaction
    ) throws(StatusError) -> DeleteResult {
        let key = resource.key(namespace: namespace, name: name)
        guard let old = transaction.object(key) else { throw .notFound(key.resource, name) }
        try checkPreconditions(options, old, resource)
        try AdmissionRules.prepareDelete(old, deleteContext(key, resource, options), &transaction)

        var new = old.value
        let finalizers = Self.finalizers(old.finalizers, options.propagation)
        new["metadata", "finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) })
        let grace = Self.gracePeriod(old.value, resource, options)
        let isHeld =
            !finalizers.isEmpty || grace > 0
            || (resource.groupKind == GroupKind(group: "", kind: "Namespace")
                && !(new["spec", "finalizers"]?.array?.isEmpty ?? true))
        guard isHeld else {
            return .removed(removed(key, &transaction) ?? old)
        }
        markTerminating(&new, old, resource, grace: grace, transaction.now)
        guard new != old.value else { return .terminating(old) }
        return .terminating(transaction.put(new, at: key))
    }

    private func checkPreconditions(_ options: DeleteOptions, _ old: StoredObject, _ resource: ServedResource)
        throws(StatusError)
    {
        // The real API server names the kind here, where it names the resource elsewhere.
        let kind = GroupResource(group: resource.group, resource: resource.kind)
        if let uid = options.uid, uid != old.uid {
            throw .conflict(
                kind,
                old.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(old.uid)). "
                    + "The object might have been deleted and then recreated"
            )
        }
        if let version = options.resourceVersion, version != String(old.resourceVersion) {
            throw .conflict(
                kind,
                old.name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(old.resourceVersion)). The object might have been modified"
            )
        }
    }

    private func deleteContext(_ key: ObjectKey, _ resource: ServedResource, _ options: DeleteOptions) -> WriteContext {
        WriteContext(
            operation: .delete,
            resource: resource,
            namespace: key.namespace,
            name: key.name,
            isDryRun: options.isDryRun,
            fieldManager: options.fieldManager,
            environment: environment
        )
    }

    /// The finalizers that the garbage collector is to act on, beside those that the object has.
    private static func finalizers(_ old: [String], _ propagation: DeleteOptions.Propagation?) -> [String] {
        guard let propagation else { return old }
        let others = old.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        switch propagation {
        case .orphan: return others + ["orphan"]
        case .foreground: return others + ["foregroundDeletion"]
        case .background: return others
        }
    }

    /// Only pods that run on a node end gracefully; all other objects go at once.
    private static func gracePeriod(_ object: JSONValue, _ resource: ServedResource, _ options: DeleteOptions) -> Int {
        guard resource.group.isEmpty, resource.kind == "Pod" else { return 0 }
        guard object["spec", "nodeName"]?.string ?? "" != "" else { return 0 }
        guard !["Succeeded", "Failed"].contains(object["status", "phase"]?.string ?? "") else { return 0 }
        let wanted = options.gracePeriodSeconds ?? object["spec", "terminationGracePeriodSeconds"]?.int ?? 30
        guard let running = object["metadata", "deletionGracePeriodSeconds"]?.int else { return max(0, wanted) }
        // A second deletion can only shorten the period.
        return max(0, min(running, options.gracePeriodSeconds ?? running))
    }

    private func markTerminating(
        _ object: inout JSONValue,
        _ old: StoredObject,
        _ resource: ServedResource,
        grace: Int,
        _ now: Timestamp
    ) {
        if !old.isTerminating || object["metadata", "deletionGracePeriodSeconds"]?.int ?? 0 != grace {
            object["metadata", "deletionTimestamp"] = .string(now.adding(seconds: Int64(grace)).description)
            if resource.kind != "Namespace" { object["metadata", "deletionGracePeriodSeconds"] = .int(grace) }
        }
        guard !old.isTerminating else { return }
        if let generation = object["metadata", "generation"]?.int {
            object["metadata", "generation"] = .int(generation + 1)
        }
        if resource.group.isEmpty, resource.kind == "Namespace" { object["status", "phase"] = "Terminating" }
    }
}
