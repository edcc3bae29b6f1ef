import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Writes of the sandbox` {
    @Test func `a new object gets its metadata from the server`() async throws {
        let cluster = try await ServerHarness()
        let answer = await cluster.post(ServerHarness.configMaps, cluster.configMap("settings"))
        #expect(answer.status == 201)
        #expect(answer.json["metadata", "namespace"] == "shop")
        #expect(answer.json["metadata", "creationTimestamp"] == "2023-11-14T22:13:20Z")
        #expect(answer.json["metadata", "uid"]?.string?.count == 36)
        #expect(answer.json["metadata", "resourceVersion"]?.string.flatMap { Int($0) } ?? 0 > 1)
        let entry = answer.json["metadata", "managedFields"]?.array?.first
        #expect(entry?["manager"] == "test")
        #expect(entry?["fieldsV1", "f:data", "f:a"] == [:])
    }

    @Test func `a second object of the same name is refused`() async throws {
        let cluster = try await ServerHarness()
        await cluster.post(ServerHarness.configMaps, cluster.configMap("settings"))
        let answer = await cluster.post(ServerHarness.configMaps, cluster.configMap("settings"))
        #expect(answer.status == 409)
        #expect(answer.json["reason"] == "AlreadyExists")
        #expect(answer.json["message"] == "configmaps \"settings\" already exists")
        #expect(answer.json["details"] == ["name": "settings", "kind": "configmaps"])
    }

    @Test func `generateName gives each object a name of its own`() async throws {
        let cluster = try await ServerHarness()
        var names: Set<String> = []
        for _ in 0..<20 {
            let answer = await cluster.post(ServerHarness.configMaps, ["metadata": ["generateName": "run-"]])
            names.insert(answer.json["metadata", "name"]?.string ?? "")
        }
        #expect(names.count == 20)
        #expect(names.allSatisfy { $0.hasPrefix("run-") && $0.count == 9 })
    }

    @Test func `an update with an old resourceVersion is a conflict`() async throws {
        let cluster = try await ServerHarness()
        let old = await cluster.post(ServerHarness.configMaps, cluster.configMap("settings")).json
        await cluster.patch(ServerHarness.configMaps + "/settings", ["data": ["b": "2"]])
        let answer = await cluster.put(ServerHarness.configMaps + "/settings", old)
        #expect(answer.status == 409)
        #expect(answer.json["reason"] == "Conflict")
        #expect(answer.json["message"]?.string?.contains("the object has been modified") == true)
    }

    @Test func `an update that changes nothing keeps the resourceVersion`() async throws {
        let cluster = try await ServerHarness()
        let old = await cluster.post(ServerHarness.configMaps, cluster.configMap("settings")).json
        let answer = await cluster.put(ServerHarness.configMaps + "/settings", old)
        #expect(answer.status == 200)
        #expect(answer.json["metadata", "resourceVersion"] == old["metadata", "resourceVersion"])
    }

    @Test func `a dry run answers as the write would and writes nothing`() async throws {
        let cluster = try await ServerHarness()
        let before = cluster.server.storage.resourceVersion
        let answer = await cluster.post(ServerHarness.configMaps + "?dryRun=All", cluster.configMap("settings"))
        #expect(answer.status == 201)
        #expect(await cluster.get(ServerHarness.configMaps + "/settings").status == 404)
        #expect(cluster.server.storage.resourceVersion == before)
    }

    @Test func `the status subresource changes the status alone, and an update the rest alone`() async throws {
        let cluster = try await ServerHarness()
        let quotas = "/api/v1/namespaces/shop/resourcequotas"
        await cluster.post(
            quotas,
            ["metadata": ["name": "q"], "spec": ["hard": ["pods": "5"]], "status": ["used": ["pods": "9"]]]
        )
        var quota = await cluster.get(quotas + "/q").json
        #expect(quota["status", "used"] == nil)
        quota["spec", "hard", "pods"] = "7"
        quota["status"] = ["used": ["pods": "1"]]
        let status = await cluster.put(quotas + "/q/status", quota).json
        #expect(status["spec", "hard", "pods"] == "5")
        #expect(status["status", "used", "pods"] == "1")
        quota["metadata", "resourceVersion"] = nil
        quota["status", "used", "pods"] = "4"
        let spec = await cluster.put(quotas + "/q", quota).json
        #expect(spec["spec", "hard", "pods"] == "7")
        #expect(spec["status", "used", "pods"] == "1")
    }

    @Test func `generation counts the changes of the specification`() async throws {
        let cluster = try await ServerHarness()
        let policies = "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies"
        await cluster.post(policies, ["metadata": ["name": "p"], "spec": ["podSelector": [:]]])
        #expect(await cluster.get(policies + "/p").json["metadata", "generation"] == 1)
        await cluster.patch(policies + "/p", ["metadata": ["labels": ["a": "b"]]])
        #expect(await cluster.get(policies + "/p").json["metadata", "generation"] == 1)
        await cluster.patch(policies + "/p", ["spec": ["podSelector": ["matchLabels": ["a": "b"]]]])
        #expect(await cluster.get(policies + "/p").json["metadata", "generation"] == 2)
    }

    @Test func `an object with a finalizer terminates first and goes with its last finalizer`() async throws {
        let cluster = try await ServerHarness()
        var object = cluster.configMap("settings")
        object["metadata", "finalizers"] = ["example.com/hold"]
        await cluster.post(ServerHarness.configMaps, object)
        let answer = await cluster.delete(ServerHarness.configMaps + "/settings")
        #expect(answer.status == 200)
        #expect(answer.json["metadata", "deletionTimestamp"] == "2023-11-14T22:13:20Z")
        let refused = await cluster.patch(
            ServerHarness.configMaps + "/settings",
            ["metadata": ["finalizers": ["example.com/hold", "example.com/more"]]]
        )
        #expect(refused.status == 422)
        await cluster.patch(ServerHarness.configMaps + "/settings", ["metadata": ["finalizers": .null]])
        #expect(await cluster.get(ServerHarness.configMaps + "/settings").status == 404)
    }

    @Test func `a deletion is held to its preconditions`() async throws {
        let cluster = try await ServerHarness()
        await cluster.post(ServerHarness.configMaps, cluster.configMap("settings"))
        let answer = await cluster.delete(
            ServerHarness.configMaps + "/settings",
            ["kind": "DeleteOptions", "apiVersion": "v1", "preconditions": ["uid": "other"]]
        )
        #expect(answer.status == 409)
        #expect(
            answer.json["message"]?.string?.contains(
                "the UID in the precondition (other) does not match the UID in record"
            ) == true
        )
    }

    @Test func `deletecollection deletes what the selector selects`() async throws {
        let cluster = try await ServerHarness()
        for index in 0..<6 {
            await cluster.post(
                ServerHarness.configMaps,
                cluster.configMap("c\(index)", labels: ["odd": "\(index % 2)"])
            )
        }
        let answer = await cluster.delete(ServerHarness.configMaps + "?labelSelector=odd%3D1")
        #expect(answer.names == ["c1", "c3", "c5"])
        #expect(await cluster.get(ServerHarness.configMaps).names == ["c0", "c2", "c4"])
    }

    @Test func `an object cannot go into a namespace that is missing or terminating`() async throws {
        let cluster = try await ServerHarness()
        #expect(await cluster.post("/api/v1/namespaces/none/configmaps", cluster.configMap("c")).status == 404)
        await cluster.delete("/api/v1/namespaces/shop")
        let answer = await cluster.post(ServerHarness.configMaps, cluster.configMap("c"))
        #expect(answer.status == 403)
        #expect(answer.json["details", "causes"]?.array?.first?["reason"] == "NamespaceTerminating")
    }

    @Test(arguments: [
        ("GET", "/api/v1/namespaces/shop/nothing", 404), ("GET", "/apis/none.example.com/v1/things", 404),
        ("POST", "/api/v1/configmaps", 405), ("PUT", "/api/v1/namespaces/shop/configmaps", 405),
        ("GET", "/api/v1/namespaces/shop/configmaps/c/status", 404),
    ])
    func `what is not served is answered as Kubernetes does`(method: String, target: String, status: Int) async throws {
        let cluster = try await ServerHarness()
        #expect(await cluster.send(method, target, [:]).status == status)
    }

    @Test func `a body in another format is refused with 415`() async throws {
        let cluster = try await ServerHarness()
        let answer = await cluster.send("POST", ServerHarness.configMaps, [:], type: "text/plain")
        #expect(answer.status == 415)
        #expect(answer.json["reason"] == "UnsupportedMediaType")
    }

    @Test func `the scale subresource reads and writes the replicas`() async throws {
        let cluster = try await ServerHarness()
        let template: JSONValue = [
            "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web"]]],
        ]
        let deployments = "/apis/apps/v1/namespaces/shop/deployments"
        await cluster.post(
            deployments,
            [
                "metadata": ["name": "web"],
                "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "web"]], "template": template],
            ]
        )
        var scale = await cluster.get(deployments + "/web/scale").json
        #expect(scale["kind"] == "Scale")
        #expect(scale["spec", "replicas"] == 2)
        #expect(scale["status", "selector"] == "app=web")
        scale["spec", "replicas"] = 5
        #expect(await cluster.put(deployments + "/web/scale", scale).status == 200)
        #expect(await cluster.get(deployments + "/web").json["spec", "replicas"] == 5)
    }

    @Test func `an autoscaler of version 1 is one of version 2 and back`() async throws {
        let cluster = try await ServerHarness()
        let answer = await cluster.post(
            "/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers",
            [
                "metadata": ["name": "web"],
                "spec": [
                    "maxReplicas": 4, "targetCPUUtilizationPercentage": 60,
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"],
                ],
            ]
        )
        #expect(answer.status == 201)
        #expect(answer.json["spec", "targetCPUUtilizationPercentage"] == 60)
        let second = await cluster.get("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web").json
        #expect(second["spec", "metrics"]?.array?.first?["resource", "target", "averageUtilization"] == 60)
        #expect(second["apiVersion"] == "autoscaling/v2")
    }
}
