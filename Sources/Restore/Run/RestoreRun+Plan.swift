internal import Archive
internal import KubernetesAPI
package import KubernetesObjects
internal import Policies

extension RestoreRun {
    /// Decides what happens to each object, by reading the snapshot and the cluster; writes nothing.
    package func plan() async throws(LifeboatError) -> RestorePlan {
        let start = elapsed()
        return try await Self.translated {
            let discovery = try await client.discover()
            let (all, lost) = try entries()
            let chosen = try ChosenEntries(
                policy: policy,
                entries: !reader.snapshot.isBeforeRestore
                    ? all : all.filter { $0.resource.groupResource != RestoreRecord.resource },
                read: { try object($0) },
                isServed: { !discovery.resources(for: $0).isEmpty }
            )
            .find()
            let entries = chosen.entries
            let (context, definitions) = try readContext(entries)
            let kinds = TargetKinds(discovery: discovery, definitions: definitions)
            var planner = RestorePlanner(policy: policy, kinds: kinds, context: context)
            planner.required = chosen.required
            planner.resealed = try await resealed(entries)
            var draft = PlanDraft()
            draft.plan.contents = PlanContents(entries: entries, planner: planner) {
                (entry) throws(LifeboatError) in try object(entry)
            }
            try await addCandidates(entries, planner, to: &draft)
            draft.addMissingNamespaces(planner)
            planner.pruneScope = try pruneScope(all, draft)
            try addDeletions(all, &draft, kinds)
            var living = try await compare(&draft, planner)
            for owner in draft.ownersOutside() where living[owner] == nil {
                living[owner] = try await uid(of: owner, discovery)
            }
            var plan = try draft.finish(policy: policy, livingOwners: living)
            plan.lost = lost
            plan.warnings += warnings() + unknownResources(all, discovery)
            let system = ObjectKey(GroupKind(group: "", kind: "Namespace"), namespace: nil, name: "kube-system")
            plan.clusterUID = try await uid(of: system, discovery) ?? ""
            plan.obstacles = try await obstacles(plan, discovery)
            plan.durationSeconds = elapsed() - start
            return plan
        }
    }

    /// What the snapshot has, and what of it cannot be read.
    private func entries() throws(LifeboatError) -> ([SnapshotEntry], [RestoreFailure]) {
        guard skipsDamaged else {
            do throws(LifeboatError) { return (try reader.entries(), []) } catch { throw error.withRestOffer }
        }
        let (entries, lost) = try reader.readableEntries(opensDocuments: true)
        guard lost.isEmpty || policy.prune == .none else {
            throw LifeboatError(
                .restoreRefused,
                "objects that the snapshot has lost would be deleted from the cluster, as if it had never had them: "
                    + lost.prefix(3).map(\.description).joined(separator: ", "),
                remedy: "restore without --prune"
            )
        }
        let failures = lost.map { part in
            RestoreFailure(
                object: part.description,
                code: part.error.code.rawValue,
                reason: part.error.message,
                remedy: "restore it from another snapshot; `lifeboat check` names what is lost"
            )
        }
        return (entries, failures)
    }

    private func warnings() -> [String] {
        let incomplete = reader.details.incomplete
        guard !incomplete.isEmpty else { return [] }
        return [
            "the snapshot is incomplete: " + incomplete.map(\.resource).joined(separator: ", ") + " could not be read"
        ]
    }

    private func unknownResources(_ entries: [SnapshotEntry], _ discovery: Discovery) -> [String] {
        var known = Set(discovery.resources.map(\.groupResource))
        for entry in entries { known.insert(entry.resource.groupResource) }
        return policy.selection.unknownResources(among: Array(known))
            .map { "the selection names the resource “\($0)”, which neither the snapshot nor the cluster has" }
    }

    // MARK: The snapshot

    /// Reads the objects that rules ask about.
    private func readContext(_ entries: [SnapshotEntry]) throws -> (SkipContext, [JSONValue]) {
        var context = SkipContext()
        var definitions: [JSONValue] = []
        for entry in entries {
            let key = ObjectKey(entry.identity)
            let isDefinition =
                key.groupKind == GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")
            guard isDefinition || SkipContext.isRead(key.groupKind) else {
                context.objects.insert(key)
                continue
            }
            let object = try object(entry)
            context.note(object, key)
            if isDefinition { definitions.append(object) }
        }
        return (context, definitions)
    }

    /// The object without its managed fields, which are the cluster's, unless somebody had applied it; those of a Service tell who chose
    /// its ports.
    private func object(_ entry: SnapshotEntry) throws(LifeboatError) -> JSONValue {
        let isService = entry.resource.groupResource == GroupResource(group: "", resource: "services")
        do throws(LifeboatError) {
            return try reader.object(entry) { isService || AppliedFields.mayBeIn($0) }
        } catch { throw error.withRestOffer }
    }

    private static let chunk = 256

    /// Reads and scrubs the objects, on all processors.
    private func addCandidates(
        _ entries: [SnapshotEntry],
        _ planner: RestorePlanner,
        to draft: inout PlanDraft
    ) async throws {
        let kept = KeptContents(bytes: keptContentBytes)
        draft.plan.steps.reserveCapacity(entries.count)
        let chunks = stride(from: 0, to: entries.count, by: Self.chunk)
            .map { entries[$0..<min($0 + Self.chunk, entries.count)] }
        var results = [[RestorePlanner.Candidate]](repeating: [], count: chunks.count)
        try await withThrowingTaskGroup(of: (Int, [RestorePlanner.Candidate]).self) { group in
            var next = 0
            func begin() {
                guard next < chunks.count else { return }
                let (number, chunk) = (next, chunks[next])
                next += 1
                group.addTask {
                    var candidates: [RestorePlanner.Candidate] = []
                    for (index, entry) in zip(chunk.indices, chunk) {
                        let object = try object(entry)
                        let candidate = planner.candidate(for: object, stored: entry.resource.groupResource)
                        guard case .step(var step) = candidate else {
                            candidates.append(candidate)
                            continue
                        }
                        kept.settle(&step, entry: index)
                        candidates.append(.step(step))
                    }
                    return (number, candidates)
                }
            }
            for _ in 0..<4 { begin() }
            while let (number, candidates) = try await group.next() {
                results[number] = candidates
                begin()
            }
        }
        for number in results.indices {
            for candidate in results[number] { draft.add(candidate) }
            results[number] = []
        }
    }

    // MARK: The cluster

    /// Lists what the cluster has of the resources that the plan touches, and decides by it.
    ///
    /// - Returns: the uids of the objects of the plan that exist and own others.
    private func compare(_ draft: inout PlanDraft, _ planner: RestorePlanner) async throws -> [ObjectKey: String] {
        var wanted: [APIResource: [NamespacedName: Int]] = [:]
        for (index, step) in draft.plan.steps.enumerated() where planner.kinds.isServed(step.resource) {
            wanted[step.resource, default: [:]][step.namespacedName] = index
        }
        for resource in prunedResources(planner) where wanted[resource] == nil { wanted[resource] = [:] }
        let resources = wanted.sorted { $0.value.count > $1.value.count }
        wanted = [:]
        let contents = draft.plan.contents
        let steps = SharedSteps(taking: &draft.plan.steps)
        let unlisted = try await withThrowingTaskGroup(of: GroupResource?.self) { group in
            var unlisted: [GroupResource] = []
            var next = 0
            func begin() {
                guard next < resources.count else { return }
                let (resource, indices) = resources[next]
                next += 1
                group.addTask {
                    do {
                        try await decide(resource, indices, steps, planner, contents)
                        return nil
                    } catch let error as ClusterError where error.kind == .forbidden {
                        return resource.groupResource
                    }
                }
            }
            for _ in 0..<8 { begin() }
            while let resource = try await group.next() {
                if let resource { unlisted.append(resource) }
                begin()
            }
            return unlisted
        }
        draft.plan.warnings += unlisted.map { "\($0)" }.sorted()
            .map { "\($0) may not be listed: what the cluster has of them is found out when they are created" }
        draft.plan.steps = steps.end()
        let gone: [RestorePlan.Verdict] = [.delete, .skip(.createdByRestore), .skip(.extraWithData)]
        draft.plan.steps.removeAll { $0.existing == nil && gone.contains($0.verdict) }
        let owners = PlanIndex.owners(of: draft.plan.steps)
        var living: [ObjectKey: String] = [:]
        if !owners.isEmpty {
            for step in draft.plan.steps {
                if let existing = step.existing, owners.contains(step.key) { living[step.key] = existing.uid }
            }
        }
        return living
    }

    private func decide(
        _ resource: APIResource,
        _ indices: [NamespacedName: Int],
        _ steps: SharedSteps,
        _ planner: RestorePlanner,
        _ contents: PlanContents?
    ) async throws {
        var query = ListQuery()
        let namespaces = Set(indices.keys.map(\.namespace))
        if planner.pruneScope == nil, namespaces.count == 1, let only = namespaces.first, !only.isEmpty {
            query.namespace = only
        }
        for try await page in client.list(resource, query) {
            for item in page.items {
                guard let index = indices[NamespacedName(namespace: item.namespace, name: item.name)] else {
                    let key = ObjectKey(
                        resource.groupVersionKind.groupKind,
                        namespace: item.namespace,
                        name: item.name
                    )
                    if let step = try extraStep(page, item, key, resource, planner) { steps.append(step) }
                    continue
                }
                var step = steps[index]
                step.existing = RestorePlan.ExistingObject(uid: item.uid, resourceVersion: item.resourceVersion)
                if step.verdict == .create, item.isTerminating {
                    // It will be gone: it is created as soon as it is.
                    step.existing = nil
                    step.notes.append("the cluster's object is being deleted; it is created when that is over")
                } else if step.verdict == .create {
                    let existing = try JSONValue(
                        parsing: page.bytes.span,
                        range: item.range,
                        leavesOutManagedFields: true
                    )
                    let filled = try contents?.filled(step) ?? step
                    let body = try JSONValue(parsing: filled.body)
                    step.status = filled.status
                    planner.decide(&step, wanted: body, existing: existing)
                    try await settleDoubt(&step, wanted: body, existing: existing)
                }
                steps[index] = step
            }
        }
    }

    /// Asks the server whether writing the wanted object would change anything: it may refuse or default the fields that differ.
    private func settleDoubt(_ step: inout RestorePlan.Step, wanted: JSONValue, existing: JSONValue) async throws {
        switch step.verdict {
        case .conflict, .needsRecreate: break
        default: return
        }
        var options = WriteOptions()
        options.dryRun = true
        let patch = ExistingComparison.additions(wanted, to: existing)
        do throws(ClusterError) {
            let answer = try await client.patch(
                step.resource,
                namespace: step.identity.namespace,
                name: step.identity.name,
                patch: patch.encoded(),
                type: .merge,
                options: options
            )
            guard let result = try? JSONValue(parsing: answer) else { return }
            let isSame = ExistingComparison.differences(wanted: result, existing: existing, step.key.groupKind).isEmpty
            if isSame {
                step.verdict = .unchanged
                step.body = []
                step.status = nil
            }
        } catch {
            // A refusal is an answer: the object cannot become what the snapshot has, so the conflict stands.
            if error.kind == .cancelled { throw error }
        }
    }

    /// The uid of an object of the cluster; nil when there is none or it may not be read.
    func uid(of key: ObjectKey, _ discovery: Discovery) async throws -> String? {
        guard let resource = discovery.resources(for: key.groupKind).first,
            resource.isNamespaced == !key.namespace.isEmpty
        else { return nil }
        do throws(ClusterError) {
            let bytes = try await client.get(
                resource,
                namespace: key.namespace.isEmpty ? nil : key.namespace,
                name: key.name
            )
            return (try? JSONValue(parsing: bytes))?["metadata", "uid"]?.string
        } catch {
            guard [.notFound, .forbidden].contains(error.kind) else { throw error }
            return nil
        }
    }
}

extension LifeboatError {
    /// The same error; of damage with the way to restore the rest.
    fileprivate var withRestOffer: LifeboatError {
        guard code == .repositoryDamaged else { return self }
        return LifeboatError(
            code,
            message,
            remedy: "run `lifeboat repair`, or restore the rest with --skip-damaged, which names what it leaves out"
        )
    }
}
