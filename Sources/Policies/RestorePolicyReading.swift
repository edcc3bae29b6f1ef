import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a RestorePolicy, or the restore part of a drill.
    func restorePolicy(named name: String, at location: SourceLocation, waits: Bool = false) -> RestorePolicy? {
        fields { fields in
            var policy = RestorePolicy(
                name: name,
                selection: fields.optional("selection")?.objectSelection() ?? .everything,
                objects: fields.objectChoices(),
                withDependencies: fields.bool("withDependencies", default: false),
                namespaceMapping: fields.optional("namespaceMapping")?.namespaceMapping() ?? [:],
                mappings: fields.restoreMappings(),
                conflict: fields.choice("conflict", default: .skip),
                preserveNodePorts: fields.bool("preserveNodePorts", default: false),
                includeStatus: fields.patterns("includeStatus"),
                readiness: fields.optional("waitForReadiness")?.readinessWait() ?? ReadinessWait(isWanted: waits),
                patches: fields.optional("patches")?.elements?.compactMap { $0.restorePatch() } ?? [],
                location: location
            )
            policy.conflictRules =
                fields.optional("conflictRules")?.elements?.compactMap { $0.conflictRule() } ?? []
            policy.order = fields.optional("order")?.elements?.compactMap { $0.orderRule() } ?? []
            policy.restoresFinished = fields.bool("includeFinished", default: false)
            policy.resealsSecrets = fields.bool("resealSecrets", default: false)
            policy.annotatesObjects = fields.bool("annotateObjects", default: false)
            policy.recordsEvents = fields.bool("recordEvents", default: false)
            policy.hooks = fields.restoreHooks()
            policy.takesVeleroHooks = fields.bool("veleroHooks", default: false)
            return policy
        }
    }

    private func orderRule() -> OrderRule? {
        fields { fields in
            OrderRule(
                first: fields.required("first")?.strings?.map { NamePattern($0) } ?? [],
                then: fields.required("then")?.strings?.map { NamePattern($0) } ?? []
            )
        }
    }

    private func conflictRule() -> ResourceConflictRule? {
        fields { fields in
            ResourceConflictRule(
                resources: fields.required("resources")?.strings?.map { NamePattern($0) } ?? [],
                rule: fields.choice("conflict", default: .skip)
            )
        }
    }

    private func namespaceMapping() -> [String: String]? {
        guard let mapping = stringMap else { return nil }
        var sources: [String: [String]] = [:]
        for (old, new) in mapping {
            if new.isEmpty { report("the new name of the namespace “\(old)” is empty") }
            sources[new, default: []].append(old)
        }
        for (new, old) in sources.sorted(by: { $0.key < $1.key }) where old.count > 1 {
            let names = old.sorted().joined(separator: "” and “")
            report("the namespaces “\(names)” both become “\(new)”; their objects could collide")
        }
        return mapping
    }

    /// `true`, `false`, or how long to wait.
    private func readinessWait() -> ReadinessWait? {
        if isScalar { return bool.map { ReadinessWait(isWanted: $0) } }
        return fields { fields in
            ReadinessWait(isWanted: true, timeoutSeconds: fields.duration("timeout") ?? ReadinessWait().timeoutSeconds)
        }
    }

    private func restorePatch() -> RestorePatch? {
        fields { fields -> RestorePatch? in
            let selection = fields.required("selection")?.objectSelection()
            let names = fields.patterns("names")
            let (json, merge, strategic) = (
                fields.optional("json"), fields.optional("merge"), fields.optional("strategic")
            )
            guard [json, merge, strategic].count(where: { $0 != nil }) == 1 else {
                fields.report("a patch has exactly one of “json” (RFC 6902), “merge” (RFC 7386) and “strategic”")
                return nil
            }
            guard let selection, let change = json?.jsonPatch() ?? merge?.mergePatch() ?? strategic?.strategicPatch()
            else { return nil }
            return RestorePatch(selection: selection, names: names, change: change, location: fields.location)
        } ?? nil
    }

    /// Checks each operation alone, so that a problem points at the operation.
    private func jsonPatch() -> RestorePatch.Change? {
        for operation in elements ?? [] {
            _ = operation.fields { fields in
                for name in ["op", "path"] { _ = fields.requiredString(name) }
                for name in ["value", "from"] { _ = fields.optional(name) }
            }
            guard let value = operation.json else { continue }
            _ = operation.attempt { () throws(LifeboatError) in try JSONPatch(of: .array([value])) }
        }
        return json.map { .json($0) }
    }

    private func strategicPatch() -> RestorePatch.Change? {
        guard isMapping else {
            report("a strategic patch must be a mapping")
            return nil
        }
        // Directives are checked without an object; lists that lack a name show then as well.
        guard let value = json,
            attempt({ () throws(LifeboatError) in try StrategicMergePatch.apply(value, to: [:]) }) != nil
        else { return nil }
        return .strategic(value)
    }

    private func mergePatch() -> RestorePatch.Change? {
        guard isMapping else {
            report("a merge patch must be a mapping")
            return nil
        }
        return json.map { .merge($0) }
    }
}

extension PolicyFields {
    fileprivate func objectChoices() -> [ObjectChoice] {
        strings("objects")
            .compactMap { text in
                let choice = ObjectChoice(parsing: text)
                if choice == nil { report("“\(text)” is no object; write KIND/NAME") }
                return choice
            }
    }

    fileprivate func restoreMappings() -> RestoreMappings {
        var mappings = RestoreMappings()
        func texts(_ name: String) -> [String: String] {
            guard let node = optional(name), let map = node.stringMap else { return [:] }
            for (old, new) in map.sorted(by: { $0.key < $1.key }) where old.isEmpty || new.isEmpty {
                node.report("both names of “\(old)” and “\(new)” must have characters")
            }
            return map
        }
        mappings.storageClasses = texts("storageClassMapping")
        mappings.ingressClasses = texts("ingressClassMapping")
        mappings.imageRegistries = texts("imageRegistryMapping")
        mappings.hosts = texts("hostMapping")
        mappings.nodeLabels = texts("nodeLabelMapping")
        for text in (Array(mappings.nodeLabels.keys) + mappings.nodeLabels.values).sorted() where !text.contains("=") {
            report("“\(text)” is no label of a node; write KEY=VALUE")
        }
        return mappings
    }
}
