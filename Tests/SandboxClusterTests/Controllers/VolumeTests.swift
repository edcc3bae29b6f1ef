import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Volumes and claims` {
    private func volume(_ name: String, claim: JSONValue? = nil) -> JSONValue {
        var volume = WorkloadParts.object(
            "v1",
            "PersistentVolume",
            name,
            [
                "spec": [
                    "capacity": ["storage": "5Gi"], "accessModes": ["ReadWriteOnce"], "storageClassName": "manual",
                    "hostPath": ["path": "/data"],
                ]
            ]
        )
        if let claim { volume["spec", "claimRef"] = claim }
        return volume
    }

    @Test func `bind when the volume is reserved for the claim by name`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(volume("kept", claim: ["namespace": "default", "name": "data"]))
        await cluster.settle()
        #expect(cluster.get(.volumes, "kept")?.text("status", "phase") == "Available")
        try cluster.create(
            PlatformWorkload.claim("data", in: "default", "5Gi", "manual", mode: "ReadWriteOnce", volume: "kept")
        )
        await cluster.settle()
        let claim = try #require(cluster.get(.claims, "data", in: "default"))
        #expect(claim.text("status", "phase") == "Bound")
        #expect(cluster.get(.volumes, "kept")?.text("spec", "claimRef", "uid") == claim.uid)
        await cluster.stop()
    }

    @Test func `stay apart when the reservation names the uid of a claim that vanished`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(volume("kept", claim: ["namespace": "default", "name": "data", "uid": "gone"]))
        try cluster.create(
            PlatformWorkload.claim("data", in: "default", "5Gi", "manual", mode: "ReadWriteOnce", volume: "kept")
        )
        await cluster.settle()
        #expect(cluster.get(.volumes, "kept")?.text("status", "phase") == "Released")
        #expect(cluster.get(.claims, "data", in: "default")?.text("status", "phase") == "Pending")
        await cluster.stop()
    }

    @Test func `lose each other when the volume of a bound claim is missing`() async throws {
        let cluster = await ClusterHarness()
        var claim = PlatformWorkload.claim(
            "data",
            in: "default",
            "5Gi",
            "manual",
            mode: "ReadWriteOnce",
            volume: "missing"
        )
        claim["metadata", "annotations"] = ["pv.kubernetes.io/bind-completed": "yes"]
        try cluster.create(claim)
        await cluster.settle()
        #expect(cluster.get(.claims, "data", in: "default")?.text("status", "phase") == "Lost")
        await cluster.stop()
    }

    @Test func `wait for a first consumer when their class says so, and go with the claim`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(
            WorkloadParts.object(
                "storage.k8s.io/v1",
                "StorageClass",
                "lazy",
                ["provisioner": "sandbox.example", "volumeBindingMode": "WaitForFirstConsumer"]
            )
        )
        try cluster.create(PlatformWorkload.claim("data", in: "default", "5Gi", "lazy", mode: "ReadWriteOnce"))
        await cluster.settle()
        #expect(cluster.get(.claims, "data", in: "default")?.text("status", "phase") == "Pending")
        try cluster.create(TestObjects.pod("user", claim: "data"))
        await cluster.settle()
        #expect(cluster.get(.claims, "data", in: "default")?.text("status", "phase") == "Bound")
        #expect(cluster.get(.pods, "user", in: "default")?.text("status", "phase") == "Running")

        try cluster.delete(.claims, "data", in: "default")
        await cluster.settle()
        #expect(cluster.get(.claims, "data", in: "default")?.isTerminating == true)
        try cluster.delete(.pods, "user", in: "default")
        await cluster.settle()
        #expect(cluster.list(.claims).isEmpty)
        #expect(cluster.list(.volumes).isEmpty)
        await cluster.stop()
    }
}
