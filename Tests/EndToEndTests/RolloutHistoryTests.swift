import Archive
import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `The history of a Deployment` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: history}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: history}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
        """

    private static func replicaSets(_ client: ClusterClient) async throws -> [String: JSONValue] {
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "ReplicaSet")
        let resource = try #require(try await client.discover().resource(for: kind))
        var query = ListQuery()
        query.namespace = "history"
        var found: [String: JSONValue] = [:]
        for page in try await client.list(resource, query).collect() {
            for item in page.items { found[item.name] = try JSONValue(parsing: page.bytes.span, range: item.range) }
        }
        return found
    }

    private static func waitFor(_ count: Int, _ client: ClusterClient) async throws {
        for _ in 0..<400 {
            if try await replicaSets(client).count == count { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("there are not \(count) ReplicaSets")
    }

    // C77, C104
    @Test(arguments: TestCluster.available)
    func `is adopted by the Deployment that comes back, which rolls nothing out`(cluster: TestCluster) async throws {
        // From the same cluster: another release may hash the same template to another name.
        let scenario = try await RestoreScenario.of(
            Self.stocked,
            from: cluster,
            namespace: "history",
            into: cluster
        ) { source in
            try await Self.waitFor(1, source)
            let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
            let resource = try #require(try await source.discover().resource(for: kind))
            let patch = #"[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"web:2"}]"#
            _ = try await source.patch(
                resource,
                namespace: "history",
                name: "web",
                patch: Array(patch.utf8),
                type: .json
            )
            try await Self.waitFor(2, source)
        }
        let reader = try scenario.archive.repository.reader(scenario.archive.repository.snapshot("latest"))
        let names = try reader.entries(namespace: "history").filter { $0.resource.kind == "ReplicaSet" }.map(\.name)
        #expect(names.count == 2)
        try await scenario.delete("v1", "Namespace", nil, "history")
        for _ in 0..<2_400 {
            if try await scenario.object("v1", "Namespace", nil, "history") == nil { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        let run = try scenario.run { $0.selection.includedNamespaces = ["history"] }
        let result = try await run.apply(try await run.plan())
        #expect(result.isComplete, "\(result.failed)")
        // The controller of the cluster has looked at it.
        for _ in 0..<400 {
            let web = try await scenario.object("apps/v1", "Deployment", "history", "web")
            if web?["status", "observedGeneration"] != nil { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        let web = try #require(try await scenario.object("apps/v1", "Deployment", "history", "web"))
        #expect(web["status", "observedGeneration"] != nil)
        let restored = try await Self.replicaSets(scenario.client)
        #expect(restored.keys.sorted() == names.sorted())
        for replicaSet in restored.values {
            let owner = replicaSet["metadata", "ownerReferences"]?.array?.first
            #expect(owner?["uid"] == web["metadata", "uid"])
        }
    }
}
