internal import KubernetesObjects

/// Persistent volumes, their claims and their snapshots.
enum VolumeScrubbing {
    static let originalReclaimPolicy = "lifeboat.dr/original-reclaim-policy"

    /// A claim keeps its volume when that is restored as well; else the provisioner makes a new one.
    static func claim(_ result: inout ObjectScrubbing.Result, _ context: SkipContext) {
        for annotation in [
            "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
            "volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner",
            "volume.kubernetes.io/selected-node",
        ] { result.object["metadata", "annotations", annotation] = nil }
        if let volume = result.object["spec", "volumeName"]?.string, !volume.isEmpty {
            let key = ObjectKey(GroupKind(group: "", kind: "PersistentVolume"), namespace: nil, name: volume)
            guard !context.objects.contains(key) || context.provisionedVolumes.contains(volume) else { return }
            result.object["spec", "volumeName"] = nil
            if result.object["spec", "storageClassName"]?.string != "" { result.object["spec", "selector"] = nil }
            dropMissingSources(&result.object, context)
        }
        fitToSource(&result, context)
    }

    /// The volume was filled from it once; its content would otherwise be asked for again.
    private static func dropMissingSources(_ object: inout JSONValue, _ context: SkipContext) {
        for field in sourceFields {
            guard let source = source(field, of: object) else { continue }
            if !context.objects.contains(source) { object["spec", field] = nil }
        }
    }

    /// A provisioner makes no volume that is smaller than the snapshot which fills it: the volume had been grown after its claim
    /// was made (https://github.com/container-storage-interface/spec: Snapshot.size_bytes).
    private static func fitToSource(_ result: inout ObjectScrubbing.Result, _ context: SkipContext) {
        let request = ["spec", "resources", "requests", "storage"]
        for field in sourceFields {
            guard let source = source(field, of: result.object), source.groupKind.kind == "VolumeSnapshot",
                let needed = context.volumeSnapshotSizes[NamespacedName(source)],
                let asked = result.object.value(at: request[...])?.string.flatMap(Quantity.init), asked < needed
            else { continue }
            result.object.set(.string(needed.text), at: request[...])
            result.notes.append(
                "it asks for \(needed.text) instead of \(asked.text): VolumeSnapshot \(source.name) needs that much"
            )
        }
    }

    private static let sourceFields = ["dataSource", "dataSourceRef"]

    private static func source(_ field: String, of claim: JSONValue) -> ObjectKey? {
        guard let source = claim["spec", field], let kind = source["kind"]?.string, let name = source["name"]?.string
        else { return nil }
        return ObjectKey(
            GroupKind(group: source["apiGroup"]?.string ?? "", kind: kind),
            namespace: source["namespace"]?.string ?? claim["metadata", "namespace"]?.string,
            name: name
        )
    }

    /// A volume waits for its claim by name. With another uid in claimRef the volume controller would take it for released, and
    /// delete the disk when the policy says Delete; so the policy is Retain until the owner has seen both sides bound.
    static func volume(_ result: inout ObjectScrubbing.Result) {
        for field in ["uid", "resourceVersion"] { result.object["spec", "claimRef", field] = nil }
        result.object["metadata", "annotations", "pv.kubernetes.io/bound-by-controller"] = nil
        dropProvisionerFinalizer(&result.object)
        let reclaimPolicy = result.object["spec", "persistentVolumeReclaimPolicy"]?.string ?? "Retain"
        if reclaimPolicy != "Retain" {
            result.object["spec", "persistentVolumeReclaimPolicy"] = "Retain"
            result.object["metadata", "annotations", originalReclaimPolicy] = .string(reclaimPolicy)
            result.notes.append(
                "its reclaim policy \(reclaimPolicy) is Retain until lifeboat restore --finalize-volumes sets it back"
            )
        }
        if result.object["spec", "hostPath"] != nil || result.object["spec", "local"] != nil {
            result.notes.append("its data is on a disk of a node")
        }
    }

    private static func dropProvisionerFinalizer(_ object: inout JSONValue) {
        guard let finalizers = object["metadata", "finalizers"]?.array else { return }
        let kept = finalizers.filter { $0.string != "external-provisioner.volume.kubernetes.io/finalizer" }
        object["metadata", "finalizers"] = kept.isEmpty ? nil : .array(kept)
    }

    /// Binds the contents of volume snapshots to the handle that the storage knows, and never deletes it with them.
    static func snapshot(_ original: JSONValue, _ result: inout ObjectScrubbing.Result) {
        switch original["kind"]?.string {
        case "VolumeSnapshotContent":
            for field in ["uid", "resourceVersion"] { result.object["spec", "volumeSnapshotRef", field] = nil }
            result.object["spec", "deletionPolicy"] = "Retain"
            if let handle = original["status", "snapshotHandle"] ?? original["spec", "source", "snapshotHandle"] {
                result.object["spec", "source"] = ["snapshotHandle": handle]
            } else {
                result.notes.append("the storage had not finished this snapshot: there is no handle to bind")
            }
        case "VolumeSnapshot":
            guard let content = original["status", "boundVolumeSnapshotContentName"] else { return }
            result.object["spec", "source"] = ["volumeSnapshotContentName": content]
        default: break
        }
    }
}
