import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Restored volumes` {
    private static let objects = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: reclaim}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: reclaim-disk}
        spec:
          accessModes: [ReadWriteOnce]
          capacity: {storage: 1Gi}
          storageClassName: reclaim
          persistentVolumeReclaimPolicy: Delete
          claimRef: {namespace: reclaim, name: data, apiVersion: v1, kind: PersistentVolumeClaim}
          csi: {driver: disks.example.com, volumeHandle: disk-1}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: reclaim}
        spec: {accessModes: [ReadWriteOnce], storageClassName: reclaim, volumeName: reclaim-disk, resources: {requests: {storage: 1Gi}}}
        """

    // C80: both find each other again; section 5 of the volumes: nothing can be deleted before.
    @Test(arguments: TestCluster.available)
    func `are retained until they are bound to their claims, and get their reclaim policy back when asked`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.objects, into: cluster)
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["reclaim"]
            policy.selection.clusterResources = .include
            policy.selection.includedResources = ["namespaces", "persistentvolumes", "persistentvolumeclaims"]
        }
        let plan = try await run.plan()
        #expect(try plan.volumesOfDisks().map(\.name) == ["reclaim-disk"])
        let result = try await run.apply(plan)
        #expect(result.failed.isEmpty, "\(result.failed)")
        func volume() async throws -> JSONValue {
            try #require(try await scenario.object("v1", "PersistentVolume", nil, "reclaim-disk"))
        }
        #expect(try await volume()["spec", "persistentVolumeReclaimPolicy"] == "Retain")
        func planned() async throws -> ReclaimPolicies.Verdict? {
            try await ReclaimPolicies.plan(scenario.client).volumes.first { $0.name == "reclaim-disk" }?.verdict
        }
        for _ in 0..<300 where try await planned() != .setBack("Delete") {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await planned() == .setBack("Delete"))
        #expect(try await ReclaimPolicies.plan(scenario.client).apply(scenario.client).isEmpty)
        #expect(try await volume()["spec", "persistentVolumeReclaimPolicy"] == "Delete")
        #expect(try await volume()["metadata", "annotations", "lifeboat.dr/original-reclaim-policy"] == nil)
        #expect(try await planned() == nil)
        // The disk of this volume is nowhere, and nobody may wait for its deletion.
        let retained: JSONValue = ["spec": ["persistentVolumeReclaimPolicy": "Retain"]]
        try await scenario.patch("v1", "PersistentVolume", nil, "reclaim-disk", retained)
        try await scenario.delete("v1", "PersistentVolumeClaim", "reclaim", "data")
        try await scenario.delete("v1", "PersistentVolume", nil, "reclaim-disk")
    }
}
