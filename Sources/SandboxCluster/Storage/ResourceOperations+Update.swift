import KubernetesObjects

extension ResourceOperations {
    /// Changes an object as a request does, with webhooks; `change` gets the object as it is stored.
    ///
    /// It may be called again when the object changed while webhooks were asked.
    func change(
        _ resource: ServedResource,
        namespace: String,
        name: String,
        _ options: WriteOptions = WriteOptions(),
        _ change: @Sendable (StoredObject, MergeSchema) throws(StatusError) -> JSONValue
    ) async throws(StatusError) -> StoredObject {
        let key = resource.key(namespace: namespace, name: name)
        let context = updateContext(key, resource, options)
        guard AdmissionWebhooks.concern(context, storage) else {
            return try storage.transact(isDryRun: options.isDryRun) { transaction throws(StatusError) in
                guard let old = transaction.object(key) else { throw .notFound(key.resource, name) }
                let new = try change(old, MergeSchema.of(resource, transaction))
                return try write(new, over: old, context, options, in: &transaction)
            }
        }
        for _ in 0..<10 {
            let (found, schema) = storage.read { ($0.object(key), MergeSchema.of(resource, $0)) }
            guard let old = found else { throw .notFound(key.resource, name) }
            var new = separated(try change(old, schema), from: old, context)
            AdmissionRules.setDefaults(&new, context)
            let reviewed = try await AdmissionWebhooks.review(new, old: old.value, context, storage) ?? new
            let written = try storage.transact(isDryRun: options.isDryRun) {
                transaction throws(StatusError) -> StoredObject? in
                guard let current = transaction.object(key) else { throw .notFound(key.resource, name) }
                guard current.resourceVersion == old.resourceVersion else { return nil }
                return try write(reviewed, over: current, context, options, in: &transaction)
            }
            if let written { return written }
        }
        throw .conflict(key.resource, name, Self.modifiedMessage)
    }

    /// Replaces an object in a transaction, without webhooks. The object may be in any served version of its kind.
    @discardableResult
    func update(
        _ object: JSONValue,
        _ resource: ServedResource,
        namespace: String,
        name: String,
        _ options: WriteOptions = WriteOptions(),
        in transaction: inout Transaction
    ) throws(StatusError) -> StoredObject {
        let key = resource.key(namespace: namespace, name: name)
        guard let old = transaction.object(key) else { throw .notFound(key.resource, name) }
        let new = try replacement(object, resource, old)
        return try write(new, over: old, updateContext(key, resource, options), options, in: &transaction)
    }

    /// Changes an object in place in a transaction, without webhooks; nil when there is none.
    @discardableResult
    func modify(
        _ key: ObjectKey,
        subresource: String = "",
        manager: String,
        in transaction: inout Transaction,
        _ change: (inout JSONValue) -> Void
    ) throws(StatusError) -> StoredObject? {
        guard let old = transaction.object(key), let resource = registry.resource(key.resource) else { return nil }
        var new = old.value
        change(&new)
        let options = WriteOptions(fieldManager: manager, subresource: subresource)
        return try write(new, over: old, updateContext(key, resource, options), options, in: &transaction)
    }

    /// The object of a PUT in the storage version, after its preconditions were checked.
    func replacement(_ object: JSONValue, _ resource: ServedResource, _ old: StoredObject) throws(StatusError)
        -> JSONValue
    {
        try ObjectMetadata.checkKind(object, resource)
        let key = old.key
        if let name = object["metadata", "name"]?.string, name != key.name {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(key.name))"
            )
        }
        if let namespace = object["metadata", "namespace"]?.string, !namespace.isEmpty, namespace != key.namespace,
            resource.isNamespaced
        {
            throw .badRequest(
                "the namespace of the object (\(namespace)) does not match the namespace on the request (\(key.namespace))"
            )
        }
        try checkPreconditions(
            uid: object["metadata", "uid"]?.string,
            resourceVersion: object["metadata", "resourceVersion"]?.string,
            old
        )
        return VersionConversion.toStorage(object, resource)
    }

    static let modifiedMessage =
        "the object has been modified; please apply your changes to the latest version and try again"

    /// Empty and absent preconditions hold.
    func checkPreconditions(uid: String?, resourceVersion: String?, _ old: StoredObject) throws(StatusError) {
        if let uid, !uid.isEmpty, uid != old.uid {
            throw .conflict(
                old.key.resource,
                old.name,
                "StorageError: invalid object, Code: 4, Key: /registry/\(old.key.path), ResourceVersion: 0, "
                    + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)"
            )
        }
        if let resourceVersion, !resourceVersion.isEmpty, resourceVersion != "0",
            resourceVersion != String(old.resourceVersion)
        {
            throw .conflict(old.key.resource, old.name, Self.modifiedMessage)
        }
    }

    private func updateContext(_ key: ObjectKey, _ resource: ServedResource, _ options: WriteOptions) -> WriteContext {
        WriteContext(
            operation: .update,
            resource: resource,
            namespace: key.namespace,
            name: key.name,
            subresource: options.subresource,
            isDryRun: options.isDryRun,
            fieldManager: options.fieldManager,
            environment: environment
        )
    }

    /// The new object with only that changed which the subresource of the request can change.
    private func separated(_ new: JSONValue, from old: StoredObject, _ context: WriteContext) -> JSONValue {
        var result = new
        switch context.subresource {
        case "status":
            result = old.value
            result["status"] = new["status"]
            if context.resource.isCustom {
                result["metadata", "managedFields"] = new["metadata", "managedFields"]
            } else {
                result["metadata"] = new["metadata"]
            }
        case "finalize":
            result = old.value
            result["spec", "finalizers"] = new["spec", "finalizers"]
        default:
            if context.resource.hasStatus { result["status"] = old.value["status"] }
            if context.resource.groupKind == GroupKind(group: "", kind: "Namespace") {
                result["spec", "finalizers"] = old.value["spec", "finalizers"]
            }
        }
        result["apiVersion"] = old.value["apiVersion"]
        result["kind"] = old.value["kind"]
        ObjectMetadata.keepSystemFields(&result, from: old.value)
        return result
    }

    private func write(
        _ object: JSONValue,
        over old: StoredObject,
        _ context: WriteContext,
        _ options: WriteOptions,
        in transaction: inout Transaction
    ) throws(StatusError) -> StoredObject {
        let resource = context.resource
        let key = old.key
        var new = separated(object, from: old, context)
        AdmissionRules.setDefaults(&new, context)
        try checkNewFinalizers(new, old, resource)
        if !options.keepsManagedFields {
            ManagedFields.record(
                &new,
                old: old.value,
                resource,
                manager: options.fieldManager,
                subresource: options.subresource,
                at: transaction.now,
                MergeSchema.of(resource, transaction)
            )
        }
        try AdmissionRules.prepareUpdate(&new, old: old, context, &transaction)
        if context.subresource != "status", ObjectMetadata.hasGeneration(resource),
            ObjectMetadata.specDiffers(old.value, new, resource)
        {
            new["metadata", "generation"] = .int((old.value["metadata", "generation"]?.int ?? 0) + 1)
        }
        if isFinished(new, old, resource) {
            transaction.put(new, at: key)
            return removed(key, &transaction) ?? old
        }
        guard new != old.value else { return old }
        transaction.put(new, at: key)
        if let stored = transaction.object(key) { AdmissionRules.afterWrite(stored, context, &transaction) }
        return transaction.object(key) ?? old
    }

    private func checkNewFinalizers(_ new: JSONValue, _ old: StoredObject, _ resource: ServedResource)
        throws(StatusError)
    {
        guard old.isTerminating else { return }
        let finalizers = new["metadata", "finalizers"]?.array?.compactMap(\.string) ?? []
        let added = finalizers.filter { !old.finalizers.contains($0) }
        guard !added.isEmpty else { return }
        let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
        throw .invalid(
            resource.groupKind,
            old.name,
            [
                .forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"
                )
            ]
        )
    }

    /// Whether a terminating object has lost its last finalizer with this write.
    private func isFinished(_ new: JSONValue, _ old: StoredObject, _ resource: ServedResource) -> Bool {
        guard old.isTerminating, new["metadata", "finalizers"]?.array?.isEmpty ?? true else { return false }
        switch resource.kind {
        case "Namespace" where resource.group.isEmpty: return new["spec", "finalizers"]?.array?.isEmpty ?? true
        case "Pod" where resource.group.isEmpty: return new["metadata", "deletionGracePeriodSeconds"]?.int ?? 0 == 0
        default: return true
        }
    }

    /// Removes the object from the storage with all that follows from it.
    func removed(_ key: ObjectKey, _ transaction: inout Transaction) -> StoredObject? {
        guard let last = transaction.remove(key) else { return nil }
        AdmissionRules.afterRemove(last, &transaction)
        return last
    }
}
