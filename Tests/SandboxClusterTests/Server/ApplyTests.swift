import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Server-side apply in the sandbox` {
    private static let deployment = "/apis/apps/v1/namespaces/shop/deployments/web"

    private func deployment(image: String = "web:1", replicas: Int? = nil, env: [String] = []) -> JSONValue {
        let variables = env.map { JSONValue.object(JSONObject([.init(key: "name", value: .string($0))])) }
        var container: JSONValue = ["name": "web", "image": .string(image)]
        if !variables.isEmpty { container["env"] = .array(variables) }
        var object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "selector": ["matchLabels": ["app": "web"]],
                "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [container]]],
            ],
        ]
        if let replicas { object["spec", "replicas"] = .int(replicas) }
        return object
    }

    @Test func `it creates the object and then changes it`() async throws {
        let cluster = try await ServerHarness()
        #expect(await cluster.apply(Self.deployment, deployment(), manager: "ci").status == 201)
        let answer = await cluster.apply(Self.deployment, deployment(image: "web:2"), manager: "ci")
        #expect(answer.status == 200)
        let containers = answer.json["spec", "template", "spec", "containers"]?.array
        #expect(containers?.first?["image"] == "web:2")
        #expect(answer.json["metadata", "generation"] == 2)
    }

    @Test func `the same configuration again writes nothing`() async throws {
        let cluster = try await ServerHarness()
        let first = await cluster.apply(Self.deployment, deployment(), manager: "ci").json
        let second = await cluster.apply(Self.deployment, deployment(), manager: "ci").json
        #expect(first["metadata", "resourceVersion"] == second["metadata", "resourceVersion"])
    }

    @Test func `a field of another manager is a conflict, unless forced`() async throws {
        let cluster = try await ServerHarness()
        await cluster.apply(Self.deployment, deployment(replicas: 2), manager: "ci")
        let conflict = await cluster.apply(Self.deployment, deployment(image: "web:9", replicas: 5), manager: "ops")
        #expect(conflict.status == 409)
        #expect(
            conflict.json["message"]
                == """
                Apply failed with 2 conflicts: conflicts with "ci":
                - .spec.replicas
                - .spec.template.spec.containers[name="web"].image
                """
        )
        let causes = conflict.json["details", "causes"]?.array ?? []
        #expect(causes.map { $0["reason"]?.string } == ["FieldManagerConflict", "FieldManagerConflict"])
        let forced = await cluster.apply(
            Self.deployment,
            deployment(image: "web:9", replicas: 5),
            manager: "ops",
            force: true
        )
        #expect(forced.json["spec", "replicas"] == 5)
        let entries = ManagedFields.entries(forced.json)
        let ci = try #require(entries.first { $0.manager == "ci" })
        #expect(!ci.fields.paths.contains(".spec.replicas"))
    }

    @Test func `the same value may have two managers`() async throws {
        let cluster = try await ServerHarness()
        await cluster.apply(Self.deployment, deployment(replicas: 2), manager: "ci")
        #expect(await cluster.apply(Self.deployment, deployment(replicas: 2), manager: "ops").status == 200)
    }

    @Test func `a field that its only manager drops goes away, a shared one stays`() async throws {
        let cluster = try await ServerHarness()
        await cluster.apply(Self.deployment, deployment(env: ["A", "B"]), manager: "ci")
        await cluster.apply(Self.deployment, deployment(env: ["B"]), manager: "ops")
        let answer = await cluster.apply(Self.deployment, deployment(), manager: "ci").json
        let container = answer["spec", "template", "spec", "containers"]?.array?.first
        #expect(container?["env"]?.array?.compactMap { $0["name"]?.string } == ["B"])
    }

    @Test func `an update takes a field from the manager that applied it`() async throws {
        let cluster = try await ServerHarness()
        await cluster.apply(
            ServerHarness.configMaps + "/c",
            cluster.configMap("c", ["a": "1", "b": "1"]),
            manager: "ci"
        )
        let updated = await cluster.patch(ServerHarness.configMaps + "/c", ["data": ["a": "2"]]).json
        let entries = ManagedFields.entries(updated)
        #expect(entries.first { $0.manager == "ci" }?.fields.paths == [".data.b"])
        #expect(entries.first { $0.manager == "test" }?.fields.paths == [".data.a"])
        let conflict = await cluster.apply(
            ServerHarness.configMaps + "/c",
            cluster.configMap("c", ["a": "1"]),
            manager: "ci"
        )
        #expect(conflict.status == 409)
    }

    @Test func `it needs a field manager and a body without managedFields`() async throws {
        let cluster = try await ServerHarness()
        let target = ServerHarness.configMaps + "/c"
        let type = "application/apply-patch+yaml"
        #expect(await cluster.send("PATCH", target, cluster.configMap("c"), type: type).status == 422)
        var object = cluster.configMap("c")
        object["metadata", "managedFields"] = []
        #expect(await cluster.apply(target, object, manager: "ci").status == 400)
    }
}
