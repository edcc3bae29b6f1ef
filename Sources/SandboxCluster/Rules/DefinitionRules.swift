import KubernetesObjects

/// CustomResourceDefinitions: their defaults, their names and the conditions under which they are served.
enum DefinitionRules {
    static func applyDefaults(to definition: inout JSONValue) {
        definition.edit("spec") { spec in
            let kind = spec.text("names", "kind")
            if !kind.isEmpty {
                spec.setDefault(.string(kind.lowercased()), "names", "singular")
                spec.setDefault(.string(kind + "List"), "names", "listKind")
            }
            spec.setDefault("None", "conversion", "strategy")
            spec.edit("conversion", "webhook", "clientConfig", "service") { $0.setDefault(443, "port") }
        }
    }

    /// Sets the status as the API server's controllers do, at once: names, stored versions, conditions.
    static func setStatus(of definition: inout JSONValue, old: JSONValue?, in objects: Transaction, now: Timestamp) {
        guard let names = definition["spec", "names"] else { return }
        let group = definition.text("spec", "group")
        let conflict = nameConflict(definition, group, in: objects)
        let wasEstablished = old.map(isEstablished) ?? false
        let accepted = conflict == nil
        definition["status", "acceptedNames"] =
            accepted ? names : old?["status", "acceptedNames"] ?? ["plural": "", "kind": ""]

        var stored = old?.elements("status", "storedVersions").compactMap(\.string) ?? []
        let storage = definition.elements("spec", "versions").first { $0["storage"]?.bool == true }?.text("name") ?? ""
        if !stored.contains(storage) { stored.append(storage) }
        definition["status", "storedVersions"] = .array(stored.map { .string($0) })

        var conditions = definition.elements("status", "conditions")
        Conditions.set(
            &conditions,
            type: "NamesAccepted",
            status: accepted,
            reason: conflict?.reason ?? "NoConflicts",
            message: conflict?.message ?? "no conflicts found",
            now: now
        )
        let established = accepted || wasEstablished
        Conditions.set(
            &conditions,
            type: "Established",
            status: established,
            reason: established ? "InitialNamesAccepted" : "NotAccepted",
            message: established ? "the initial names have been accepted" : "not all names are accepted",
            now: now
        )
        definition["status", "conditions"] = .array(conditions)
    }

    static func isEstablished(_ definition: JSONValue) -> Bool {
        definition.elements("status", "conditions").contains { $0["type"] == "Established" && $0["status"] == "True" }
    }

    private static func nameConflict(
        _ definition: JSONValue,
        _ group: String,
        in objects: Transaction
    ) -> (reason: String, message: String)? {
        func resourceNames(_ names: JSONValue?) -> Set<String> {
            var all = [names?.text("plural") ?? "", names?.text("singular") ?? ""]
            all += names?.elements("shortNames").compactMap(\.string) ?? []
            return Set(all.filter { !$0.isEmpty })
        }
        func kinds(_ names: JSONValue?) -> Set<String> {
            Set([names?.text("kind") ?? "", names?.text("listKind") ?? ""].filter { !$0.isEmpty })
        }
        let others = objects.objects(.definitions).map(\.value).filter {
            $0.name != definition.name && $0.text("spec", "group") == group
        }
        let names = definition["spec", "names"]
        for other in others {
            let accepted = other["status", "acceptedNames"]
            let taken = resourceNames(accepted)
            for field in ["plural", "singular"] where taken.contains(names?.text(field) ?? "") {
                let reason = field == "plural" ? "PluralConflict" : "SingularConflict"
                return (reason, "\"\(names?.text(field) ?? "")\" is already in use")
            }
            if let short = names?.elements("shortNames").compactMap(\.string).first(where: taken.contains) {
                return ("ShortNamesConflict", "\"\(short)\" is already in use")
            }
            let takenKinds = kinds(accepted)
            if let kind = kinds(names).sorted().first(where: takenKinds.contains) {
                return (
                    kind == names?.text("kind") ? "KindConflict" : "ListKindConflict", "\"\(kind)\" is already in use"
                )
            }
        }
        return nil
    }

    static func validate(_ definition: JSONValue, _ problems: inout FieldProblems) {
        let (group, plural) = (definition.text("spec", "group"), definition.text("spec", "names", "plural"))
        if definition.name != "\(plural).\(group)" {
            problems.invalid(
                "metadata.name",
                .string(definition.name),
                "must be spec.names.plural+\".\"+spec.group"
            )
        }
        let isProtected = group.hasSuffix(".k8s.io") || group.hasSuffix(".kubernetes.io")
        if isProtected, definition.annotations["api-approved.kubernetes.io"] == nil {
            problems.required(
                "metadata.annotations[api-approved.kubernetes.io]",
                "protected groups must have approval annotation \"api-approved.kubernetes.io\", see "
                    + "https://github.com/kubernetes/enhancements/pull/1111"
            )
        }
        for field in ["group", "scope"] where definition.text("spec", field).isEmpty {
            problems.required("spec.\(field)")
        }
        for field in ["plural", "kind"] where definition.text("spec", "names", field).isEmpty {
            problems.required("spec.names.\(field)")
        }
        let scope = definition.text("spec", "scope")
        if !scope.isEmpty, scope != "Namespaced", scope != "Cluster" {
            problems.unsupported("spec.scope", definition["spec", "scope"], ["Cluster", "Namespaced"])
        }
        let versions = definition.elements("spec", "versions")
        if versions.filter({ $0["storage"]?.bool == true }).count != 1 {
            problems.invalid(
                "spec.versions",
                definition["spec", "versions"],
                "must have exactly one version marked as storage version"
            )
        }
        for (index, version) in versions.enumerated() where version["schema", "openAPIV3Schema"] == nil {
            problems.required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required")
        }
        if definition["spec", "preserveUnknownFields"]?.bool == true {
            problems.invalid(
                "spec.preserveUnknownFields",
                true,
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                    + "spec.versions[*].schema instead"
            )
        }
        let names = Set(versions.map { $0.text("name") })
        for (index, stored) in definition.elements("status", "storedVersions").enumerated() {
            guard let name = stored.string, !name.isEmpty, !names.contains(name) else { continue }
            problems.invalid("status.storedVersions[\(index)]", stored, "must appear in spec.versions")
        }
    }
}
