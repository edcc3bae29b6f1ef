import KubernetesObjects

/// The rules of `metadata`, which all kinds share.
enum MetadataRules {
    static func validate(
        _ object: JSONValue,
        resource: GroupResource,
        isCustom: Bool = false,
        _ problems: inout FieldProblems
    ) {
        let name = object.name
        if name.isEmpty {
            problems.required("metadata.name", "name or generateName is required")
        } else if let problem = NameRules.problem(name, resource: resource) {
            problems.invalid("metadata.name", .string(name), problem)
        }
        for label in object["metadata", "labels"]?.object?.members ?? [] {
            validateKey(label.key, "metadata.labels", &problems)
            if let value = label.value.string, !NameRules.isLabelValue(value) {
                problems.invalid(
                    "metadata.labels",
                    label.value,
                    """
                    a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                    must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                    regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
                    """
                )
            }
        }
        var size = 0
        for annotation in object["metadata", "annotations"]?.object?.members ?? [] {
            validateKey(annotation.key.lowercased(), "metadata.annotations", &problems)
            size += annotation.key.utf8.count + (annotation.value.string?.utf8.count ?? 0)
        }
        if size > 262_144 { problems.tooLong("metadata.annotations", limit: 262_144) }
        for owner in object.elements("metadata", "ownerReferences") {
            for field in ["apiVersion", "kind", "name", "uid"] where owner.text(field).isEmpty {
                let path = "metadata.ownerReferences.\(field)"
                problems.invalid(path, owner[field] ?? "", "\(field) must not be empty")
            }
        }
        let controllers = object.elements("metadata", "ownerReferences").filter { $0["controller"]?.bool == true }
        if controllers.count > 1 {
            problems.invalid(
                "metadata.ownerReferences",
                object["metadata", "ownerReferences"],
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                    + "\(controllers[0].text("name")) and \(controllers[1].text("name"))"
            )
        }
        // Only the built-in kinds insist on a domain.
        for (index, finalizer) in object.finalizers.enumerated()
        where !isCustom && !finalizer.contains("/") && !isStandard(finalizer) {
            problems.invalid(
                "metadata.finalizers[\(index)]",
                .string(finalizer),
                "name is neither a standard finalizer name nor is it fully qualified"
            )
        }
    }

    static func validateUpdate(_ object: JSONValue, from old: JSONValue, _ problems: inout FieldProblems) {
        for field in ["name", "namespace", "uid", "creationTimestamp"] {
            problems.immutable("metadata.\(field)", object["metadata", field], old["metadata", field])
        }
        guard old.isTerminating else { return }
        let added = object.finalizers.filter { !old.finalizers.contains($0) }
        if !added.isEmpty {
            let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
            problems.forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"
            )
        }
    }

    private static func isStandard(_ finalizer: String) -> Bool {
        ["kubernetes", "orphan", "foregroundDeletion"].contains(finalizer)
    }

    private static func validateKey(_ key: String, _ field: String, _ problems: inout FieldProblems) {
        guard !NameRules.isQualifiedName(key) else { return }
        problems.invalid(
            field,
            .string(key),
            """
            name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
            alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
            '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            """
        )
    }
}
