import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

/// What every conformance test has at hand: a client, the served resources and a namespace of its own.
struct Bench {
    let client: ClusterClient
    let discovery: Discovery
    let namespace: String

    init(_ cluster: TestCluster, _ name: String = #function) async throws {
        client = try await cluster.client()
        discovery = try await client.discover()
        namespace = "c-" + String(UInt64.random(in: 0..<(1 << 40)), radix: 36)
        _ = try await create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
        // The service account controller is done with the namespace once the default account is there.
        let bench = self
        try await Self.eventually("the default service account of \(namespace)") {
            _ = try await bench.get("v1", "ServiceAccount", "default")
            return true
        }
    }

    func resource(_ apiVersion: String, _ kind: String) throws -> APIResource {
        try #require(
            discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)),
            "\(apiVersion) \(kind) is served"
        )
    }

    @discardableResult
    func create(_ object: JSONValue, options: WriteOptions = WriteOptions()) async throws -> JSONValue {
        let resource = try resource(try #require(object["apiVersion"]?.string), try #require(object["kind"]?.string))
        let scope = resource.isNamespaced ? object["metadata", "namespace"]?.string ?? namespace : nil
        return try JSONValue(
            parsing: await client.create(resource, namespace: scope, body: object.encoded(), options: options)
        )
    }

    @discardableResult
    func create(_ text: String) async throws -> JSONValue {
        try await create(try #require(try YAMLDocuments.parse(text, source: "test").first))
    }

    func get(_ apiVersion: String, _ kind: String, _ name: String) async throws -> JSONValue {
        let resource = try resource(apiVersion, kind)
        return try JSONValue(
            parsing: await client.get(resource, namespace: resource.isNamespaced ? namespace : nil, name: name)
        )
    }

    @discardableResult
    func replace(_ object: JSONValue, subresource: String? = nil) async throws -> JSONValue {
        let resource = try resource(try #require(object["apiVersion"]?.string), try #require(object["kind"]?.string))
        return try JSONValue(
            parsing: await client.replace(
                resource,
                namespace: resource.isNamespaced ? namespace : nil,
                name: try #require(object["metadata", "name"]?.string),
                body: object.encoded(),
                subresource: subresource
            )
        )
    }

    @discardableResult
    func patch(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        _ patch: JSONValue,
        _ type: PatchType,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        let resource = try resource(apiVersion, kind)
        return try JSONValue(
            parsing: await client.patch(
                resource,
                namespace: resource.isNamespaced ? namespace : nil,
                name: name,
                patch: patch.encoded(),
                type: type,
                options: options
            )
        )
    }

    func delete(_ apiVersion: String, _ kind: String, _ name: String, options: DeleteOptions = DeleteOptions())
        async throws
    {
        let resource = try resource(apiVersion, kind)
        _ = try await client.delete(
            resource,
            namespace: resource.isNamespaced ? namespace : nil,
            name: name,
            options: options
        )
    }

    /// Whether the object is gone.
    func isGone(_ apiVersion: String, _ kind: String, _ name: String) async throws -> Bool {
        do {
            _ = try await get(apiVersion, kind, name)
            return false
        } catch let error as ClusterError where error.kind == .notFound {
            return true
        }
    }

    func names(_ apiVersion: String, _ kind: String, _ query: ListQuery = ListQuery()) async throws -> [String] {
        var query = query
        query.namespace = namespace
        var names: [String] = []
        for try await page in client.list(try resource(apiVersion, kind), query) { names += page.items.map(\.name) }
        return names
    }

    /// Expects the call to fail in this way.
    func fails(
        _ kind: ClusterError.Kind,
        _ text: String = "",
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("it should have failed with \(kind)", sourceLocation: sourceLocation)
        } catch let error as ClusterError {
            #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
            if !text.isEmpty { #expect(error.message.contains(text), sourceLocation: sourceLocation) }
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
    }

    /// Asks again until it holds; controllers of a real cluster need a moment. At most 30 seconds.
    static func eventually(
        _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ holds: () async throws -> Bool
    ) async throws {
        for _ in 0..<600 {
            do {
                if try await holds() { return }
            } catch let error as ClusterError where error.kind == .notFound || error.kind == .conflict {}
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("never came true: \(what)", sourceLocation: sourceLocation)
    }
}
