import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a BackupPolicy.
    func backupPolicy(named name: String, at location: SourceLocation) -> BackupPolicy? {
        fields { fields in
            BackupPolicy(
                name: name,
                context: fields.string("context"),
                selection: fields.optional("selection")?.objectSelection() ?? .everything,
                schedule: fields.optional("schedule")?.schedule(of: name),
                retention: fields.optional("retention")?.retentionPolicy(),
                freshnessMarker: fields.optional("freshnessMarker")?
                    .fields {
                        FreshnessMarker(namespace: $0.requiredString("namespace"), name: $0.requiredString("name"))
                    },
                allowsCachedLists: fields.bool("allowCachedLists", default: false),
                location: location
            )
        }
    }

    /// Reads a selection of objects.
    func objectSelection() -> ObjectSelection? {
        fields { fields in
            let namespaces = fields.includeAndExclude("namespaces")
            let resources = fields.includeAndExclude("resources")
            return ObjectSelection(
                includedNamespaces: namespaces.include,
                excludedNamespaces: namespaces.exclude,
                includedResources: resources.include,
                excludedResources: resources.exclude,
                labelSelector: fields.optional("labelSelector")?.labelSelector() ?? LabelSelector([]),
                clusterResources: fields.choice("clusterResources", default: .auto)
            )
        }
    }

    /// A selector as a text that `kubectl -l` takes, or as matchLabels and matchExpressions.
    func labelSelector() -> LabelSelector? {
        do {
            if isScalar { return try string.map { text throws(LifeboatError) in try LabelSelector(parsing: text) } }
            _ = fields { fields in
                _ = fields.optional("matchLabels")?.stringMap
                for expression in fields.optional("matchExpressions")?.elements ?? [] {
                    _ = expression.fields { fields in
                        _ = fields.requiredString("key")
                        _ = fields.requiredString("operator")
                        _ = fields.optional("values")?.strings
                    }
                }
            }
            return try json.map { value throws(LifeboatError) in try LabelSelector(of: value) }
        } catch {
            report(error)
            return nil
        }
    }

    /// A cron expression alone, or a mapping with the expression and what belongs to it.
    func schedule(of name: String) -> Schedule? {
        guard isMapping else {
            return string.flatMap { text in attempt { () throws(LifeboatError) in try Schedule(parsing: text) } }
        }
        return fields { fields -> Schedule? in
            let expression = fields.required("cron")
            let zoneNode = fields.optional("timeZone")
            let zone = zoneNode?.string
                .flatMap { text in zoneNode?.attempt { () throws(LifeboatError) in try ScheduleTimeZone(named: text) } }
            let jitter = fields.duration("jitter")
            let catchUp = fields.duration("catchUpWithin")
            let isSuspended = fields.bool("suspend", default: false)
            guard let expression, let text = expression.string else { return nil }
            return expression.attempt { () throws(LifeboatError) in
                try Schedule(
                    parsing: text,
                    timeZone: zone ?? .utc,
                    jitterSeconds: jitter ?? 0,
                    jitterKey: name,
                    catchUpSeconds: catchUp,
                    isSuspended: isSuspended
                )
            }
        } ?? nil
    }

    /// The value, or nil and a reported problem at this node.
    func attempt<Value>(_ make: () throws(LifeboatError) -> Value) -> Value? {
        do {
            return try make()
        } catch {
            report(error)
            return nil
        }
    }
}

extension PolicyFields {
    /// `NAME: {include: [...], exclude: [...]}`, or a list alone for the inclusion.
    func includeAndExclude(_ name: String) -> (include: [NamePattern], exclude: [NamePattern]) {
        guard let node = optional(name) else { return ([], []) }
        guard node.isMapping else { return (node.strings?.map { NamePattern($0) } ?? [], []) }
        return node.fields { ($0.patterns("include"), $0.patterns("exclude")) } ?? ([], [])
    }
}
