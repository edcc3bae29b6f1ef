import KubernetesObjects

/// The rules of the kinds: defaults, immutable fields, validation, allocation.
///
/// Objects are in their storage version. The order of a write is: `setDefaults`, webhooks (outside of the transaction),
/// then in the transaction `prepareCreate` or `prepareUpdate`, the write, `afterWrite`.
enum AdmissionRules {
    /// Fills in default values; it depends on the object alone and is idempotent.
    static func setDefaults(_ object: inout JSONValue, _ context: WriteContext) {
        guard !context.resource.isCustom, context.subresource.isEmpty else { return }
        ObjectRules.applyDefaults(to: &object, resource: context.groupResource)
    }

    /// Readies a new object for the write: clears or sets its status, allocates addresses and ports, validates.
    ///
    /// Metadata (name, uid, creationTimestamp, generation, managedFields) is already set. The namespace exists.
    static func prepareCreate(
        _ object: inout JSONValue,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {
        if context.resource.isCustom {
            try CustomResourceRules.prepare(&object, old: nil, context, transaction)
        } else {
            try ObjectRules.create(
                &object,
                resource: context.groupResource,
                in: transaction,
                options: RuleOptions(environment: context.environment)
            )
        }
        try QuotaRules.check(object, resource: context.groupResource, in: transaction)
    }

    /// Readies a changed object for the write: immutable fields, allocation, validation.
    ///
    /// The subresource of the context says what can differ: with `status` only status (and metadata), without it not status.
    static func prepareUpdate(
        _ object: inout JSONValue,
        old: StoredObject,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {
        if context.resource.isCustom {
            try CustomResourceRules.prepare(&object, old: old.value, context, transaction)
        } else if context.subresource.isEmpty {
            try ObjectRules.update(
                &object,
                from: old.value,
                resource: context.groupResource,
                in: transaction,
                options: RuleOptions(environment: context.environment)
            )
        }
    }

    /// Refuses a deletion, for example of the namespaces `default` and `kube-system`.
    static func prepareDelete(
        _ object: StoredObject,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {
        let immortal = ["default", "kube-system", "kube-public"]
        if context.groupResource == .namespaces, immortal.contains(object.name) {
            throw .forbidden(.namespaces, object.name, "this namespace may not be deleted")
        }
        let classes = GroupResource(group: "scheduling.k8s.io", resource: "priorityclasses")
        if context.groupResource == classes, object.name.hasPrefix("system-") {
            throw .forbidden(classes, object.name, "this is a system priority class and cannot be deleted")
        }
    }

    /// What else changes in the same transaction, after the object was written.
    static func afterWrite(_ object: StoredObject, _ context: WriteContext, _ transaction: inout Transaction) {}

    /// What else changes in the same transaction, after the object was removed from the storage.
    static func afterRemove(_ object: StoredObject, _ transaction: inout Transaction) {
        // Names that a vanished definition held are free for the ones that wanted them.
        guard object.key.resource == .definitions else { return }
        for other in Array(transaction.objects(.definitions)) {
            var value = other.value
            DefinitionRules.setStatus(of: &value, old: other.value, in: transaction, now: transaction.now)
            if value != other.value { transaction.put(value, at: other.key) }
        }
    }
}
