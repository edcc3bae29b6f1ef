import KubernetesObjects

extension ResourceOperations {
    /// Creates an object as a request does, with webhooks. The object may be in any served version of its kind.
    func create(
        _ object: JSONValue,
        _ resource: ServedResource,
        namespace: String,
        _ options: WriteOptions = WriteOptions()
    ) async throws(StatusError) -> StoredObject {
        var (object, context) = try prepared(object, resource, namespace: namespace, options)
        if AdmissionWebhooks.concern(context, storage) {
            object = try await AdmissionWebhooks.review(object, old: nil, context, storage) ?? object
        }
        return try storage.transact(isDryRun: options.isDryRun) { transaction throws(StatusError) in
            try insert(object, context, options, in: &transaction)
        }
    }

    /// Creates an object in a transaction, without webhooks.
    @discardableResult
    func create(
        _ object: JSONValue,
        _ resource: ServedResource,
        namespace: String,
        _ options: WriteOptions = WriteOptions(),
        in transaction: inout Transaction
    ) throws(StatusError) -> StoredObject {
        let (object, context) = try prepared(object, resource, namespace: namespace, options)
        return try insert(object, context, options, in: &transaction)
    }

    private func prepared(
        _ object: JSONValue,
        _ resource: ServedResource,
        namespace: String,
        _ options: WriteOptions
    ) throws(StatusError) -> (JSONValue, WriteContext) {
        var object = object
        try ObjectMetadata.identify(&object, resource, namespace: namespace, environment)
        if let version = object["metadata", "resourceVersion"]?.string, !version.isEmpty {
            throw StatusError(
                code: 500,
                reason: "",
                message: "resourceVersion should not be set on objects to be created"
            )
        }
        object = VersionConversion.toStorage(object, resource)
        let context = WriteContext(
            operation: .create,
            resource: resource,
            namespace: resource.isNamespaced ? namespace : "",
            name: object["metadata", "name"]?.string ?? "",
            subresource: options.subresource,
            isDryRun: options.isDryRun,
            fieldManager: options.fieldManager,
            environment: environment
        )
        // Only a node may come with its status: its agent registers it so.
        if resource.hasStatus, resource.groupKind != GroupKind(group: "", kind: "Node") { object["status"] = nil }
        AdmissionRules.setDefaults(&object, context)
        return (object, context)
    }

    private func insert(
        _ object: JSONValue,
        _ context: WriteContext,
        _ options: WriteOptions,
        in transaction: inout Transaction
    ) throws(StatusError) -> StoredObject {
        let resource = context.resource
        let managedFields = object["metadata", "managedFields"]
        if resource.isNamespaced { try checkNamespace(context, transaction) }
        var object = object
        ObjectMetadata.begin(&object, resource, transaction)
        if options.keepsManagedFields {
            object["metadata", "managedFields"] = managedFields
        } else {
            ManagedFields.record(
                &object,
                old: nil,
                resource,
                manager: options.fieldManager,
                subresource: "",
                at: transaction.now,
                MergeSchema.of(resource, transaction)
            )
        }
        // After the fields have their managers: what the server allocates belongs to none.
        try AdmissionRules.prepareCreate(&object, context, &transaction)
        if resource.hasStatus, !resource.isCustom, object["status"] == nil { object["status"] = .object(JSONObject()) }
        let key = resource.key(namespace: context.namespace, name: context.name)
        guard transaction.object(key) == nil else { throw .alreadyExists(key.resource, key.name) }
        transaction.put(object, at: key)
        if let stored = transaction.object(key) { AdmissionRules.afterWrite(stored, context, &transaction) }
        guard let stored = transaction.object(key) else { throw .notFound(key.resource, key.name) }
        return stored
    }

    private func checkNamespace(_ context: WriteContext, _ transaction: borrowing Transaction) throws(StatusError) {
        let namespaces = GroupResource(group: "", resource: "namespaces")
        guard let namespace = transaction.object(ObjectKey(namespaces, name: context.namespace)) else {
            throw .notFound(namespaces, context.namespace)
        }
        guard namespace.isTerminating else { return }
        var error = StatusError.forbidden(
            context.groupResource,
            context.name,
            "unable to create new content in namespace \(context.namespace) because it is being terminated"
        )
        error.causes = [
            StatusError.Cause(
                reason: "NamespaceTerminating",
                message: "namespace \(context.namespace) is being terminated",
                field: "metadata.namespace"
            )
        ]
        throw error
    }
}
