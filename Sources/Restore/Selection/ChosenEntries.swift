internal import Archive
internal import KubernetesObjects
internal import Policies

/// Which objects of a snapshot a restore brings back: those that the policy selects or names, what belongs to them, and what they need.
struct ChosenEntries {
    let policy: RestorePolicy
    let entries: [SnapshotEntry]
    /// The object of an entry, for the few that must be read.
    let read: (SnapshotEntry) throws -> JSONValue
    /// Whether the cluster serves a kind already.
    let isServed: (GroupKind) -> Bool

    struct Result {
        var entries: [SnapshotEntry]
        /// Those that come whether the policy selects them or not.
        var required: Set<ObjectKey>
    }

    /// - Throws: `snapshot.object-not-found` when an object is named that the snapshot has not.
    func find() throws -> Result {
        guard policy.selection != .everything || !policy.objects.isEmpty else {
            return Result(entries: entries, required: [])
        }
        var required: Set<ObjectKey> = []
        var chosen: [SnapshotEntry]
        if policy.objects.isEmpty {
            chosen = try entries.filter(isSelected)
        } else {
            chosen = try named()
            required = Set(chosen.map { ObjectKey($0.identity) })
        }
        if policy.withDependencies { try addDependencies(&chosen, &required) }
        addNamespaces(&chosen, &required)
        try addDefinitions(&chosen, &required)
        return Result(entries: chosen, required: required)
    }

    /// Objects are read for their labels only when labels select.
    private func isSelected(_ entry: SnapshotEntry) throws -> Bool {
        let (selection, resource) = (policy.selection, entry.resource.groupResource)
        guard selection.mayInclude(resource: resource, isNamespaced: entry.resource.isNamespaced),
            entry.namespace.isEmpty || selection.includes(namespace: entry.namespace)
        else { return false }
        guard selection.labelSelector != LabelSelector([]) else { return true }
        let labels = try read(entry)["metadata", "labels"]?.stringMap ?? [:]
        return selection.includes(resource: resource, namespace: entry.namespace, labels: labels, name: entry.name)
    }

    // MARK: Named objects

    /// The objects that are named, and all that they own.
    private func named() throws -> [SnapshotEntry] {
        var found: [SnapshotEntry] = []
        for choice in policy.objects {
            let matches = entries.filter { entry in
                (entry.namespace.isEmpty || policy.selection.includes(namespace: entry.namespace))
                    && choice.matches(
                        plural: entry.resource.resource,
                        kind: entry.resource.kind,
                        group: entry.resource.group,
                        name: entry.name
                    )
            }
            guard !matches.isEmpty else {
                throw LifeboatError(
                    .objectNotFound,
                    "the snapshot has no \(choice)",
                    remedy: "lifeboat ls lists what it has; -n names the namespace"
                )
            }
            let namespaces = Set(matches.map(\.namespace))
            guard namespaces.count == 1 || !policy.selection.includedNamespaces.isEmpty else {
                let names = namespaces.sorted().joined(separator: ", ")
                throw LifeboatError(
                    .usage,
                    "\(choice) is in several namespaces: \(names)",
                    remedy: "name one with -n, or several"
                )
            }
            found += matches
        }
        return try withOwned(found)
    }

    private func withOwned(_ roots: [SnapshotEntry]) throws -> [SnapshotEntry] {
        var keys = Set(roots.map { ObjectKey($0.identity) })
        let namespaces = Set(roots.map(\.namespace))
        let candidates = namespaces.contains("") ? entries : entries.filter { namespaces.contains($0.namespace) }
        let owned = try candidates.map { entry in
            (ObjectKey(entry.identity), OwnerReference.all(of: try read(entry)))
        }
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for (key, owners) in owned where !keys.contains(key) {
                let isOwned = owners.contains { owner in
                    [key.namespace, nil]
                        .contains {
                            keys.contains(
                                ObjectKey(owner.groupVersionKind.groupKind, namespace: $0, name: owner.name)
                            )
                        }
                }
                if isOwned { hasGrown = keys.insert(key).inserted || hasGrown }
            }
        }
        return entries.filter { keys.contains(ObjectKey($0.identity)) }
    }

    // MARK: What they need

    private func addDependencies(_ chosen: inout [SnapshotEntry], _ required: inout Set<ObjectKey>) throws {
        let index = Dictionary(
            entries.map { (ObjectKey($0.identity), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let bindings = try entries.filter { $0.resource.kind.hasSuffix("RoleBinding") }
            .map { ($0, ObjectDependencies.accounts(of: try read($0))) }
        var known = Set(chosen.map { ObjectKey($0.identity) })
        var waiting = chosen
        func take(_ entry: SnapshotEntry) {
            guard !isExcluded(entry), known.insert(ObjectKey(entry.identity)).inserted else { return }
            required.insert(ObjectKey(entry.identity))
            chosen.append(entry)
            waiting.append(entry)
        }
        while let entry = waiting.popLast() {
            for key in ObjectDependencies.of(try read(entry)) {
                if let needed = index[key] { take(needed) }
            }
            // What an account may do is part of what runs as it.
            let key = ObjectKey(entry.identity)
            guard key.groupKind == ObjectDependencies.account else { continue }
            for (binding, accounts) in bindings where accounts.contains(key) { take(binding) }
        }
    }

    /// What is excluded does not come because something else needs it either; the cluster may have it.
    private func isExcluded(_ entry: SnapshotEntry) -> Bool {
        let resource = entry.resource.groupResource
        return policy.selection.excludedResources.matches(resource.description)
            || policy.selection.clusterResources == .exclude && entry.namespace.isEmpty
    }

    /// A namespace comes with its labels and annotations, because policies of the cluster go by them.
    private func addNamespaces(_ chosen: inout [SnapshotEntry], _ required: inout Set<ObjectKey>) {
        guard !policy.selection.excludedResources.matches("namespaces") else { return }
        let names = Set(chosen.map(\.namespace))
        let known = Set(chosen.map { ObjectKey($0.identity) })
        for entry in entries where entry.resource.kind == "Namespace" && entry.resource.group.isEmpty {
            guard names.contains(entry.name), !known.contains(ObjectKey(entry.identity)) else { continue }
            chosen.append(entry)
            required.insert(ObjectKey(entry.identity))
        }
    }

    /// Custom resources need their definition. It comes unless the policy excludes it by name or the cluster has one.
    private func addDefinitions(_ chosen: inout [SnapshotEntry], _ required: inout Set<ObjectKey>) throws {
        let definitions = GroupResource(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")
        guard !policy.selection.excludedResources.matches(definitions.description),
            policy.selection.clusterResources != .exclude
        else { return }
        let missing = Set(
            chosen.filter { !isServed($0.resource.groupVersionKind.groupKind) }
                .map { "\($0.resource.resource).\($0.resource.group)" }
        )
        let known = Set(chosen.map { ObjectKey($0.identity) })
        for entry in entries where entry.resource.groupResource == definitions && missing.contains(entry.name) {
            guard !known.contains(ObjectKey(entry.identity)) else { continue }
            chosen.append(entry)
            required.insert(ObjectKey(entry.identity))
        }
    }
}
