import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `A resource that may not be listed` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: unlisted}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: there, namespace: unlisted}
        data: {a: "1"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: gone, namespace: unlisted}
        """

    @Test(arguments: TestCluster.available)
    func `is named, and its objects are met when they are created`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster)
        let target = scenario.client
        let prepared = try scenario.run { $0.selection.includedNamespaces = ["unlisted"] }
        let (reader, policy) = (prepared.reader, prepared.policy)
        _ = try await prepared.apply(try await prepared.plan())
        try await scenario.delete("v1", "ConfigMap", "unlisted", "gone")
        try await StubServer.with { request in
            if request.method == "GET", request.path.hasSuffix("/configmaps") {
                let message = "configmaps is forbidden"
                return .json(
                    #"{"kind":"Status","status":"Failure","reason":"Forbidden","code":403,"message":"\#(message)"}"#,
                    status: 403
                )
            }
            return await request.forwarded(to: target)
        } _: { client, _ in
            let run = RestoreRun(
                client: client,
                reader: reader,
                policy: policy,
                logger: RestoreScenario.logger,
                now: TestClock.wallClock
            )
            let plan = try await run.plan()
            #expect(plan.warnings.contains { $0.hasPrefix("configmaps may not be listed") }, "\(plan.warnings)")
            let result = try await run.apply(plan)
            #expect(result.failed.isEmpty && result.conflicts.isEmpty, "\(result.failed)")
            #expect(result.created == 1)
        }
        #expect(try await scenario.object("v1", "ConfigMap", "unlisted", "gone") != nil)
    }
}
