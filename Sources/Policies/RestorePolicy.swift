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
    /// Keeps the node ports that the API server had chosen; ports that a user wrote are always kept.
    package var preserveNodePorts: Bool
    /// The resources whose status is written back through the status subresource.
    package var includeStatus: [NamePattern]
    package var readiness: ReadinessWait
    package var patches: [RestorePatch]
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
    /// - Throws: `object.invalid-patch` when a path of a JSON patch does not exist or a test does not hold.
    package func apply(to object: JSONValue) throws(LifeboatError) -> JSONValue {
        switch change {
        case .merge(let patch): return MergePatch.apply(patch, to: object)
        case .json(let operations):
            do {
                return try JSONPatch(of: operations).apply(to: object)
            } catch {
                let identity = ObjectIdentity(of: object).map { "\($0)" } ?? "an object"
                throw LifeboatError(
                    error.code,
                    "the patch at \(location) cannot be applied to \(identity): \(error.message)",
                    remedy: "narrow the patch's selection, or correct its paths"
                )
            }
        }
    }
}
