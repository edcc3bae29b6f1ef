import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `Restored volumes and claims` {
    private func volume(_ policy: String, isProvisioned: Bool) -> JSONValue {
        var volume = Samples.object(
            "v1",
            "PersistentVolume",
            "disk",
            [
                "spec": [
                    "persistentVolumeReclaimPolicy": .string(policy),
                    "claimRef": ["namespace": "shop", "name": "data", "uid": "old", "resourceVersion": "5"],
                ]
            ]
        )
        if isProvisioned { volume["metadata", "annotations", "pv.kubernetes.io/provisioned-by"] = "csi.example.com" }
        return volume
    }

    private let claim = Samples.object(
        "v1",
        "PersistentVolumeClaim",
        "data",
        namespace: "shop",
        [
            "metadata": [
                "annotations": [
                    "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes",
                    "volume.kubernetes.io/selected-node": "node-1", "mine": "kept",
                    "volume.kubernetes.io/storage-provisioner": "csi.example.com",
                    "volume.beta.kubernetes.io/storage-provisioner": "csi.example.com",
                ]
            ],
            "spec": [
                "volumeName": "disk", "storageClassName": "fast", "selector": ["matchLabels": ["a": "b"]],
                "dataSource": ["kind": "VolumeSnapshot", "apiGroup": "snapshot.storage.k8s.io", "name": "gone"],
                "dataSourceRef": ["kind": "VolumeSnapshot", "apiGroup": "snapshot.storage.k8s.io", "name": "gone"],
            ],
        ]
    )

    @Test func `C80: a static volume waits for its claim by name, guarded by Retain`() throws {
        let created = try #require(try Samples.created(volume("Delete", isProvisioned: false)))
        #expect(created["spec", "claimRef"] == ["namespace": "shop", "name": "data"])
        #expect(created["spec", "persistentVolumeReclaimPolicy"] == "Retain")
        #expect(created["metadata", "annotations", "lifeboat.dr/original-reclaim-policy"] == "Delete")
    }

    @Test func `C79, C80: a claim keeps its volume when that is restored as well`() throws {
        let created = try #require(try Samples.created(claim, among: [volume("Retain", isProvisioned: true)]))
        #expect(created["metadata", "annotations"] == ["mine": "kept"])
        #expect(created["spec", "volumeName"] == "disk")
    }

    @Test func `C82: a volume whose disk goes with its claim is left to the provisioner`() throws {
        let disk = volume("Delete", isProvisioned: true)
        #expect(Samples.rule(disk) == "provisioned-volume")
        let spec = try #require(try Samples.created(claim, among: [disk])?["spec"])
        #expect(spec == ["storageClassName": "fast"])
    }

    @Test(arguments: [("5Gi", "8Gi"), ("8Gi", "8Gi"), ("9Gi", "9Gi")])
    func `C85: a claim is as large as the volume snapshot that fills it, and no smaller than before`(
        _ asked: String,
        _ restored: String
    ) throws {
        var claim = claim
        claim["spec", "resources"] = ["requests": ["storage": .string(asked)]]
        let snapshot = Samples.object(
            "snapshot.storage.k8s.io/v1",
            "VolumeSnapshot",
            "gone",
            namespace: "shop",
            ["status": ["restoreSize": "8Gi"]]
        )
        let spec = try #require(try Samples.created(claim, among: [snapshot])?["spec"])
        #expect(spec["dataSource", "name"] == "gone")
        #expect(spec["resources", "requests", "storage"]?.string == restored)
        // With its own volume nothing fills it again.
        let bound = try Samples.created(claim, among: [snapshot, volume("Retain", isProvisioned: false)])
        #expect(bound?["spec", "resources", "requests", "storage"]?.string == asked)
    }

    @Test func `C84: a claim keeps its data source when that is restored`() throws {
        var claim = claim
        claim["spec", "dataSource"] = ["kind": "PersistentVolumeClaim", "name": "origin"]
        let origin = Samples.object("v1", "PersistentVolumeClaim", "origin", namespace: "shop")
        let spec = try Samples.created(claim, among: [origin])?["spec"]
        #expect(spec?["dataSource", "name"] == "origin")
        #expect(spec?["volumeName"] == nil)
    }

    @Test func `C87: the finalizer of an absent provisioner does not make a volume undeletable`() throws {
        var disk = volume("Retain", isProvisioned: true)
        disk["metadata", "finalizers"] = [
            "kubernetes.io/pv-protection", "external-provisioner.volume.kubernetes.io/finalizer",
        ]
        #expect(try Samples.created(disk)?["metadata", "finalizers"] == ["kubernetes.io/pv-protection"])
    }
}
