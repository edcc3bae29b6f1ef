import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import SandboxCluster
import TestSupport
import Testing

/// A cluster of 20 objects by which filters are told apart, an empty one, and a snapshot of the first. Both live as long as the tests.
///
/// | in | objects |
/// |---|---|
/// | shop (`tier=prod`) | s1 ConfigMap `app=web`, s2 ConfigMap, s3 Secret `app=web,tier=prod`, s4 Deployment `app=web,tier=prod`, s5 Gadget of things `app=web` |
/// | shop-test | t1 ConfigMap `app=web,tier=test`, t2 Deployment `app=web`, t3 Gadget of more `tier=test` |
/// | blog | b1 ConfigMap `app=blog`, b2 Secret, b3 Gadget of things `app=blog` |
/// | no namespace | c1 ClusterRole `app=web`, c2 StorageClass, c3 PriorityClass `tier=prod`, c4 Fleet `app=blog` |
/// | no namespace | d1, d2, d3: the definitions of gadgets.things, gadgets.more and fleets.things |
struct FilterFixtures: Sendable {
    let source: ClusterClient
    let target: ClusterClient
    let reader: SnapshotReader
    private let sandboxes: [SandboxCluster]

    static let shared = Task { try await start() }

    private static func start() async throws -> FilterFixtures {
        let sandboxes = [try await SandboxCluster.start(), try await SandboxCluster.start()]
        let source = try ClusterClient(Kubeconfigs.configuration(sandboxes[0].kubeconfig))
        try await RestoreScenario.create(objects, in: source)
        let repository = try emptyRepository()
        _ = try await backup(BackupPolicy(name: "everything"), source, repository).run()
        return FilterFixtures(
            source: source,
            target: try ClusterClient(Kubeconfigs.configuration(sandboxes[1].kubeconfig)),
            reader: try repository.reader(repository.snapshot("latest")),
            sandboxes: sandboxes
        )
    }

    private static func emptyRepository() throws -> Repository {
        try Repository.create(
            in: MemoryStore(),
            passphrase: Array("test passphrase".utf8),
            environment: TestRepository.environment
        )
    }

    private static func backup(_ policy: BackupPolicy, _ client: ClusterClient, _ repository: Repository) -> BackupRun {
        BackupRun(
            client: client,
            repository: repository,
            policy: policy,
            logger: RestoreScenario.logger,
            now: TestClock.wallClock,
            random: TestClock.random
        )
    }

    /// The objects of the fixture that a backup takes; a backup of nothing is an error, and nothing here.
    func taken(_ policy: BackupPolicy) async throws -> Set<String> {
        let repository = try Self.emptyRepository()
        do throws(LifeboatError) {
            let result = try await Self.backup(policy, source, repository).run()
            #expect(result.isComplete)
            return Self.codes(try repository.reader(result.snapshot).entries().map(\.identity))
        } catch {
            guard error.code == .backupEmpty else { throw error }
            return []
        }
    }

    /// What a restore of everything would do in the empty cluster.
    func plan(_ policy: RestorePolicy) async throws -> RestorePlan {
        try await RestoreRun(
            client: target,
            reader: reader,
            policy: policy,
            logger: RestoreScenario.logger,
            now: TestClock.wallClock
        )
        .plan()
    }

    /// The objects of the fixture that a restore would create.
    static func created(_ plan: RestorePlan) -> Set<String> {
        codes(plan.steps.filter { $0.verdict == .create }.map(\.identity))
    }

    private static func codes(_ objects: [ObjectIdentity]) -> Set<String> {
        Set(objects.map { definitions[$0.name] ?? $0.name }).intersection(all)
    }

    private static let definitions = [
        "gadgets.things.example.com": "d1", "gadgets.more.example.com": "d2", "fleets.things.example.com": "d3",
    ]
    private static let all: Set<String> = [
        "shop", "shop-test", "blog", "s1", "s2", "s3", "s4", "s5", "t1", "t2", "t3", "b1", "b2", "b3", "c1", "c2", "c3",
        "c4", "d1", "d2", "d3",
    ]

    private static func definition(_ plural: String, _ kind: String, _ group: String, scope: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: \(plural).\(group)}
        spec:
          group: \(group)
          scope: \(scope)
          names: {kind: \(kind), plural: \(plural), singular: \(kind.lowercased())}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        """
    }

    private static func object(_ version: String, _ kind: String, _ metadata: String, _ rest: String = "") -> String {
        "apiVersion: \(version)\nkind: \(kind)\nmetadata: {\(metadata)}\n\(rest)"
    }

    private static func deployment(_ metadata: String) -> String {
        let template = "{metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: \"a:1\"}]}}"
        let spec = "spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: \(template)}"
        return object("apps/v1", "Deployment", metadata, spec)
    }

    private static let objects = [
        definition("gadgets", "Gadget", "things.example.com", scope: "Namespaced"),
        definition("gadgets", "Gadget", "more.example.com", scope: "Namespaced"),
        definition("fleets", "Fleet", "things.example.com", scope: "Cluster"),
        object("v1", "Namespace", "name: shop, labels: {tier: prod}"),
        object("v1", "Namespace", "name: shop-test"),
        object("v1", "Namespace", "name: blog"),
        object("v1", "ConfigMap", "name: s1, namespace: shop, labels: {app: web}"),
        object("v1", "ConfigMap", "name: s2, namespace: shop"),
        object("v1", "Secret", "name: s3, namespace: shop, labels: {app: web, tier: prod}"),
        deployment("name: s4, namespace: shop, labels: {app: web, tier: prod}"),
        object("things.example.com/v1", "Gadget", "name: s5, namespace: shop, labels: {app: web}"),
        object("v1", "ConfigMap", "name: t1, namespace: shop-test, labels: {app: web, tier: test}"),
        deployment("name: t2, namespace: shop-test, labels: {app: web}"),
        object("more.example.com/v1", "Gadget", "name: t3, namespace: shop-test, labels: {tier: test}"),
        object("v1", "ConfigMap", "name: b1, namespace: blog, labels: {app: blog}"),
        object("v1", "Secret", "name: b2, namespace: blog"),
        object("things.example.com/v1", "Gadget", "name: b3, namespace: blog, labels: {app: blog}"),
        object("rbac.authorization.k8s.io/v1", "ClusterRole", "name: c1, labels: {app: web}", "rules: []"),
        object("storage.k8s.io/v1", "StorageClass", "name: c2", "provisioner: example.com/disk"),
        object("scheduling.k8s.io/v1", "PriorityClass", "name: c3, labels: {tier: prod}", "value: 7"),
        object("things.example.com/v1", "Fleet", "name: c4, labels: {app: blog}"),
    ]
    .joined(separator: "\n---\n")
}
