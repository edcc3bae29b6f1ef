import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `Conformance of server-side apply` {
    private func apply(_ bench: Bench, _ data: JSONValue, _ manager: String, force: Bool = false) async throws
        -> JSONValue
    {
        var options = WriteOptions()
        options.fieldManager = manager
        return try await bench.patch(
            "v1",
            "ConfigMap",
            "a",
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": data],
            .apply(force: force),
            options: options
        )
    }

    @Test(arguments: TestCluster.available)
    func `apply creates, and records who set which field`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let object = try await apply(bench, ["k": "1"], "one")
        let entry = try #require(object["metadata", "managedFields"]?.array?.first { $0["manager"] == "one" })
        #expect(entry["operation"] == "Apply")
        #expect(entry["fieldsType"] == "FieldsV1")
        #expect(entry["fieldsV1", "f:data", "f:k"] != nil)
    }

    @Test(arguments: TestCluster.available)
    func `another manager's field is a conflict that names it, unless forced`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        _ = try await apply(bench, ["k": "1"], "one")
        do {
            _ = try await apply(bench, ["k": "2"], "two")
            Issue.record("it should have been a conflict")
        } catch let error as ClusterError {
            #expect(error.kind == .conflict)
            #expect(error.causes.contains { $0.reason == "FieldManagerConflict" && $0.field == ".data.k" })
            #expect(error.message.contains("one"))
        }
        #expect(try await apply(bench, ["k": "2"], "two", force: true)["data", "k"] == "2")
        #expect(try await apply(bench, ["k": "2", "l": "1"], "two")["data", "l"] == "1")
    }

    @Test(arguments: TestCluster.available)
    func `a field that its only manager leaves out is removed, and one that another has stays`(cluster: TestCluster)
        async throws
    {
        let bench = try await Bench(cluster)
        _ = try await apply(bench, ["mine": "1", "shared": "1"], "one")
        _ = try await apply(bench, ["shared": "1"], "two")
        let object = try await apply(bench, [:], "one")
        #expect(object["data"]?.stringMap == ["shared": "1"])
    }

    @Test(arguments: TestCluster.available)
    func `lists merge by their keys`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        var options = WriteOptions()
        func service(_ port: JSONValue) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"],
                "spec": ["selector": ["a": "b"], "ports": [port]],
            ]
        }
        options.fieldManager = "one"
        try await bench.patch(
            "v1",
            "Service",
            "s",
            service(["name": "http", "port": 80, "protocol": "TCP"]),
            .apply(force: false),
            options: options
        )
        options.fieldManager = "two"
        let object = try await bench.patch(
            "v1",
            "Service",
            "s",
            service(["name": "tls", "port": 443, "protocol": "TCP"]),
            .apply(force: false),
            options: options
        )
        #expect(object["spec", "ports"]?.array?.compactMap { $0["port"]?.int }.sorted() == [80, 443])
    }
}
