import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `Conformance of discovery, lists and watches` {
    @Test(arguments: TestCluster.available)
    func `the kinds of a working cluster are served`(cluster: TestCluster) async throws {
        let discovery = try await cluster.client().discover()
        #expect(discovery.failures.isEmpty)
        for (apiVersion, kind) in [
            ("v1", "Pod"), ("v1", "Secret"), ("apps/v1", "Deployment"), ("batch/v1", "Job"),
            ("networking.k8s.io/v1", "Ingress"),
            ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("storage.k8s.io/v1", "StorageClass"),
            ("scheduling.k8s.io/v1", "PriorityClass"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
            ("apiregistration.k8s.io/v1", "APIService"), ("autoscaling/v1", "HorizontalPodAutoscaler"),
        ] {
            let resource = discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind))
            #expect(
                resource?.verbs.isSuperset(of: ["create", "delete", "get", "list", "patch", "update", "watch"]) == true,
                "\(kind)"
            )
        }
    }

    @Test(arguments: TestCluster.available)
    func `a list comes in pages that hold every object once`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        for index in 0..<23 {
            try await bench.create([
                "apiVersion": "v1", "kind": "Secret",
                "metadata": ["name": .string("s\(index)"), "labels": ["even": index % 2 == 0 ? "yes" : "no"]],
            ])
        }
        var query = ListQuery()
        query.pageSize = 5
        query.labelSelector = "even"
        let names = try await bench.names("v1", "Secret", query)
        #expect(names.sorted() == (0..<23).map { "s\($0)" }.sorted())
        query.labelSelector = "even=yes"
        #expect(try await bench.names("v1", "Secret", query).count == 12)
        query.labelSelector = nil
        query.fieldSelector = "metadata.name=s7"
        #expect(try await bench.names("v1", "Secret", query) == ["s7"])
    }

    @Test(arguments: TestCluster.available)
    func `a list of any moment comes whole`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        for index in 0..<7 {
            try await bench.create(["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string("s\(index)")]])
        }
        var query = ListQuery()
        query.namespace = bench.namespace
        query.fieldSelector = "type=Opaque"
        query.metadataOnly = true
        query.pageSize = 2
        query.mayBeCached = true
        let (client, secrets, list) = (bench.client, try bench.resource("v1", "Secret"), query)
        try await Bench.eventually("seven Secrets in the server's cache") {
            let pages = try await client.list(secrets, list).collect()
            #expect(pages.count == 1)
            return pages.reduce(0) { $0 + $1.items.count } == 7
        }
    }

    @Test(arguments: TestCluster.available)
    func `metadata alone can be listed`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "not here"],
        ])
        var query = ListQuery()
        query.namespace = bench.namespace
        query.metadataOnly = true
        var text = ""
        var items: [ListPage.Item] = []
        for try await page in bench.client.list(try bench.resource("v1", "ConfigMap"), query) {
            text += String(decoding: page.bytes, as: UTF8.self)
            items += page.items
        }
        #expect(items.contains { $0.name == "a" && !$0.uid.isEmpty && !$0.resourceVersion.isEmpty })
        #expect(text.contains("PartialObjectMetadata") && !text.contains("not here"))
    }

    @Test(arguments: TestCluster.available)
    func `a watch tells what happened since a resourceVersion`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let first = try await bench.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "1"],
        ])
        try await bench.patch("v1", "ConfigMap", "a", ["data": ["k": "2"]], .merge)
        try await bench.delete("v1", "ConfigMap", "a")
        try await bench.create(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "b"]])
        var query = WatchQuery()
        query.namespace = bench.namespace
        query.resourceVersion = try #require(first["metadata", "resourceVersion"]?.string)
        query.timeoutSeconds = 20
        var seen: [String] = []
        for try await event in bench.client.watch(try bench.resource("v1", "ConfigMap"), query) {
            let object = try JSONValue(parsing: event.bytes)
            seen.append("\(event.type) \(object["metadata", "name"]?.string ?? "")")
            if seen.count == 3 { break }
        }
        #expect(seen.map { $0.lowercased() } == ["modified a", "deleted a", "added b"])
    }
}
