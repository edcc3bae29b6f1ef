internal import KubernetesAPI
package import KubernetesObjects
internal import Logging
internal import Policies

extension RestoreRun {
    /// Carries out a plan.
    ///
    /// What fails is tried again as long as anything else succeeds, because its reason is often something that comes later; what is
    /// left is in the result. An interrupted restore goes on where it was when it is planned and applied again.
    ///
    /// - Throws: what makes going on impossible, such as a server that cannot be reached, or `restore.refused`.
    package func apply(
        _ plan: RestorePlan,
        progress: (@Sendable (RestoreProgress) -> Void)? = nil
    ) async throws(LifeboatError) -> RestoreResult {
        if plan.isRefused, let first = plan.conflicts.first {
            throw LifeboatError(
                .restoreRefused,
                "\(plan.conflicts.count) objects of the cluster have another content, the first is \(first.identity)",
                remedy: "look at them with --dry-run, and choose --conflict skip, merge, apply, replace or recreate"
            )
        }
        let start = elapsed()
        let before = client.statistics
        return try await Self.translated {
            var state = RestoreState(plan)
            let referenced = Self.ownerKeys(plan.steps)
            for wave in RestoreWave.allCases {
                if wave == .interception {
                    try await sweep(&state, referenced, isLast: false, progress)
                }
                let steps = plan.steps.filter { $0.wave == wave && RestoreState.isSent($0) }
                try await send(steps, wave, &state, referenced, isLast: false, progress)
                if wave == .definitions { try await awaitDefinitions(plan, &state) }
            }
            try await sweep(&state, referenced, isLast: true, progress)
            state.giveUp()
            state.result.durationSeconds = elapsed() - start
            state.result.requests = client.statistics.requests - before.requests
            return state.result
        }
    }

    /// The objects whose uids others need.
    private static func ownerKeys(_ steps: [RestorePlan.Step]) -> Set<ObjectKey> {
        var keys: Set<ObjectKey> = []
        for step in steps {
            for owner in step.owners {
                keys.insert(PlanDraft.key(owner, step.identity.namespace))
                keys.insert(PlanDraft.key(owner, nil))
            }
        }
        return keys
    }

    // MARK: Waves

    /// Sends the steps of one wave: those of one depth at a time, in parallel.
    private func send(
        _ steps: [RestorePlan.Step],
        _ wave: RestoreWave,
        _ state: inout RestoreState,
        _ referenced: Set<ObjectKey>,
        isLast: Bool,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        for (_, level) in Dictionary(grouping: steps, by: \.depth).sorted(by: { $0.key < $1.key }) {
            var ready: [RestorePlan.Step] = []
            for step in level {
                if state.unavailable.contains(step.key.groupKind) {
                    state.waiting.append((step, .definition))
                } else {
                    ready.append(step)
                }
            }
            try await sendLevel(ready, wave, &state, referenced, isLast: isLast, progress)
        }
    }

    private func sendLevel(
        _ steps: [RestorePlan.Step],
        _ wave: RestoreWave,
        _ state: inout RestoreState,
        _ referenced: Set<ObjectKey>,
        isLast: Bool,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        let executor = StepExecutor(client: client, policy: policy)
        // Owners of this level were made in an earlier one, so what is known now is enough.
        let owners = state.owners
        await withTaskGroup(of: (Int, StepExecutor.Outcome).self) { group in
            var next = 0
            func begin() {
                guard next < steps.count, !Task.isCancelled else { return }
                let (number, step) = (next, steps[next])
                next += 1
                group.addTask {
                    let outcome = await executor.run(
                        step,
                        owners: owners,
                        isOwner: referenced.contains(step.key),
                        isLast: isLast
                    )
                    return (number, outcome)
                }
            }
            for _ in 0..<width { begin() }
            while let (number, outcome) = await group.next() {
                begin()
                state.take(outcome, of: steps[number])
                progress?(
                    RestoreProgress(wave: wave, done: state.done, total: state.total, failed: state.waiting.count)
                )
            }
        }
        try Task.checkCancellation()
        for (_, failure) in state.waiting {
            if case .refused(let error) = failure, [.unauthorized, .tls, .cancelled].contains(error.kind) { throw error }
        }
    }

    // MARK: Sweeps

    /// Tries again what failed, until nothing more succeeds. While failures may pass by themselves it waits in between.
    private func sweep(
        _ state: inout RestoreState,
        _ referenced: Set<ObjectKey>,
        isLast: Bool,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        var pause = 0.25
        var waited = 0.0
        while !state.waiting.isEmpty {
            let retried = state.waiting.filter { if case .definition = $0.failure { false } else { true } }
            guard !retried.isEmpty else { return }
            let before = state.done
            state.waiting.removeAll { if case .definition = $0.failure { false } else { true } }
            for (wave, steps) in Dictionary(grouping: retried.map(\.step), by: \.wave).sorted(by: { $0.key < $1.key }) {
                try await send(steps, wave, &state, referenced, isLast: isLast, progress)
            }
            if state.done > before { continue }
            let mayPass = state.waiting.contains { waiting in
                if case .refused(let error) = waiting.failure { FailureAdvice.mayPass(error) } else { false }
            }
            guard isLast, mayPass, waited < retrySeconds else { return }
            logger.info("\(state.waiting.count) objects were refused; trying again in \(pause) s")
            try await sleep(pause)
            waited += pause
            pause = min(pause * 2, 8)
        }
    }

    // MARK: Definitions

    /// Waits until the definitions of the plan are established. One that is not does not hold up the others.
    private func awaitDefinitions(_ plan: RestorePlan, _ state: inout RestoreState) async throws {
        let failed = Set(state.waiting.map(\.step.key))
        let definitions = plan.steps.filter { $0.wave == .definitions && RestoreState.isSent($0) }
        guard let resource = definitions.first?.resource else { return }
        var pending = Set(definitions.filter { !failed.contains($0.key) }.map(\.identity.name))
        var waited = 0.0
        var pause = 0.05
        while !pending.isEmpty {
            for page in try await client.list(resource).collect() {
                for item in page.items where pending.contains(item.name) {
                    let definition = try JSONValue(parsing: page.bytes.span, range: item.range)
                    if Self.isEstablished(definition) { pending.remove(item.name) }
                }
            }
            guard !pending.isEmpty, waited < definitionTimeoutSeconds else { break }
            try await sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 2)
        }
        let missing = pending.union(failed.filter { $0.groupKind.kind == "CustomResourceDefinition" }.map(\.name))
        for step in definitions where missing.contains(step.identity.name) {
            guard let definition = try? JSONValue(parsing: step.body) else { continue }
            for resource in TargetKinds.resources(of: definition) {
                state.unavailable.insert(resource.groupVersionKind.groupKind)
            }
        }
    }

    private static func isEstablished(_ definition: JSONValue) -> Bool {
        let conditions = definition["status", "conditions"]?.array ?? []
        return ["Established", "NamesAccepted"]
            .allSatisfy { type in conditions.contains { $0["type"]?.string == type && $0["status"]?.string == "True" } }
    }
}
