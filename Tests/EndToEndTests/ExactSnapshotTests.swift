import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Policies
import SandboxCluster
import TestSupport
import Testing

@Suite struct `A snapshot beside the lists of its cluster` {
    /// What no backup takes, written down once more so that a rule too many is found.
    private static let left: Set<String> = [
        "events", "events.events.k8s.io", "leases.coordination.k8s.io", "leasecandidates.coordination.k8s.io", "nodes",
        "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io", "volumeattachments.storage.k8s.io",
        "resourceslices.resource.k8s.io", "ipaddresses.networking.k8s.io", "ingresses.extensions",
        "certificatesigningrequests.certificates.k8s.io", "podcertificaterequests.certificates.k8s.io",
        "storageversions.internal.apiserver.k8s.io", "componentstatuses",
    ]

    /// The identities of all objects that can be listed and made, without those above and the EndpointSlices of controllers.
    private static func listed(_ client: ClusterClient, _ namespace: String?) async throws -> [String] {
        var found: [String] = []
        for resource in try await client.discover().preferred
        where resource.verbs.contains("list") && resource.verbs.contains("create")
            && !left.contains("\(resource.groupResource)")
        {
            guard namespace == nil || resource.isNamespaced else { continue }
            var query = ListQuery()
            query.namespace = namespace
            for page in try await client.list(resource, query).collect() {
                for item in page.items {
                    let object = try JSONValue(parsing: page.bytes.span, range: item.range)
                    let manager = object["metadata", "labels", "endpointslice.kubernetes.io/managed-by"]?.string
                    if manager?.hasSuffix("controller.k8s.io") == true { continue }
                    found.append("\(resource.groupResource) \(item.namespace)/\(item.name)")
                }
            }
        }
        return found.sorted()
    }

    private static func taken(_ repository: Repository, _ namespace: String?) throws -> [String] {
        let reader = try repository.reader(repository.snapshot("latest"))
        let entries = try reader.entries(namespace: namespace)
        if namespace == nil { #expect(reader.details.counts.values.reduce(0, +) == entries.count) }
        return entries.map { "\($0.resource.groupResource) \($0.namespace)/\($0.name)" }.sorted()
    }

    @Test func `C150: has exactly the objects of a cluster that runs what a production cluster does`() async throws {
        let sandbox = try await SandboxCluster.start()
        try await sandbox.load(SandboxWorkload.productionLike())
        await sandbox.settle()
        let client = try ClusterClient(Kubeconfigs.configuration(sandbox.kubeconfig))
        let archive = try TestRepository()
        let run = BackupRun(
            client: client,
            repository: archive.repository,
            policy: BackupPolicy(name: "test"),
            logger: RestoreScenario.logger,
            now: TestClock.wallClock,
            random: TestClock.random
        )
        let result = try await run.run()
        let listed = try await Self.listed(client, nil)
        #expect(listed.count > 300 && result.objects == listed.count)
        #expect(try Self.taken(archive.repository, nil) == listed)
        client.close()
        await sandbox.stop()
        #expect(try archive.repository.check(.data).ok)
    }

    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: exact}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, namespace: exact}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: exact}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: exact}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
        """

    @Test(arguments: TestCluster.available)
    func `C150: has exactly the objects of a namespace`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, from: cluster, namespace: "exact", into: cluster) {
            // Until the controllers make nothing more.
            var before: [String] = []
            for _ in 0..<100 {
                let now = try await Self.listed($0, "exact")
                let isDone = now == before && now.count { $0.hasPrefix("pods ") } == 2
                if isDone, now.contains("serviceaccounts exact/default"), now.contains("endpoints exact/web") { break }
                before = now
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        let listed = try await Self.listed(scenario.client, "exact")
        #expect(listed.contains("configmaps exact/one") && listed.contains("deployments.apps exact/web"))
        #expect(try Self.taken(scenario.archive.repository, "exact") == listed)
    }
}
