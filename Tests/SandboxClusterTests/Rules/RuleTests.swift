import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `The rules of the kinds` {
    /// The message with which a write is refused.
    private func refusal(_ body: () throws(StatusError) -> Void) -> StatusError? {
        do throws(StatusError) {
            try body()
            return nil
        } catch { return error }
    }

    @Test func `set the defaults that a real API server sets on a Service`() async throws {
        let cluster = await ClusterHarness()
        let spec = try cluster.create(TestObjects.service("web", ["type": "LoadBalancer"]))["spec"]
        #expect(spec?["sessionAffinity"] == "None")
        #expect(spec?["ipFamilies"] == ["IPv4"])
        #expect(spec?["internalTrafficPolicy"] == "Cluster")
        #expect(spec?.elements("ports").first?["targetPort"] == 80)
        #expect(spec?.elements("ports").first?["nodePort"]?.int ?? 0 >= 30000)
        #expect(spec?.text("clusterIP").hasPrefix("10.96.") == true)
        await cluster.stop()
    }

    @Test func `refuse a node port and an address that are taken`() async throws {
        let cluster = await ClusterHarness()
        let taken: JSONValue = [
            "type": "NodePort", "ports": [["port": 80, "nodePort": 31234]], "clusterIP": "10.96.7.7",
        ]
        try cluster.create(TestObjects.service("first", taken))
        let error = refusal { () throws(StatusError) in try cluster.create(TestObjects.service("second", taken)) }
        #expect(error?.code == 422)
        #expect(error?.causes.map(\.field) == ["spec.clusterIPs", "spec.ports[0].nodePort"])
        #expect(error?.causes.last?.message == "Invalid value: 31234: provided port is already allocated")
        await cluster.stop()
    }

    @Test func `keep allocated values when an update leaves them out, and refuse to change them`() async throws {
        let cluster = await ClusterHarness()
        let created = try cluster.create(TestObjects.service("web", ["type": "NodePort"]))
        let updated = try cluster.update(
            TestObjects.service("web", ["type": "NodePort", "sessionAffinity": "ClientIP"])
        )
        #expect(updated["spec", "clusterIP"] == created["spec", "clusterIP"])
        #expect(updated["spec", "ports"] == created["spec", "ports"])
        var moved = updated
        moved["spec", "clusterIP"] = "10.96.9.9"
        moved["spec", "clusterIPs"] = ["10.96.9.9"]
        let error = refusal { () throws(StatusError) in try cluster.update(moved) }
        #expect(error?.message.contains("may not change once set") == true)
        await cluster.stop()
    }

    @Test func `refuse to change what is immutable`() async throws {
        let cluster = await ClusterHarness()
        var deployment = try cluster.create(TestObjects.deployment("web"))
        // Not bound to a version, for the controller writes the status meanwhile.
        deployment["metadata", "resourceVersion"] = nil
        deployment["spec", "selector"] = ["matchLabels": ["app": "other"]]
        deployment["spec", "template", "metadata", "labels", "app"] = "other"
        #expect(
            refusal { () throws(StatusError) in try cluster.update(deployment) }?.message.hasSuffix(
                "field is immutable"
            ) == true
        )
        var map = TestObjects.configMap("fixed")
        map["immutable"] = true
        try cluster.create(map)
        map["data", "key"] = "changed"
        #expect(
            refusal { () throws(StatusError) in try cluster.update(map) }?.message
                == "ConfigMap \"fixed\" is invalid: data: Forbidden: field is immutable when `immutable` is set"
        )
        var binding = WorkloadParts.clusterRoleBinding("readers", role: "view", account: "default", in: "default")
        try cluster.create(binding)
        binding["roleRef", "name"] = "edit"
        #expect(
            refusal { () throws(StatusError) in try cluster.update(binding) }?.message.hasSuffix(
                "cannot change roleRef"
            ) == true
        )
        await cluster.stop()
    }

    @Test func `make the selector of a Job, and refuse one from another cluster`() async throws {
        let cluster = await ClusterHarness()
        let job = try cluster.create(TestObjects.job("fresh"))
        #expect(job["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"]?.string == job.uid)
        #expect(job["spec", "template", "metadata", "labels", "job-name"] == "fresh")
        let error = refusal { () throws(StatusError) in try cluster.create(TestObjects.job("old", uid: "1234")) }
        #expect(error?.code == 422)
        await cluster.stop()
    }

    @Test func `need the namespace and the ServiceAccount of a Pod`() async throws {
        let cluster = await ClusterHarness()
        var pod = TestObjects.pod("web")
        pod["metadata", "namespace"] = "nowhere"
        #expect(
            refusal { () throws(StatusError) in try cluster.create(pod) }?.message == "namespaces \"nowhere\" not found"
        )
        pod = TestObjects.pod("web")
        pod["spec", "serviceAccountName"] = "robot"
        #expect(
            refusal { () throws(StatusError) in try cluster.create(pod) }?.message
                == "pods \"web\" is forbidden: error looking up service account default/robot: "
                + "serviceaccount \"robot\" not found"
        )
        pod = TestObjects.pod("web")
        pod["spec", "ephemeralContainers"] = [["name": "debug", "image": "example/debug:1"]]
        #expect(
            refusal { () throws(StatusError) in try cluster.create(pod) }?.message.hasSuffix("cannot be set on create")
                == true
        )
        await cluster.stop()
    }

    @Test func `limit what a ConfigMap holds and what a quota allows`() async throws {
        let cluster = await ClusterHarness()
        let large = TestObjects.configMap("large", ["key": .string(String(repeating: "x", count: 1_048_577))])
        #expect(
            refusal { () throws(StatusError) in try cluster.create(large) }?.message
                == "ConfigMap \"large\" is invalid: []: Too long: must have at most 1048576 bytes"
        )
        try cluster.create(
            WorkloadParts.object(
                "v1",
                "ResourceQuota",
                "small",
                in: "default",
                ["spec": ["hard": ["count/configmaps": "2"]]]
            )
        )
        try cluster.create(TestObjects.configMap("second"))
        #expect(
            refusal { () throws(StatusError) in try cluster.create(TestObjects.configMap("third")) }?.message
                == "configmaps \"third\" is forbidden: exceeded quota: small, requested: count/configmaps=1, "
                + "used: count/configmaps=2, limited: count/configmaps=2"
        )
        await cluster.stop()
    }

    @Test func `encode stringData and give Secrets a type`() async throws {
        let cluster = await ClusterHarness()
        let secret = try cluster.create(
            WorkloadParts.object("v1", "Secret", "s", in: "default", ["stringData": ["a": "täglich"]])
        )
        #expect(secret["type"] == "Opaque")
        #expect(secret["stringData"] == nil)
        #expect(secret["data", "a"]?.string.flatMap(Base64.decode) == Array("täglich".utf8))
        await cluster.stop()
    }

    @Test(arguments: [("500m", 500), ("2", 2000), ("1Ki", 1_024_000), ("1.5Gi", 1_610_612_736_000), ("1e3", 1_000_000)])
    func `read quantities as the API server does`(text: String, thousandths: Int) {
        #expect(Quantity(text)?.thousandths == thousandths)
        #expect(Quantity("ten") == nil)
    }
}
