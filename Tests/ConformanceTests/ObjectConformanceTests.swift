import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `Conformance of objects` {
    @Test(arguments: TestCluster.available)
    func `a created object has uid, resourceVersion, creationTimestamp and cannot be created twice`(
        cluster: TestCluster
    ) async throws {
        let bench = try await Bench(cluster)
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "v"],
        ]
        let created = try await bench.create(object)
        #expect(created["metadata", "uid"]?.string?.count == 36)
        #expect(created["metadata", "resourceVersion"]?.string?.isEmpty == false)
        #expect(created["metadata", "creationTimestamp"]?.string?.hasSuffix("Z") == true)
        #expect(created["metadata", "namespace"]?.string == bench.namespace)
        await bench.fails(.alreadyExists, "already exists") { try await bench.create(object) }
    }

    @Test(arguments: TestCluster.available)
    func `generateName makes a name, and a missing object is not found`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let created = try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "gen-"],
        ])
        let name = try #require(created["metadata", "name"]?.string)
        #expect(name.hasPrefix("gen-") && name.count == 9)
        await bench.fails(.notFound, "not found") { _ = try await bench.get("v1", "ConfigMap", "missing") }
    }

    @Test(arguments: TestCluster.available)
    func `a write with an old resourceVersion is a conflict and a deletion with another uid too`(cluster: TestCluster)
        async throws
    {
        let bench = try await Bench(cluster)
        var object = try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "1"],
        ])
        let old = object
        object["data", "k"] = "2"
        try await bench.replace(object)
        await bench.fails(.conflict, "the object has been modified") { try await bench.replace(old) }
        var options = DeleteOptions()
        options.uid = "00000000-0000-0000-0000-000000000000"
        await bench.fails(.conflict) { try await bench.delete("v1", "ConfigMap", "a", options: options) }
    }

    @Test(arguments: TestCluster.available)
    func `a write that changes nothing keeps the resourceVersion`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let object = try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "1"],
        ])
        let again = try await bench.patch("v1", "ConfigMap", "a", ["data": ["k": "1"]], .merge)
        #expect(again["metadata", "resourceVersion"] == object["metadata", "resourceVersion"])
    }

    @Test(arguments: TestCluster.available)
    func `merge and JSON patches change what they say`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "1", "l": "2"],
        ])
        let merged = try await bench.patch("v1", "ConfigMap", "a", ["data": ["k": .null, "m": "3"]], .merge)
        #expect(merged["data"] == ["l": "2", "m": "3"])
        let patched = try await bench.patch(
            "v1",
            "ConfigMap",
            "a",
            [["op": "replace", "path": "/data/l", "value": "9"]],
            .json
        )
        #expect(patched["data", "l"] == "9")
        await bench.fails(.invalid) {
            try await bench.patch("v1", "ConfigMap", "a", [["op": "test", "path": "/data/l", "value": "0"]], .json)
        }
    }

    @Test(arguments: TestCluster.available)
    func `a strategic merge patch merges containers by name`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create(Samples.deployment)
        let patch: JSONValue = [
            "spec": ["template": ["spec": ["containers": [["name": "side", "image": "example.com/side:1"]]]]]
        ]
        let patched = try await bench.patch("apps/v1", "Deployment", "web", patch, .strategic)
        let names = patched["spec", "template", "spec", "containers"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(Set(names) == ["c", "side"])
    }

    @Test(arguments: TestCluster.available)
    func `a dry run answers as if, and keeps nothing`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        var options = WriteOptions()
        options.dryRun = true
        let answer = try await bench.create(
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]],
            options: options
        )
        #expect(answer["metadata", "uid"]?.string?.isEmpty == false)
        #expect(try await bench.isGone("v1", "ConfigMap", "a"))
    }

    @Test(arguments: TestCluster.available)
    func `status is written by its subresource only`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        var claim = try await bench.create(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: a}
            spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}
            """
        )
        claim["status", "phase"] = "Lost"
        claim["metadata", "labels"] = ["x": "y"]
        let main = try await bench.replace(claim)
        #expect(main["status", "phase"] == "Pending")
        #expect(main["metadata", "labels", "x"] == "y")
        claim["metadata", "resourceVersion"] = main["metadata", "resourceVersion"]
        claim["metadata", "labels"] = ["x": "z"]
        let status = try await bench.replace(claim, subresource: "status")
        #expect(status["status", "phase"] == "Lost")
    }

    @Test(arguments: TestCluster.available)
    func `a finalizer holds a deleted object until it is removed`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "finalizers": ["example.com/hold"]],
        ])
        try await bench.delete("v1", "ConfigMap", "a")
        let held = try await bench.get("v1", "ConfigMap", "a")
        #expect(held["metadata", "deletionTimestamp"]?.string != nil)
        try await bench.patch("v1", "ConfigMap", "a", ["metadata": ["finalizers": .null]], .merge)
        #expect(try await bench.isGone("v1", "ConfigMap", "a"))
    }

    @Test(arguments: TestCluster.available, ["Bad_Name", "-a", "a/b", String(repeating: "x", count: 254)])
    func `an invalid name is refused`(cluster: TestCluster, name: String) async throws {
        let bench = try await Bench(cluster)
        await bench.fails(.invalid, "metadata.name") {
            try await bench.create(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]])
        }
    }

    @Test(arguments: TestCluster.available)
    func `an invalid label is refused with the field as the cause`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        do {
            try await bench.create([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "labels": ["x": "no spaces"]],
            ])
            Issue.record("it should have been refused")
        } catch let error as ClusterError {
            #expect(error.kind == .invalid)
            #expect(error.causes.contains { $0.field == "metadata.labels" })
        }
    }
}

enum Samples {
    static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: c, image: "example.com/web:1"}]}
        """
}
