package import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a RestoreDrill.
    func restoreDrill(named name: String, at location: SourceLocation) -> RestoreDrill? {
        fields { fields in
            var drill = RestoreDrill(
                name: name,
                title: fields.requiredString("title"),
                description: fields.string("description") ?? "",
                scenario: fields.requiredString("scenario"),
                source: fields.optional("source")?.drillSource() ?? DrillSource(),
                target: fields.required("target")?.drillTarget() ?? .sandbox,
                objectives: fields.optional("objectives")?.drillObjectives() ?? DrillObjectives(),
                restore: fields.optional("restore")?.drillRestore(named: name, at: location),
                damage: fields.optional("damage")?.elements?.compactMap { $0.drillDamage() } ?? [],
                checks: fields.optional("checks")?.drillChecks() ?? DrillChecks(),
                negativeControls: fields.optional("negativeControls")?.elements?.compactMap { $0.choice() } ?? [],
                notTested: fields.strings("notTested"),
                schedule: fields.optional("schedule")?.schedule(of: name),
                timeoutSeconds: fields.duration("timeout") ?? 3600,
                keepsTarget: fields.bool("keepTarget", default: false),
                operatorName: fields.string("operator"),
                participants: fields.strings("participants"),
                compliance: fields.optional("compliance")?.elements?.compactMap { $0.complianceReference() } ?? [],
                location: location
            )
            drill.allowsRealVolumes = fields.bool("allowRealVolumes", default: false)
            return drill
        }
    }

    /// A drill compares all that its selection names, so that single objects would leave differences.
    private func drillRestore(named name: String, at location: SourceLocation) -> RestorePolicy? {
        let policy = restorePolicy(named: name, at: location, waits: true)
        if let policy, !policy.objects.isEmpty || policy.withDependencies {
            report("a drill restores a “selection”; “objects” and “withDependencies” are for lifeboat restore")
        }
        if let policy, !policy.hooks.isEmpty || policy.takesVeleroHooks {
            report(
                "a drill compares what the snapshot has and runs no hooks; “hooks” and “veleroHooks” are for lifeboat restore"
            )
        }
        return policy
    }

    private func drillSource() -> DrillSource? {
        fields { fields in
            let source = DrillSource(
                cluster: fields.optional("cluster")?.drillSourceCluster() ?? .current,
                snapshot: fields.optional("snapshot")?.snapshotReference() ?? "latest",
                backupFirst: fields.bool("backupFirst", default: false),
                policy: fields.string("policy"),
                workload: fields.string("workload")
            )
            if source.cluster == .sandbox, !source.backupFirst {
                fields.report("a sandbox source is new and has no snapshot; set backupFirst: true")
            }
            if source.backupFirst, source.snapshot != "latest" {
                fields.report("backupFirst restores the snapshot that it takes; leave “snapshot” out")
            }
            if source.workload != nil, source.cluster != .sandbox {
                fields.report("“workload” is loaded into a sandbox only; set cluster: sandbox")
            }
            return source
        }
    }

    /// `current`, `sandbox` or `context:NAME`.
    private func drillSourceCluster() -> DrillSource.Cluster? {
        guard let text = string else { return nil }
        switch (text, text.splitOnce(":")) {
        case ("current", _): return .current
        case ("sandbox", _): return .sandbox
        case (_, ("context", let name)?) where !name.isEmpty: return .context(name)
        default:
            report("“\(text)” is no source cluster; use current, sandbox or context:NAME")
            return nil
        }
    }

    private func snapshotReference() -> String? {
        guard let text = string else { return nil }
        let isID = text.utf8.count >= 4 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        guard text == "latest" || isID else {
            report("“\(text)” is no snapshot; use latest or at least 4 characters of its id")
            return nil
        }
        return text
    }

    /// A text as on the command line, or `{command: {provision: […], tearDown: […]}}`.
    private func drillTarget() -> DrillTarget? {
        if isMapping {
            return fields { fields -> DrillTarget? in
                fields.required("command")?
                    .fields { command in
                        let provision = command.strings("provision")
                        if provision.isEmpty { command.report("the field “provision” must name a program") }
                        return .command(provision: provision, tearDown: command.strings("tearDown"))
                    }
            } ?? nil
        }
        return string.flatMap { text in attempt { () throws(LifeboatError) in try DrillTarget(parsing: text) } }
    }

    private func drillObjectives() -> DrillObjectives? {
        fields {
            DrillObjectives(recoveryTimeSeconds: $0.duration("rto"), recoveryPointSeconds: $0.duration("rpo"))
        }
    }

    private func drillDamage() -> DrillDamage? {
        fields { fields -> DrillDamage? in
            let (namespace, object) = (fields.string("deleteNamespace"), fields.optional("deleteObject"))
            if let object, namespace == nil {
                return object.fields { fields in
                    .deleteObject(
                        resource: GroupResource(parsing: fields.requiredString("resource")),
                        namespace: fields.string("namespace"),
                        name: fields.requiredString("name")
                    )
                }
            }
            guard let namespace, object == nil else {
                fields.report("a damage has exactly one of “deleteNamespace” and “deleteObject”")
                return nil
            }
            return .deleteNamespace(namespace)
        } ?? nil
    }

    private func drillChecks() -> DrillChecks? {
        fields {
            DrillChecks(
                include: $0.patterns("include"),
                exclude: $0.patterns("exclude"),
                require: $0.patterns("require"),
                probes: $0.bool("probe", default: false)
            )
        }
    }

    private func complianceReference() -> ComplianceReference? {
        fields {
            ComplianceReference(framework: $0.requiredString("framework"), control: $0.requiredString("control"))
        }
    }
}

extension GroupResource {
    /// Parses kubectl's `plural.group` form: `deployments.apps`, or `pods` for the core group.
    package init(parsing text: String) {
        let parts = text.splitOnce(".")
        self.init(group: parts?.1 ?? "", resource: parts?.0 ?? text)
    }
}
