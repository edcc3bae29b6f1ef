import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `The life cycle of objects` {
    @Test func `gives every namespace its account and its certificate`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(WorkloadParts.object("v1", "Namespace", "fresh"))
        await cluster.settle()
        #expect(cluster.get(.serviceAccounts, "default", in: "fresh") != nil)
        #expect(cluster.get(.configMaps, "kube-root-ca.crt", in: "fresh")?["data", "ca.crt"] != nil)
        await cluster.stop()
    }

    @Test func `empties a namespace before it goes, and waits for finalizers`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(WorkloadParts.object("v1", "Namespace", "old"))
        await cluster.settle()
        let held = WorkloadParts.configMap("held", in: "old", ["a": "b"]).held(by: "example.com/hold")
        try cluster.create(held)
        try cluster.create(WorkloadParts.configMap("free", in: "old", ["a": "b"]))
        try cluster.delete(.namespaces, "old")
        await cluster.settle()
        #expect(cluster.get(.configMaps, "free", in: "old") == nil)
        let namespace = try #require(cluster.get(.namespaces, "old"))
        #expect(namespace.text("status", "phase") == "Terminating")
        #expect(Conditions.holds("NamespaceFinalizersRemaining", in: namespace))
        #expect(throws: StatusError.self) { try cluster.create(WorkloadParts.configMap("late", in: "old", [:])) }

        var released = try #require(cluster.get(.configMaps, "held", in: "old"))
        released.setFinalizers([])
        try cluster.update(released)
        await cluster.settle()
        #expect(cluster.get(.namespaces, "old") == nil)
        await cluster.stop()
    }

    @Test func `deletes what an owner leaves behind, down the chain`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("web"))
        await cluster.settle()
        #expect(cluster.list(.pods, in: "default").count == 2)
        try cluster.delete(.apps("deployments"), "web", in: "default")
        await cluster.settle()
        #expect(cluster.list(.replicaSets, in: "default").isEmpty)
        #expect(cluster.list(.pods, in: "default").isEmpty)
        await cluster.stop()
    }

    @Test func `keeps dependents that are orphaned, and deletes them first in the foreground`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("kept"))
        try cluster.create(TestObjects.deployment("gone"))
        await cluster.settle()
        try cluster.delete(.apps("deployments"), "kept", in: "default", .orphan)
        try cluster.delete(.apps("deployments"), "gone", in: "default", .foreground)
        await cluster.settle()
        let left = cluster.list(.replicaSets, in: "default")
        #expect(left.map { $0.labels["app"] } == ["kept"])
        #expect(left.first?["metadata", "ownerReferences"] == nil)
        #expect(cluster.list(.apps("deployments"), in: "default").isEmpty)
        await cluster.stop()
    }

    @Test func `deletes an object whose owner never existed`() async throws {
        let cluster = await ClusterHarness()
        var map = TestObjects.configMap("stale")
        map["metadata", "ownerReferences"] = [
            ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "from-another-cluster"]
        ]
        try cluster.create(map)
        await cluster.settle()
        #expect(cluster.get(.configMaps, "stale", in: "default") == nil)
        await cluster.stop()
    }

    @Test func `adopts a ReplicaSet and Pods that fit instead of making new ones`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("web"))
        await cluster.settle()
        var set = try #require(cluster.list(.replicaSets, in: "default").first)
        try cluster.delete(.apps("deployments"), "web", in: "default", .orphan)
        await cluster.settle()
        try cluster.create(TestObjects.deployment("web"))
        await cluster.settle()
        let sets = cluster.list(.replicaSets, in: "default")
        #expect(sets.count == 1)
        #expect(sets.first?.uid == set.uid)
        set = try #require(sets.first)
        #expect(set.controllerReference?.text("kind") == "Deployment")
        #expect(cluster.list(.pods, in: "default").count == 2)
        await cluster.stop()
    }

    @Test func `holds a Pod back with a reason until its Secret is there`() async throws {
        let cluster = await ClusterHarness()
        var pod = TestObjects.pod("web")
        pod["spec", "containers"] = [
            ["name": "web", "image": "example/web:1", "envFrom": [["secretRef": ["name": "missing"]]]]
        ]
        try cluster.create(pod)
        await cluster.settle()
        let waiting = try #require(cluster.get(.pods, "web", in: "default"))
        #expect(waiting.text("status", "phase") == "Pending")
        let state = waiting.elements("status", "containerStatuses").first?["state", "waiting"]
        #expect(state?.text("reason") == "CreateContainerConfigError")
        #expect(state?.text("message") == "secret \"missing\" not found")
        try cluster.create(WorkloadParts.secret("missing", in: "default", [("a", "b")]))
        await cluster.settle()
        #expect(cluster.get(.pods, "web", in: "default")?.isReadyPod == true)
        await cluster.stop()
    }

    @Test func `rolls a Deployment to a new template and counts its revisions`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("web"))
        await cluster.settle()
        var deployment = try #require(cluster.get(.apps("deployments"), "web", in: "default"))
        deployment["spec", "template"] = TestObjects.template(["app": "web"], image: "example/web:2")
        try cluster.update(deployment)
        await cluster.settle()
        deployment = try #require(cluster.get(.apps("deployments"), "web", in: "default"))
        #expect(deployment.annotations["deployment.kubernetes.io/revision"] == "2")
        #expect(deployment["status", "updatedReplicas"] == 2)
        #expect(deployment["status", "replicas"] == 2)
        let images = cluster.list(.pods, in: "default").flatMap {
            $0.elements("spec", "containers").map { $0.text("image") }
        }
        #expect(images == ["example/web:2", "example/web:2"])
        await cluster.stop()
    }

    @Test func `publishes the addresses of ready Pods for a Service`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("web"))
        try cluster.create(TestObjects.service("web", ["selector": ["app": "web"]]))
        await cluster.settle()
        let endpoints = try #require(cluster.get(.core("endpoints"), "web", in: "default"))
        #expect(endpoints.elements("subsets").first?.elements("addresses").count == 2)
        let slices = cluster.list(GroupResource(group: "discovery.k8s.io", resource: "endpointslices"), in: "default")
        #expect(
            slices.contains { $0.labels["kubernetes.io/service-name"] == "web" && $0.elements("endpoints").count == 2 }
        )
        await cluster.stop()
    }
}
