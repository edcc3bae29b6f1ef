import Foundation
import KubernetesObjects
import Testing

@testable import KubernetesAPI

/// Runs on the cluster of `LIFEBOAT_TEST_KUBECONFIG`, in a namespace of its own; a TLS server with a client certificate shows most.
@Suite(
    .enabled(if: RealControlPlane.kubeconfig != nil, "LIFEBOAT_TEST_KUBECONFIG names no kubeconfig"),
    .serialized
)
struct `A real control plane` {
    private let client: ClusterClient
    private let discovery: Discovery
    private let namespace = "lifeboat-\(UUID().uuidString.lowercased())"

    init() async throws {
        client = try ClusterClient(
            try ClusterConfiguration.load(environment: [:], path: RealControlPlane.kubeconfig)
        )
        discovery = try await client.discover()
        let object: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
        _ = try await client.create(try resource("namespaces"), namespace: nil, body: object.encoded())
    }

    private func resource(_ name: String, group: String = "") throws -> APIResource {
        try #require(discovery.resource(for: GroupResource(group: group, resource: name)))
    }

    private func configMap(_ name: String, _ value: String = "1") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
            "data": ["value": .string(value)],
        ]
    }

    /// The error of a request, or nil.
    private func failure(_ body: () async throws -> Void) async -> ClusterError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ClusterError
        }
    }

    private func removeNamespace() async throws {
        _ = try await client.delete(try resource("namespaces"), namespace: nil, name: namespace)
    }

    @Test func `serves discovery with status subresources and preferred versions`() async throws {
        #expect(discovery.failures.isEmpty)
        #expect(try resource("deployments", group: "apps").hasStatus)
        #expect(try !resource("namespaces").isNamespaced)
        #expect(try await client.serverVersion().gitVersion.hasPrefix("v1."))
        #expect(try await client.mayI("create", GroupResource(group: "", resource: "secrets")))
        try await removeNamespace()
    }

    @Test func `creates, replaces, patches, applies and deletes`() async throws {
        let maps = try resource("configmaps")
        let made = try JSONValue(
            parsing: try await client.create(maps, namespace: namespace, body: configMap("a").encoded())
        )
        let again = await failure {
            _ = try await client.create(maps, namespace: namespace, body: configMap("a").encoded())
        }
        #expect(again?.kind == .alreadyExists)
        var dry = WriteOptions()
        dry.dryRun = true
        _ = try await client.create(maps, namespace: namespace, body: configMap("dry").encoded(), options: dry)
        let absent = await failure {
            _ = try await client.get(maps, namespace: namespace, name: "dry")
        }
        #expect(absent?.kind == .notFound)
        var changed = made
        changed["data", "value"] = "2"
        _ = try await client.replace(maps, namespace: namespace, name: "a", body: changed.encoded())
        let stale = await failure {
            _ = try await client.replace(maps, namespace: namespace, name: "a", body: changed.encoded())
        }
        #expect(stale?.kind == .conflict)
        for (type, patch) in [
            (PatchType.merge, #"{"data":{"merge":"x"}}"#), (.json, #"[{"op":"add","path":"/data/json","value":"x"}]"#),
            (.strategic, #"{"data":{"strategic":"x"}}"#),
        ] {
            _ = try await client.patch(maps, namespace: namespace, name: "a", patch: Array(patch.utf8), type: type)
        }
        var other = WriteOptions()
        other.fieldManager = "other"
        let taken = configMap("a", "3").encoded()
        let conflict = await failure {
            _ = try await client.patch(
                maps,
                namespace: namespace,
                name: "a",
                patch: taken,
                type: .apply(force: false),
                options: other
            )
        }
        #expect(conflict?.kind == .conflict)
        #expect(conflict?.causes.first?.field == ".data.value")
        let applied = try JSONValue(
            parsing: try await client.patch(
                maps,
                namespace: namespace,
                name: "a",
                patch: taken,
                type: .apply(force: true),
                options: other
            )
        )
        #expect(applied["data"]?.stringMap == ["value": "3", "merge": "x", "json": "x", "strategic": "x"])
        var options = DeleteOptions()
        options.uid = "another"
        let wrong = await failure {
            _ = try await client.delete(maps, namespace: namespace, name: "a", options: options)
        }
        #expect(wrong?.kind == .conflict)
        options.uid = made["metadata", "uid"]?.string
        _ = try await client.delete(maps, namespace: namespace, name: "a", options: options)
        let invalid = await failure {
            _ = try await client.create(maps, namespace: namespace, body: configMap("Not A Name").encoded())
        }
        #expect(invalid?.kind == .invalid)
        #expect(invalid?.causes.first?.field == "metadata.name")
        try await removeNamespace()
    }

    @Test func `lists in pages and watches from there`() async throws {
        let maps = try resource("configmaps")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<30 {
                group.addTask {
                    let body = configMap("m\(index)").encoded()
                    _ = try await client.create(maps, namespace: namespace, body: body)
                }
            }
            try await group.waitForAll()
        }
        var query = ListQuery()
        query.namespace = namespace
        query.fieldSelector = "metadata.name!=kube-root-ca.crt"
        query.pageSize = 7
        query.metadataOnly = true
        let pages = try await client.list(maps, query).collect()
        #expect(pages.count == 5)
        #expect(Set(pages.flatMap { $0.items.map(\.name) }).count == 30)
        #expect(pages.allSatisfy { $0.resourceVersion == pages[0].resourceVersion })
        var watch = WatchQuery()
        watch.namespace = namespace
        watch.fieldSelector = "metadata.name=m3"
        watch.resourceVersion = pages[0].resourceVersion
        async let deleted = client.delete(maps, namespace: namespace, name: "m3")
        for try await event in client.watch(maps, watch) {
            #expect(event.type == .deleted)
            break
        }
        _ = try await deleted
        watch.resourceVersion = "1"
        let old = await failure {
            for try await _ in client.watch(maps, watch) { return }
        }
        // A young server still knows it.
        #expect(old == nil || old?.kind == .expired)
        try await removeNamespace()
    }
}

/// Where a real control plane is, for the suite that needs one.
enum RealControlPlane {
    static let kubeconfig = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KUBECONFIG"]
}
