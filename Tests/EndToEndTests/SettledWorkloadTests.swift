import Archive
import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Workloads after a restore` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: settled}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: settled}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: settled}
        spec:
          replicas: 2
          serviceName: db
          podManagementPolicy: Parallel
          selector: {matchLabels: {app: db}}
          template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "db:1"}]}}
        """

    private static func objects(_ resource: String, _ client: ClusterClient) async throws -> [JSONValue] {
        let group = resource == "pods" ? "" : "apps"
        let discovery = try await client.discover()
        let found = try #require(discovery.resource(for: GroupResource(group: group, resource: resource)))
        var query = ListQuery()
        query.namespace = "settled"
        var objects: [JSONValue] = []
        for page in try await client.list(found, query).collect() {
            for item in page.items { objects.append(try JSONValue(parsing: page.bytes.span, range: item.range)) }
        }
        return objects
    }

    private static func names(_ objects: [JSONValue]) -> [String] {
        objects.compactMap { $0["metadata", "name"]?.string }.sorted()
    }

    /// Until the controllers say that they have as many Pods as they want.
    private static func settle(_ client: ClusterClient) async throws {
        for _ in 0..<1_200 {
            let counts = try await (objects("deployments", client) + objects("statefulsets", client))
                .compactMap { $0["status", "replicas"]?.int }
            let pods = try await objects("pods", client).count { $0["metadata", "deletionTimestamp"] == nil }
            if counts == [2, 2], pods == 4 { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("the workloads never settled")
    }

    // The same cluster is source and target: another release may hash a template to another name.
    @Test(arguments: TestCluster.available)
    func `C23, C24, C76: are adopted, have as many Pods as replicas, and roll none over`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(
            Self.stocked,
            from: cluster,
            namespace: "settled",
            into: cluster,
            preparing: Self.settle
        )
        let client = scenario.client
        let replicaSets = Self.names(try await Self.objects("replicasets", client))
        let revisions = Self.names(try await Self.objects("controllerrevisions", client))
        #expect(replicaSets.count == 1 && revisions.count == 1)
        try await scenario.delete("v1", "Namespace", nil, "settled")
        for _ in 0..<2_400 {
            if try await scenario.object("v1", "Namespace", nil, "settled") == nil { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        let run = try scenario.run { $0.selection.includedNamespaces = ["settled"] }
        let plan = try await run.plan()
        let sent = plan.steps.filter { $0.verdict == .create }.map { $0.identity.groupVersionKind.kind }
        #expect(!sent.contains("Pod") && !sent.contains("ControllerRevision"), "\(sent)")
        let result = try await run.apply(plan)
        #expect(result.isComplete, "\(result.failed)")
        try await Self.settle(client)

        // C23: no second ReplicaSet, no second revision, and each Pod is of the owner that came back.
        #expect(Self.names(try await Self.objects("replicasets", client)) == replicaSets)
        #expect(Self.names(try await Self.objects("controllerrevisions", client)) == revisions)
        let pods = try await Self.objects("pods", client)
        let owners = try await Self.objects("replicasets", client) + Self.objects("statefulsets", client)
        let uids = owners.compactMap { $0["metadata", "uid"]?.string }.sorted()
        let owning = pods.compactMap { $0["metadata", "ownerReferences"]?.array?.first?["uid"]?.string }.sorted()
        #expect(uids.count == 2 && owning == uids.flatMap { [$0, $0] })
        // C76: the Pods are of the only revision.
        let hashes = Set(pods.compactMap { $0["metadata", "labels", "controller-revision-hash"]?.string })
        #expect(hashes == Set(revisions))
        let set = try #require(try await scenario.object("apps/v1", "StatefulSet", "settled", "db"))
        #expect(set["status", "updateRevision"]?.string == revisions.first)
        // A second restore leaves the Pods alone.
        let again = try await run.apply(try await run.plan())
        #expect(again.created == 0 && again.updated == 0 && again.failed.isEmpty, "\(again.json.prettyPrinted())")
        try await Self.settle(client)
        #expect(Self.names(try await Self.objects("pods", client)) == Self.names(pods))
    }

    private static let disk = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: disks}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: disks-ledger}
        spec:
          capacity: {storage: 1Gi}
          accessModes: [ReadWriteOnce]
          persistentVolumeReclaimPolicy: Retain
          storageClassName: disks-static
          nfs: {server: 192.0.2.10, path: /ledger}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: ledger, namespace: disks}
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: disks-static
          volumeName: disks-ledger
          resources: {requests: {storage: 1Gi}}
        """

    private static func waitUntilBound(_ client: ClusterClient) async throws {
        let kind = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim")
        let resource = try #require(try await client.discover().resource(for: kind))
        for _ in 0..<1_200 {
            let claim = try JSONValue(parsing: await client.get(resource, namespace: "disks", name: "ledger"))
            if claim["status", "phase"] == "Bound" { return }
            // Lost, it would never be bound again.
            #expect(claim["status", "phase"] != "Lost")
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("the claim was never bound")
    }

    @Test(arguments: TestCluster.available)
    func `C80: a static volume and its claim are bound to each other again`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.disk, into: cluster, preparing: Self.waitUntilBound)
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["disks"]
            policy.selection.clusterResources = .include
            policy.selection.includedResources = ["namespaces", "persistentvolumes", "persistentvolumeclaims"]
        }
        let result = try await run.apply(try await run.plan())
        #expect(result.failed.isEmpty, "\(result.failed)")
        try await Self.waitUntilBound(scenario.client)
        let volume = try #require(try await scenario.object("v1", "PersistentVolume", nil, "disks-ledger"))
        let claim = try #require(try await scenario.object("v1", "PersistentVolumeClaim", "disks", "ledger"))
        #expect(claim["spec", "volumeName"] == "disks-ledger")
        #expect(volume["spec", "claimRef", "uid"] == claim["metadata", "uid"])
        #expect(volume["status", "phase"] == "Bound")
    }
}
