import KubernetesObjects

/// What the API server does with a custom resource: prune, default, validate by the schema of its version.
enum CustomResourceRules {
    static func prepare(
        _ object: inout JSONValue,
        old: JSONValue?,
        _ context: WriteContext,
        _ transaction: Transaction
    ) throws(StatusError) {
        let name = "\(context.resource.resource).\(context.resource.group)"
        guard let definition = transaction.value(.definitions, namespace: "", name: name) else {
            throw .notFound(context.groupResource, context.name)
        }
        if old == nil, definition.isTerminating {
            throw StatusError(
                code: 405,
                reason: "MethodNotAllowed",
                message: "create not allowed while custom resource definition is terminating"
            )
        }
        // With conversion None only apiVersion differs between versions; the object is validated as the request has it.
        let version = definition.elements("spec", "versions").first { $0.text("name") == context.resource.version }
        var problems = FieldProblems()
        MetadataRules.validate(object, resource: context.groupResource, isCustom: true, &problems)
        if let old { MetadataRules.validateUpdate(object, from: old, &problems) }
        guard let root = version?["schema", "openAPIV3Schema"] else {
            try problems.check(context.resource.groupKind, context.name)
            return
        }
        let schema = StructuralSchema(root: root)
        schema.prune(&object)
        schema.setDefaults(&object)
        var validation = SchemaValidation()
        validation.validate(object, withoutMetadata(root), "")
        for cause in validation.problems.causes { problems.add(cause.reason, cause.message, cause.field) }
        try problems.check(context.resource.groupKind, context.name)
    }

    /// Metadata has the rules of all objects; a schema can only restrict its name, which few do.
    private static func withoutMetadata(_ root: JSONValue) -> JSONValue {
        var root = root
        for field in ["metadata", "apiVersion", "kind"] { root.edit("properties") { $0[field] = nil } }
        return root
    }
}
