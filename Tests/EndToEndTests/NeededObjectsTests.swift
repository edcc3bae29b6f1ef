import Archive
import Backup
import KubernetesObjects
import Policies
import TestSupport
import Testing

@Suite struct `What selected namespaces need from outside of them` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: needy}
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: needy-fast}
        provisioner: csi.example.com
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: needy-unused}
        provisioner: csi.example.com
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: needy-disk}
        spec:
          capacity: {storage: 1Gi}
          accessModes: [ReadWriteOnce]
          storageClassName: needy-fast
          csi: {driver: csi.example.com, volumeHandle: needy-1}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: needy}
        spec: {accessModes: [ReadWriteOnce], volumeName: needy-disk, storageClassName: needy-fast, resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: needy-first}
        value: 10
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: needy}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {priorityClassName: needy-first, containers: [{name: web, image: example.com/web}]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: needy-reader}
        rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: needy-account}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: needy-reader}
        subjects: [{kind: ServiceAccount, name: default, namespace: needy}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: needy-group}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: needy-reader}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:serviceaccounts:needy"}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: needy-other}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: needy-reader}
        subjects: [{kind: ServiceAccount, name: default, namespace: default}]
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: needs.needy.example.com}
        spec:
          group: needy.example.com
          scope: Namespaced
          names: {plural: needs, singular: need, kind: Need}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: unused.needy.example.com}
        spec:
          group: needy.example.com
          scope: Namespaced
          names: {plural: unused, singular: unused, kind: Unused}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
        ---
        apiVersion: needy.example.com/v1
        kind: Need
        metadata: {name: one, namespace: needy}
        """

    private static let needed: Set<String> = [
        "Namespace needy", "StorageClass.storage.k8s.io needy-fast", "PersistentVolume needy-disk",
        "PriorityClass.scheduling.k8s.io needy-first", "ClusterRole.rbac.authorization.k8s.io needy-reader",
        "ClusterRoleBinding.rbac.authorization.k8s.io needy-account",
        "ClusterRoleBinding.rbac.authorization.k8s.io needy-group",
        "CustomResourceDefinition.apiextensions.k8s.io needs.needy.example.com",
    ]

    private static func clusterObjects(_ repository: Repository) throws -> Set<String> {
        let reader = try repository.reader(repository.snapshot("latest"))
        return Set(try reader.entries().filter(\.namespace.isEmpty).map { "\($0.identity)" })
    }

    @Test(arguments: TestCluster.available)
    func `C32: is backed up with them, and nothing else of the cluster`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, from: cluster, namespace: "needy", into: cluster)
        let repository = scenario.archive.repository
        #expect(try Self.clusterObjects(repository) == Self.needed)

        var policy = BackupPolicy(name: "test")
        policy.selection.includedNamespaces = ["needy"]
        func again(_ change: (inout BackupPolicy) -> Void = { _ in }) async throws -> BackupResult {
            var policy = policy
            change(&policy)
            return try await BackupRun(
                client: scenario.client,
                repository: repository,
                policy: policy,
                logger: RestoreScenario.logger,
                now: TestClock.wallClock,
                random: TestClock.random
            )
            .run()
        }
        // What has not changed is needed as before.
        let second = try await again()
        #expect(try Self.clusterObjects(repository) == Self.needed)
        #expect(second.incomplete.isEmpty, "\(second.incomplete)")

        // Compared with the cluster, objects that the backup was not to take are neither extra nor missing.
        let reader = try repository.reader(repository.snapshot("latest"))
        let live = try await LiveComparison(client: scenario.client, reader: reader, selection: policy.selection).run()
        // The volume controllers of a real cluster may bind the claim after the backup, which the comparison explains.
        #expect(live.isExplained && live.removed.isEmpty, "\(live)")

        _ = try await again { $0.selection.clusterResources = .exclude }
        #expect(try Self.clusterObjects(repository) == ["Namespace needy"])
        _ = try await again { $0.selection.excludedResources = ["persistentvolumes"] }
        #expect(try Self.clusterObjects(repository).contains("PersistentVolume needy-disk") == false)
        let check = try repository.check(.data)
        #expect(check.problems.isEmpty, "\(check.problems)")
    }
}
