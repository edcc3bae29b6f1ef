internal import KubernetesAPI
package import KubernetesObjects
internal import Policies

extension RestoreRun {
    /// Runs the commands of hooks in the Pods of what was restored, each as soon as its container runs, and puts what became of them
    /// into the result. A hook that fails or comes too late keeps no other from being run.
    ///
    /// Commands are run for objects that this restore created or changed, and for unchanged ones when the policy says so: a command that
    /// fills a database must not be run again because somebody looks whether anything is missing.
    package func runHooks(of plan: RestorePlan, _ result: inout RestoreResult) async throws(LifeboatError) {
        guard policy.runsCommands else { return }
        var outcomes: [HookOutcome] = []
        do throws(LifeboatError) {
            try await Self.translated { try await runCommands(of: plan, &outcomes) }
        } catch {
            guard error.code != .cancelled else { throw error }
            // What was restored is told all the same.
            result.failed.append(
                RestoreFailure(
                    object: "the hooks",
                    code: error.code.rawValue,
                    reason: "not all were run: \(error.message)",
                    remedy: error.remedy.isEmpty ? "restore again with --repeat-hooks" : error.remedy
                )
            )
        }
        result.hooks = outcomes
        result.failed += outcomes.filter { $0.isFailed && $0.mustSucceed }.map(\.failure)
        for outcome in outcomes where outcome.isFailed && !outcome.mustSucceed {
            result.notes.append("\(outcome.pod): \(outcome.failure.reason)")
        }
    }

    private func runCommands(of plan: RestorePlan, _ outcomes: inout [HookOutcome]) async throws {
        var work = try await hookTargets(plan).map { HookWork(target: $0) }
        guard !work.isEmpty else { return }
        let start = elapsed()
        let hasNodes = try await hasNodes()
        while true {
            for namespace in Set(work.map(\.target.key.namespace)).sorted() {
                let pods = try await client.objects(of: .pods, in: namespace)
                let needsReplicaSets = work.contains {
                    $0.target.key.namespace == namespace && $0.target.key.groupKind.kind != "Pod"
                }
                let replicaSets = needsReplicaSets ? try await replicaSetOwners(namespace) : [:]
                for index in work.indices where work[index].target.key.namespace == namespace {
                    let due = work[index].due(pods.filter { work[index].target.owns($0, replicaSets) })
                    outcomes += due.ended
                    outcomes += try await run(due.commands)
                }
            }
            work.removeAll(where: \.isDone)
            let waited = elapsed() - start
            for index in work.indices { outcomes += work[index].giveUp(after: hasNodes ? waited : .infinity, hasNodes) }
            work.removeAll(where: \.isDone)
            guard !work.isEmpty else { return }
            try await sleep(1)
        }
    }

    /// Workloads of the plan as the cluster has them, which has some of them not when their creation failed.
    private func hookTargets(_ plan: RestorePlan) async throws -> [HookTarget] {
        var places: [HookPlace: Set<String>] = [:]
        for step in plan.steps where isHooked(step) {
            let place = HookPlace(resource: step.resource, namespace: step.identity.namespace ?? "")
            places[place, default: []].insert(step.identity.name)
        }
        let original = Dictionary(
            policy.namespaceMapping.map { ($0.value, $0.key) },
            uniquingKeysWith: { first, _ in first }
        )
        var targets: [HookTarget] = []
        for (place, names) in places {
            let kind = place.resource.groupVersionKind.groupKind
            for object in try await client.objects(of: place.resource, in: place.namespace) {
                guard let name = object["metadata", "name"]?.string, names.contains(name) else { continue }
                let key = ObjectKey(kind, namespace: place.namespace, name: name)
                let namespace = original[place.namespace] ?? place.namespace
                if let target = HookTarget(object, key, snapshotNamespace: namespace, policy) { targets.append(target) }
            }
        }
        return targets.sorted { $0.key < $1.key }
    }

    private func isHooked(_ step: RestorePlan.Step) -> Bool {
        guard HookTarget.isKind(step.key.groupKind), !step.owners.contains(where: \.isController) else { return false }
        return RestoreState.isSent(step) || policy.repeatsHooks && step.verdict == .unchanged
    }

    private func hasNodes() async throws -> Bool {
        var query = ListQuery()
        query.metadataOnly = true
        do throws(ClusterError) {
            return try await client.list(.nodes, query).collect().contains { !$0.items.isEmpty }
        } catch {
            if error.kind == .cancelled { throw error }
            // Who may not list nodes waits for the Pods as long as the hook says.
            return true
        }
    }

    private func replicaSetOwners(_ namespace: String) async throws -> [String: OwnerReference] {
        var owners: [String: OwnerReference] = [:]
        for object in try await client.objects(of: .replicaSets, in: namespace) {
            owners[object["metadata", "name"]?.string ?? ""] = OwnerReference.controller(of: object)
        }
        return owners
    }

    // MARK: Commands

    /// Pods beside each other, the commands of one Pod one after the other.
    private func run(_ commands: [[HookCommand]]) async throws -> [HookOutcome] {
        let client = client
        return try await withThrowingTaskGroup(of: [HookOutcome].self) { group in
            for pod in commands {
                group.addTask {
                    var outcomes: [HookOutcome] = []
                    for command in pod { outcomes.append(try await command.run(client)) }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

/// Where workloads with hooks are.
private struct HookPlace: Hashable {
    let resource: APIResource
    let namespace: String
}
