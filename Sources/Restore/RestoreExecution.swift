internal import KubernetesAPI
internal import KubernetesObjects
internal import Synchronization

/// Carries a plan out: wave after wave, in parallel inside a wave, with sweeps over what was refused for now.
final class RestoreExecution: Sendable {
    private struct State {
        var result: RestoreResult
        var discovery: Discovery
        var owners: [OwnerKey: String]
        var pending: [(step: RestoreStep, error: ClusterError)] = []
        var done = 0
    }

    private let client: ClusterClient
    private let plan: RestorePlan
    private let sleep: @Sendable (Double) async throws -> Void
    private let progress: (@Sendable (RestoreProgress) -> Void)?
    private let state: Mutex<State>
    private static let width = 32
    /// Pauses between sweeps; controllers make tokens, quotas and webhooks work in the meantime.
    private static let sweepPauses = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]

    init(run: RestoreRun, plan: RestorePlan, progress: (@Sendable (RestoreProgress) -> Void)?) {
        client = run.client
        sleep = run.sleep
        self.plan = plan
        self.progress = progress
        let result = RestoreResult(snapshot: plan.snapshot, plan: plan.countsDocument)
        state = Mutex(State(result: result, discovery: plan.discovery, owners: plan.knownOwners))
    }

    func run() async throws -> RestoreResult {
        let clock = ContinuousClock()
        let start = clock.now
        let before = client.statistics.requests
        note()
        var index = 0
        let steps = plan.steps.filter { Self.isWork($0) }
        while index < steps.count {
            let end =
                steps[index...].firstIndex { ($0.wave, $0.depth) != (steps[index].wave, steps[index].depth) }
                ?? steps.count
            try await apply(Array(steps[index..<end]))
            if steps[index].wave == RestoreOrder.definitions,
                end == steps.count || steps[end].wave > RestoreOrder.definitions
            {
                try await waitForDefinitions(steps.filter { $0.wave == RestoreOrder.definitions })
            }
            index = end
        }
        try await sweep()
        let seconds = start.duration(to: clock.now).components
        let requests = client.statistics.requests - before
        return state.withLock { state in
            for (step, error) in state.pending {
                state.result.failed.append(
                    RestoreFailure(
                        object: step.identity,
                        code: error.lifeboatError.code.rawValue,
                        reason: error.message
                    )
                )
            }
            state.result.durationSeconds = Double(seconds.seconds) + Double(seconds.attoseconds) / 1e18
            state.result.requests = requests
            return state.result
        }
    }

    private static func isWork(_ step: RestoreStep) -> Bool {
        switch step.verdict {
        case .create, .update: true
        case .unchanged, .skip, .conflict: false
        }
    }

    /// Takes what needs no request into the result.
    private func note() {
        state.withLock { state in
            state.result.notes = plan.notes
            for step in plan.steps {
                switch step.verdict {
                case .unchanged: state.result.unchanged += 1
                case .skip(let rule, let reason): state.result.skipped.append((step.identity, rule, reason))
                case .conflict(let paths): state.result.conflicts.append((step.identity, paths))
                case .create, .update: break
                }
            }
        }
    }

    private func apply(_ steps: [RestoreStep]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, step) in steps.enumerated() {
                if index >= Self.width { try await group.next() }
                group.addTask { try await self.apply(step) }
            }
            try await group.waitForAll()
        }
    }

    /// Applies one step; a refusal is remembered for the sweeps, a lost server ends the restore.
    private func apply(_ step: RestoreStep) async throws {
        try Task.checkCancellation()
        do throws(ClusterError) {
            let answer = try await send(step)
            let (done, total) = state.withLock { state in
                if case .create = step.verdict { state.result.created += 1 } else { state.result.updated += 1 }
                if plan.requiredOwners.contains(OwnerKey(step.identity)), let item = try? ListPage.Item(object: answer)
                {
                    state.owners[OwnerKey(step.identity)] = item.uid
                }
                state.done += 1
                return (state.done, plan.steps.count)
            }
            if done % 50 == 0 { progress?(RestoreProgress(done: done, total: total)) }
        } catch {
            switch error.kind {
            case .unreachable, .tls, .unauthorized, .cancelled: throw error
            default: state.withLock { $0.pending.append((step, error)) }
            }
        }
    }

    private func resource(_ identity: ObjectIdentity) throws(ClusterError) -> APIResource {
        if let resource = state.withLock({ $0.discovery.resource(for: identity.groupVersionKind) }) { return resource }
        throw ClusterError(
            .notFound,
            message: "the target does not serve \(identity.groupVersionKind)",
            method: "POST",
            path: identity.description
        )
    }

    private func send(_ step: RestoreStep) async throws(ClusterError) -> [UInt8] {
        let resource = try resource(step.identity)
        let (namespace, name) = (step.identity.namespace, step.identity.name)
        guard case .update(let action, _) = step.verdict, let existing = step.existing, let object = step.object else {
            let answer = try await client.create(
                resource,
                namespace: namespace,
                body: step.body ?? relinked(step.object).encoded()
            )
            try await restoreStatus(step, resource, answer)
            return answer
        }
        switch action {
        case .merge:
            let patch = additions(to: existing, from: relinked(object))
            return try await client.patch(
                resource,
                namespace: namespace,
                name: name,
                patch: patch.encoded(),
                type: .merge
            )
        case .apply:
            return try await client.patch(
                resource,
                namespace: namespace,
                name: name,
                patch: relinked(object).encoded(),
                type: .apply(force: true)
            )
        case .replace:
            var body = relinked(object)
            body["metadata", "resourceVersion"] = existing["metadata", "resourceVersion"]
            for field in ["clusterIP", "clusterIPs"]
            where body["kind"]?.string == "Service" && body["spec", field] == nil {
                body["spec", field] = existing["spec", field]
            }
            return try await client.replace(resource, namespace: namespace, name: name, body: body.encoded())
        case .recreate:
            var options = DeleteOptions()
            options.uid = existing["metadata", "uid"]?.string
            options.propagation = .background
            _ = try await client.delete(resource, namespace: namespace, name: name, options: options)
            return try await client.create(resource, namespace: namespace, body: relinked(object).encoded())
        }
    }

    /// A merge patch that adds and sets and never removes: what only the cluster has stays (C118).
    private func additions(to existing: JSONValue, from object: JSONValue) -> JSONValue {
        func withoutRemovals(_ patch: JSONValue) -> JSONValue {
            guard case .object(let members) = patch else { return patch }
            return .object(
                JSONObject(
                    members.members.filter { !$0.value.isNull }.map {
                        .init(key: $0.key, value: withoutRemovals($0.value))
                    }
                )
            )
        }
        return withoutRemovals(MergePatch.difference(from: existing, to: object) ?? .object(JSONObject()))
    }

    /// Owner references with the uids that the owners have in this cluster; those without an owner are dropped, because the
    /// garbage collector would delete the object (C3).
    private func relinked(_ object: JSONValue?) -> JSONValue {
        guard var object else { return .object(JSONObject()) }
        let owners = OwnerKey.owners(of: object)
        guard !owners.isEmpty else { return object }
        let uids = state.withLock { $0.owners }
        let linked = owners.compactMap { owner -> JSONValue? in
            guard let uid = owner.keys.lazy.compactMap({ uids[$0] }).first else { return nil }
            var reference = owner.reference
            reference["uid"] = .string(uid)
            return reference
        }
        if linked.count < owners.count {
            let identity = ObjectIdentity(of: object).map { "\($0)" } ?? ""
            state.withLock {
                $0.result.notes.append("\(identity): an owner does not exist in the target, its reference was dropped")
            }
        }
        object["metadata", "ownerReferences"] = linked.isEmpty ? nil : .array(linked)
        return object
    }

    private func restoreStatus(_ step: RestoreStep, _ resource: APIResource, _ answer: [UInt8])
        async throws(ClusterError)
    {
        guard let status = step.status, resource.hasStatus, var object = try? JSONValue(parsing: answer) else { return }
        object["status"] = status
        _ = try await client.replace(
            resource,
            namespace: step.identity.namespace,
            name: step.identity.name,
            body: object.encoded(),
            subresource: "status"
        )
    }

    /// Waits until the API server serves the kinds that were just defined (C15); one that never is blocks only its own objects (C16).
    private func waitForDefinitions(_ steps: [RestoreStep]) async throws {
        var left = steps.compactMap { step -> GroupVersionKind? in
            let definition = step.object ?? step.body.flatMap { try? JSONValue(parsing: $0) }
            guard let group = definition?["spec", "group"]?.string,
                let kind = definition?["spec", "names", "kind"]?.string,
                let version = definition?["spec", "versions"]?.array?.first(where: { $0["served"]?.bool == true })?[
                    "name"
                ]?.string
            else { return nil }
            return GroupVersionKind(group: group, version: version, kind: kind)
        }
        for attempt in 0..<100 where !left.isEmpty {
            let discovery = try await client.discover()
            state.withLock { $0.discovery = discovery }
            left.removeAll { discovery.resource(for: $0) != nil }
            if !left.isEmpty { try await sleep(attempt < 20 ? 0.05 : 0.25) }
        }
    }

    /// Tries again what failed until nothing more succeeds: a webhook, a quota or a token may only have come later (C28).
    private func sweep() async throws {
        var fruitless = 0
        while fruitless < Self.sweepPauses.count {
            let pending = state.withLock { state in
                let pending = state.pending.filter { Self.mayPassLater($0.error) }
                state.pending.removeAll { Self.mayPassLater($0.error) }
                return pending
            }
            guard !pending.isEmpty else { return }
            try await sleep(Self.sweepPauses[fruitless])
            let discovery = try await client.discover()
            state.withLock { $0.discovery = discovery }
            try await apply(pending.map(\.step))
            let left = state.withLock { $0.pending.filter { Self.mayPassLater($0.error) }.count }
            fruitless = left < pending.count ? 0 : fruitless + 1
        }
    }

    private static func mayPassLater(_ error: ClusterError) -> Bool {
        switch error.kind {
        case .invalid, .badRequest, .tooLarge, .alreadyExists, .unsupportedMediaType, .methodNotAllowed: false
        default: true
        }
    }
}
