import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Hooks that cannot be run` {
    private static func stocked(_ namespace: String) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(namespace)}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: \(namespace)}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {nodeSelector: {nobody: has}, containers: [{name: a, image: "a:1"}]}}
        """
    }

    private static func hook(_ command: RestoreHookCommand) -> RestoreHook {
        RestoreHook(name: "refill", action: .command(command))
    }

    @Test(arguments: TestCluster.available)
    func `are failures or notes of a restore that is complete otherwise`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked("hooks-late"), into: cluster)
        var run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["hooks-late"]
            policy.hooks = [
                Self.hook(RestoreHookCommand(command: ["a"], waitSeconds: 1)),
                Self.hook(RestoreHookCommand(command: ["b"], onError: .continue, waitSeconds: 1)),
            ]
        }
        run.retrySeconds = 1
        let plan = try await run.plan()
        let web = plan.steps.first { $0.identity.name == "web" }
        #expect(web?.notes.count { $0.contains("the hook “refill” runs a command") } == 2)
        var result = try await run.apply(plan)
        #expect(result.failed.isEmpty, "\(result.failed)")
        try await run.runHooks(of: plan, &result)
        #expect(result.hooks.map(\.pod) == ["Deployment.apps hooks-late/web", "Deployment.apps hooks-late/web"])
        #expect(result.failed.map(\.code) == ["restore.hook-failed"])
        #expect(result.notes.contains { $0.contains("the hook “refill” failed") }, "\(result.notes)")
    }

    @Test(arguments: TestCluster.available)
    func `because Pods may not be listed leave the result of the restore`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked("hooks-blind"), into: cluster)
        let target = scenario.client
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["hooks-blind"]
            policy.hooks = [Self.hook(RestoreHookCommand(command: ["a"]))]
        }
        let plan = try await run.plan()
        let applied = try await run.apply(plan)
        #expect(applied.created > 0 && applied.failed.isEmpty)
        let (reader, policy) = (run.reader, run.policy)
        try await StubServer.with { request in
            guard request.path.hasSuffix("/namespaces/hooks-blind/pods") else {
                return await request.forwarded(to: target)
            }
            return .failure(403, "Forbidden")
        } _: { client, _ in
            let run = RestoreRun(
                client: client,
                reader: reader,
                policy: policy,
                logger: RestoreScenario.logger,
                now: TestClock.wallClock
            )
            var result = applied
            try await run.runHooks(of: plan, &result)
            #expect(result.created == applied.created)
            #expect(result.failed.map(\.code) == ["cluster.forbidden"], "\(result.failed)")
            #expect(result.failed.first?.object == "the hooks")
        }
    }
}
