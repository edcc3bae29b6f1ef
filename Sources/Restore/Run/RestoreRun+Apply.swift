internal import Archive
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
    /// - Parameter confirmedDeletions: how many objects may be deleted; another number than that of the plan is refused.
    /// - Throws: what makes going on impossible, such as a server that cannot be reached, or `restore.refused`.
    package func apply(
        _ plan: RestorePlan,
        confirmedDeletions: Int = 0,
        progress: (@Sendable (RestoreProgress) -> Void)? = nil
    ) async throws(LifeboatError) -> RestoreResult {
        if plan.isRefused, let first = plan.conflicts.first {
            throw LifeboatError(
                .restoreRefused,
                "\(plan.conflicts.count) objects of the cluster have another content, the first is \(first.identity)",
                remedy: "look at them with --dry-run, and choose --conflict skip, merge, apply, replace or recreate"
            )
        }
        try confirm(plan, confirmedDeletions)
        let start = elapsed()
        let before = client.statistics
        return try await Self.translated {
            let referenced = PlanIndex.owners(of: plan.steps)
            var state = RestoreState(plan, owners: referenced)
            var definitions = PendingDefinitions(plan)
            for wave in RestoreWave.allCases {
                if wave == .customResources {
                    let refused = state.refusedDefinitions
                    try await settle(&definitions, refused: refused, within: definitionTimeoutSeconds)
                    state.unavailable = definitions.kinds
                }
                if wave == .interception {
                    try await sweep(&state, referenced, isLast: false, progress)
                }
                var steps = plan.steps(of: wave)
                if wave == .interception {
                    let unbacked = try await unbacked(Array(steps), plan)
                    state.waiting += steps.compactMap { step in unbacked[step.key].map { (step, .backend($0)) } }
                    steps.removeAll { unbacked[$0.key] != nil }
                }
                if wave == .customResources {
                    let services = try await conversionWebhooks(of: steps)
                    if !services.isEmpty {
                        let direct = steps.filter { services[$0.key.groupKind] == nil }
                        try await send(direct[...], wave, &state, referenced, isLast: false, progress)
                        steps = try await convertible(steps, services, &state)
                    }
                }
                try await send(steps, wave, &state, referenced, isLast: false, progress)
                if wave == .definitions {
                    let refused = state.refusedDefinitions
                    try await settle(&definitions, refused: refused, within: Self.shortWaitSeconds)
                }
            }
            try await sweep(&state, referenced, isLast: true, progress)
            state.giveUp()
            try await delete(plan, &state, progress)
            if policy.recordsEvents { try await recordEvents(&state) }
            state.result.durationSeconds = elapsed() - start
            state.result.requests = client.statistics.requests - before.requests
            return state.result
        }
    }

    /// Definitions are mostly established at once; one that is not holds up its own objects only.
    private static let shortWaitSeconds = 5.0

    // MARK: Waves

    /// Sends the steps of one wave: those of one depth at a time, in parallel.
    private func send(
        _ steps: ArraySlice<RestorePlan.Step>,
        _ wave: RestoreWave,
        _ state: inout RestoreState,
        _ referenced: Set<ObjectKey>,
        isLast: Bool,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        var rest = steps
        while let first = rest.first {
            let level = rest.prefix { $0.depth == first.depth }
            rest = rest[level.endIndex...]
            try await sendLevel(level, wave, &state, referenced, isLast: isLast, progress)
        }
    }

    /// Sends the steps that write, as many at a time as `width` says; they stay where they are in the plan, which may be large.
    func sendLevel(
        _ steps: ArraySlice<RestorePlan.Step>,
        _ wave: RestoreWave,
        _ state: inout RestoreState,
        _ referenced: Set<ObjectKey>,
        isLast: Bool,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        let executor = StepExecutor(client: client, policy: policy, snapshot: reader.snapshot.shortID)
        let plan = state.result.plan
        // Owners of this level were made in an earlier one, so what is known now is enough.
        let owners = state.owners
        await withTaskGroup(of: (Int, StepExecutor.Outcome).self) { group in
            var next = steps.startIndex
            func begin() {
                while next < steps.endIndex, state.isPassedOver(steps[next]) { next += 1 }
                guard next < steps.endIndex, !Task.isCancelled else { return }
                let (number, step) = (next, steps[next])
                next += 1
                group.addTask {
                    let filled: RestorePlan.Step
                    do throws(LifeboatError) { filled = try plan.filled(step) } catch {
                        return (number, .unreadable(error))
                    }
                    let outcome = await executor.run(
                        filled,
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
            if case .refused(let error) = failure, [.unauthorized, .tls, .cancelled].contains(error.kind) {
                throw error
            }
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
            let retried = state.waiting.filter(\.failure.mayBeRetried)
            guard !retried.isEmpty else { return }
            let before = state.done
            state.waiting.removeAll(where: \.failure.mayBeRetried)
            for (wave, steps) in Dictionary(grouping: retried.map(\.step), by: \.wave).sorted(by: { $0.key < $1.key }) {
                try await send(
                    steps.sorted { $0.depth < $1.depth }[...],
                    wave,
                    &state,
                    referenced,
                    isLast: isLast,
                    progress
                )
            }
            if state.done > before { continue }
            let mayPass = state.waiting.contains { waiting in
                if case .refused(let error) = waiting.failure { FailureAdvice.mayPass(error) } else { false }
            }
            guard mayPass, waited < retrySeconds else { return }
            logger.info("\(state.waiting.count) objects were refused; trying again in \(pause) s")
            try await sleep(pause)
            waited += pause
            pause = min(pause * 2, 8)
        }
    }
}
