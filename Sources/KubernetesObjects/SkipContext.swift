/// What a skip rule needs to know about the other objects of a snapshot or of a cluster.
package struct SkipContext: Sendable {
    /// Every object that there is.
    package var objects = ObjectKeySet()
    /// Services whose Endpoints a controller makes: they have a selector.
    package var selectorServices: Set<ObjectKey> = []
    /// Whether a sealing key of the sealed-secrets controller is among the objects.
    package var hasSealingKey = false
    /// PersistentVolumes whose storage is deleted with them and that a provisioner makes again.
    package var provisionedVolumes: Set<String> = []
    /// How large a volume must be to be filled from a VolumeSnapshot.
    package var volumeSnapshotSizes: [NamespacedName: Quantity] = [:]

    /// Whether the cluster's Kubernetes is older than that of the snapshot, so that it may not know every field of it.
    package var isClusterOlder = false

    package init() {}

    /// Takes in what the object says about others.
    package mutating func note(_ object: JSONValue, _ key: ObjectKey) {
        objects.insert(key)
        if key.groupKind == Self.volumeSnapshot {
            volumeSnapshotSizes[NamespacedName(key)] = object["status", "restoreSize"]?.string.flatMap(Quantity.init)
        }
        guard key.groupKind.group.isEmpty else { return }
        switch key.groupKind.kind {
        case "Service":
            if object["spec", "selector"]?.object?.isEmpty == false { selectorServices.insert(key) }
        case "Secret":
            if object["metadata", "labels", Self.sealingKeyLabel] != nil { hasSealingKey = true }
        case "PersistentVolume":
            if Self.isProvisioned(object) { provisionedVolumes.insert(key.name) }
        default: break
        }
    }

    /// Whether the other object has to be read whole, because a rule asks for more than its name.
    package static func isRead(_ kind: GroupKind) -> Bool {
        kind.group.isEmpty && ["Service", "Secret", "PersistentVolume"].contains(kind.kind) || kind == volumeSnapshot
    }

    package func contains(_ owner: OwnerReference, namespace: String?) -> Bool {
        objects.contains(ObjectKey(owner.groupVersionKind.groupKind, namespace: namespace, name: owner.name))
            || objects.contains(ObjectKey(owner.groupVersionKind.groupKind, namespace: nil, name: owner.name))
    }

    private static let volumeSnapshot = GroupKind(group: "snapshot.storage.k8s.io", kind: "VolumeSnapshot")
    package static let sealingKeyLabel = "sealedsecrets.bitnami.com/sealed-secrets-key"

    /// A volume that a provisioner made and whose disk goes with the claim: in another cluster it points at nothing.
    private static func isProvisioned(_ volume: JSONValue) -> Bool {
        volume["metadata", "annotations", "pv.kubernetes.io/provisioned-by"] != nil
            && volume["spec", "persistentVolumeReclaimPolicy"]?.string == "Delete"
    }
}
