import Archive
import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Restored objects` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: managed}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: plain, namespace: managed}
        data: {a: "1"}
        """

    private static func apply(
        _ replicas: Int,
        _ manager: String,
        _ client: ClusterClient,
        force: Bool = false
    ) async throws {
        let discovery = try await client.discover()
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "managed"],
            "spec": [
                "replicas": .int(replicas), "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": ["containers": [["name": "web", "image": "web:1"]]],
                ],
            ],
        ]
        var options = WriteOptions()
        options.fieldManager = manager
        _ = try await client.patch(
            try #require(discovery.resource(for: kind)),
            namespace: "managed",
            name: "web",
            patch: object.encoded(),
            type: .apply(force: force),
            options: options
        )
    }

    // C5
    @Test(arguments: TestCluster.available)
    func `belong to those who had applied them, so that their next apply meets no conflict`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster) { source in
            try await Self.apply(0, "delivery", source)
        }
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["managed"]
            policy.annotatesObjects = true
            policy.recordsEvents = true
        }
        let result = try await run.apply(try await run.plan())
        #expect(result.isComplete, "\(result.failed)")
        #expect(!result.notes.contains { $0.contains("belong to Lifeboat") }, "\(result.notes)")
        let web = try #require(try await scenario.object("apps/v1", "Deployment", "managed", "web"))
        let managers = web["metadata", "managedFields"]?.array?.compactMap { $0["manager"]?.string } ?? []
        #expect(managers.contains("delivery"))
        // Its manager changes a value without forcing; another one meets the conflict that it must meet.
        try await Self.apply(1, "delivery", scenario.client)
        let conflict = await #expect(throws: ClusterError.self) { try await Self.apply(2, "other", scenario.client) }
        #expect(conflict?.kind == .conflict)
        // What was written on request: annotations and events.
        let shortID = String(try scenario.archive.repository.snapshot("latest").id.prefix(8))
        for (apiVersion, kind, name) in [("apps/v1", "Deployment", "web"), ("v1", "ConfigMap", "plain")] {
            let object = try await scenario.object(apiVersion, kind, "managed", name)
            #expect(object?["metadata", "annotations", "lifeboat.dr/restored-from"]?.string == shortID)
        }
        let events = try await scenario.events("managed")
        #expect(events.contains { $0.hasPrefix("Restored") && $0.contains(shortID) }, "\(events) \(result.notes)")
        // A second run finds nothing to do.
        let again = try await run.plan()
        #expect(again.count("create") == 0 && again.count("update") == 0)
    }
}
