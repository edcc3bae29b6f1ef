package import KubernetesObjects

/// What a restore brings back and how it meets what is already there: `kind: RestorePolicy`.
package struct RestorePolicy: Equatable, Sendable {
    package var name: String
    package var selection: ObjectSelection
    /// Single objects to bring back, with all that they own; empty brings back whatever is selected.
    package var objects: [ObjectChoice]
    /// Brings back what the objects need as well, whether it is selected or not.
    package var withDependencies: Bool
    /// Old namespace to new namespace.
    package var namespaceMapping: [String: String]
    package var mappings: RestoreMappings
    package var conflict: ConflictRule
    /// Rules of single resources, which go before `conflict`; the first that matches decides.
    package var conflictRules: [ResourceConflictRule] = []
    /// What happens to objects of the cluster that the snapshot does not have. Only the command line asks for it.
    package var prune = PruneRule.none
    /// Whether objects come back exactly as they were, with all that the cluster had put in: it is the cluster that they are of.
    package var isUndo = false
    /// Keeps the node ports that the API server had chosen; ports that a user wrote are always kept.
    package var preserveNodePorts: Bool
    /// The resources whose status is written back through the status subresource.
    package var includeStatus: [NamePattern]
    package var readiness: ReadinessWait
    package var patches: [RestorePatch]
    /// What comes before what, on top of the order that a restore finds by itself.
    package var order: [OrderRule] = []
    /// Whether Pods and Jobs that have ended come back, which runs them again.
    package var restoresFinished = false
    /// Whether SealedSecrets that go to another namespace are sealed anew for it, instead of being left out beside their Secrets.
    package var resealsSecrets = false
    /// Whether created objects say in an annotation which snapshot they are from.
    package var annotatesObjects = false
    /// Whether the cluster is told about the restore by events.
    package var recordsEvents = false
    package var hooks: [RestoreHook] = []
    /// Whether Pods that Velero's annotations put hooks on get them.
    package var takesVeleroHooks = false
    /// Whether commands of hooks are also run in Pods of objects that were there already as they should be.
    package var repeatsHooks = false
    package var location: SourceLocation

    package init(
        name: String,
        selection: ObjectSelection = .everything,
        objects: [ObjectChoice] = [],
        withDependencies: Bool = false,
        namespaceMapping: [String: String] = [:],
        mappings: RestoreMappings = RestoreMappings(),
        conflict: ConflictRule = .skip,
        preserveNodePorts: Bool = false,
        includeStatus: [NamePattern] = [],
        readiness: ReadinessWait = ReadinessWait(),
        patches: [RestorePatch] = [],
        location: SourceLocation = .code
    ) {
        self.name = name
        self.selection = selection
        self.objects = objects
        self.withDependencies = withDependencies
        self.namespaceMapping = namespaceMapping
        self.mappings = mappings
        self.conflict = conflict
        self.preserveNodePorts = preserveNodePorts
        self.includeStatus = includeStatus
        self.readiness = readiness
        self.patches = patches
        self.location = location
    }

    /// What happens to an object of this resource that exists with another content.
    package func conflict(of resource: GroupResource) -> ConflictRule {
        conflictRules.first { $0.resources.matches(resource.description) }?.rule ?? conflict
    }

    /// Whether commands may have to be run in restored Pods.
    package var runsCommands: Bool {
        takesVeleroHooks || hooks.contains { if case .command = $0.action { true } else { false } }
    }

    /// Whether the status of objects of this resource is restored.
    package func includesStatus(of resource: GroupResource) -> Bool { includeStatus.matches(resource.description) }
}

/// What another environment calls otherwise, from the old name to the new one.
package struct RestoreMappings: Equatable, Sendable {
    package var storageClasses: [String: String] = [:]
    package var ingressClasses: [String: String] = [:]
    /// `registry.old.example` or `registry.old.example/team`; `docker.io` also stands for images without a registry.
    package var imageRegistries: [String: String] = [:]
    /// A host and all below it.
    package var hosts: [String: String] = [:]
    /// `key=value` to `key=value`.
    package var nodeLabels: [String: String] = [:]

    package init() {}

    package var isEmpty: Bool { self == RestoreMappings() }
}

/// What to do when an object of the snapshot exists in the cluster with another content.
package enum ConflictRule: String, CaseIterable, Sendable {
    /// Leave the cluster's object as it is and report it.
    case skip
    /// Stop before anything is written.
    case fail
    /// Add what is missing and set what differs by a merge patch; fields that only the cluster has stay.
    case merge
    /// Server-side apply with Lifeboat as the field manager.
    case apply
    /// Replace the object as a whole.
    case replace
    /// Delete the object and create it anew.
    case recreate
}

/// What to do with existing objects of some resources.
package struct ResourceConflictRule: Equatable, Sendable {
    package let resources: [NamePattern]
    package let rule: ConflictRule

    package init(resources: [NamePattern], rule: ConflictRule) {
        self.resources = resources
        self.rule = rule
    }
}

/// Objects of some resources come before those of others.
package struct OrderRule: Equatable, Sendable {
    package let first: [NamePattern]
    package let then: [NamePattern]

    package init(first: [NamePattern], then: [NamePattern]) {
        self.first = first
        self.then = then
    }
}

/// What a restore deletes.
package enum PruneRule: Sendable {
    case none
    /// Objects that the snapshot does not have, but for those whose deletion takes data or other objects along.
    case extra
    /// All objects that the snapshot does not have.
    case extraWithData
}

/// Whether a restore waits until workloads are ready.
package struct ReadinessWait: Equatable, Sendable {
    package var isWanted: Bool
    package var timeoutSeconds: Int64

    package init(isWanted: Bool = false, timeoutSeconds: Int64 = 600) {
        self.isWanted = isWanted
        self.timeoutSeconds = timeoutSeconds
    }
}

/// An edit that a restore makes on the objects that it selects, such as another storage class or image registry.
package struct RestorePatch: Equatable, Sendable {
    package enum Change: Equatable, Sendable {
        /// RFC 6902: the array of operations, already checked.
        case json(JSONValue)
        /// RFC 7386.
        case merge(JSONValue)
        /// As `kubectl patch` sends it by default, for built-in kinds.
        case strategic(JSONValue)
    }

    package let selection: ObjectSelection
    /// The objects' names; empty takes all.
    package let names: [NamePattern]
    package let change: Change
    package let location: SourceLocation

    package init(
        selection: ObjectSelection,
        names: [NamePattern] = [],
        change: Change,
        location: SourceLocation = .code
    ) {
        self.selection = selection
        self.names = names
        self.change = change
        self.location = location
    }

    /// Whether the patch edits an object with this identity.
    package func selects(resource: GroupResource, namespace: String?, name: String, labels: [String: String]) -> Bool {
        (names.isEmpty || names.matches(name))
            && selection.includes(resource: resource, namespace: namespace, labels: labels, name: name)
    }

    /// The edited object.
    ///
    /// - Throws: `object.invalid-patch` when a path of a JSON patch does not exist, a test does not hold, or a strategic patch is for a
    ///   kind of its own schema.
    package func apply(to object: JSONValue) throws(LifeboatError) -> JSONValue {
        switch change {
        case .merge(let patch): return MergePatch.apply(patch, to: object)
        case .strategic(let patch):
            guard ObjectIdentity(of: object)?.groupVersionKind.groupKind.isBuiltIn != false else {
                let reason = "a strategic patch knows built-in kinds only; write it under “merge” or “json”"
                throw failure(object, LifeboatError(.invalidPatch, reason))
            }
            do { return try StrategicMergePatch.apply(patch, to: object) } catch { throw failure(object, error) }
        case .json(let operations):
            do { return try JSONPatch(of: operations).apply(to: object) } catch { throw failure(object, error) }
        }
    }

    private func failure(_ object: JSONValue, _ error: LifeboatError) -> LifeboatError {
        let identity = ObjectIdentity(of: object).map { "\($0)" } ?? "an object"
        return LifeboatError(
            error.code,
            "the patch at \(location) cannot be applied to \(identity): \(error.message)",
            remedy: "narrow the patch's selection, or correct its paths"
        )
    }
}
