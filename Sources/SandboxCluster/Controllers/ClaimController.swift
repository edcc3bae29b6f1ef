import KubernetesObjects

/// Binds claims to volumes, and provisions volumes for the claims whose class has a provisioner.
///
/// The simulated nodes stand for every storage driver: any provisioner but `kubernetes.io/no-provisioner` works.
struct ClaimController {
    let writes: ControllerWrites
    private static let completed = "pv.kubernetes.io/bind-completed"
    private static let byController = "pv.kubernetes.io/bound-by-controller"

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) throws(StatusError) {
        guard let claim = transaction.object(key) else { return }
        if claim.isTerminating {
            if !isUsed(claim, transaction) {
                writes.change(key, in: &transaction) { $0.removeFinalizer("kubernetes.io/pvc-protection") }
            }
            return
        }
        let name = claim.value.text("spec", "volumeName")
        if name.isEmpty {
            try find(claim, in: &transaction)
        } else {
            bindNamed(claim, name, in: &transaction)
        }
    }

    private func isUsed(_ claim: StoredObject, _ transaction: Transaction) -> Bool {
        transaction.objects(.pods, namespace: claim.namespace).contains { pod in
            !["Succeeded", "Failed"].contains(pod.value.text("status", "phase"))
                && PodDependencies.claims(of: pod.value).contains(claim.name)
        }
    }

    /// A claim that names its volume: bound to it, waiting for it, or lost with it.
    private func bindNamed(_ claim: StoredObject, _ name: String, in transaction: inout Transaction) {
        let wasBound = claim.value.annotations[Self.completed] != nil
        guard let volume = transaction.object(ObjectKey(.volumes, name: name)), !(volume.isTerminating && !wasBound)
        else {
            setPhase(of: claim, wasBound ? "Lost" : "Pending", in: &transaction)
            return
        }
        if Self.isFree(volume, for: claim) {
            bind(claim, volume, in: &transaction)
        } else {
            setPhase(of: claim, wasBound ? "Lost" : "Pending", in: &transaction)
        }
    }

    /// Whether a volume is unclaimed, or reserved for this very claim.
    private static func isFree(_ volume: StoredObject, for claim: StoredObject) -> Bool {
        guard let reference = volume.value["spec", "claimRef"], !reference.isNull else { return true }
        let uid = reference.text("uid")
        return reference.text("name") == claim.name && reference.text("namespace") == claim.namespace
            && (uid.isEmpty || uid == claim.uid)
    }

    private func find(_ claim: StoredObject, in transaction: inout Transaction) throws(StatusError) {
        let volumes = transaction.objects(.volumes).filter { !$0.isTerminating && Self.isFree($0, for: claim) }
        if let reserved = volumes.first(where: { $0.value["spec", "claimRef"] != nil }) {
            bind(claim, reserved, in: &transaction)
            return
        }
        let className = claim.value.text("spec", "storageClassName")
        let storageClass = transaction.object(ObjectKey(.storageClasses, name: className))?.value
        let waits = storageClass?.text("volumeBindingMode") == "WaitForFirstConsumer"
        let isSelected = claim.value.annotations["volume.kubernetes.io/selected-node"] != nil
        guard !waits || isSelected else {
            setPhase(of: claim, "Pending", in: &transaction)
            return
        }
        let fitting = volumes.filter { Self.fits($0.value, claim.value) }
        if let smallest = fitting.min(by: { (Self.capacity($0), $0.name) < (Self.capacity($1), $1.name) }) {
            bind(claim, smallest, in: &transaction)
            return
        }
        let provisioner = storageClass?.text("provisioner") ?? ""
        guard let storageClass, !provisioner.isEmpty, provisioner != "kubernetes.io/no-provisioner",
            claim.value["spec", "selector"] == nil
        else {
            setPhase(of: claim, "Pending", in: &transaction)
            return
        }
        try provision(claim, storageClass, provisioner, in: &transaction)
    }

    private static func capacity(_ volume: StoredObject) -> Int {
        LimitRules.quantity(volume.value["spec", "capacity", "storage"])?.thousandths ?? 0
    }

    private static func fits(_ volume: JSONValue, _ claim: JSONValue) -> Bool {
        guard volume.text("spec", "storageClassName") == claim.text("spec", "storageClassName"),
            volume.text("spec", "volumeMode") == claim.text("spec", "volumeMode"),
            let capacity = LimitRules.quantity(volume["spec", "capacity", "storage"]),
            let wanted = LimitRules.quantity(claim["spec", "resources", "requests", "storage"]), capacity >= wanted
        else { return false }
        let modes = volume.elements("spec", "accessModes")
        guard claim.elements("spec", "accessModes").allSatisfy({ modes.contains($0) }) else { return false }
        guard let selector = claim["spec", "selector"] else { return true }
        return (try? LabelSelector(of: selector))?.matches(volume.labels) ?? false
    }

    private func provision(
        _ claim: StoredObject,
        _ storageClass: JSONValue,
        _ provisioner: String,
        in transaction: inout Transaction
    ) throws(StatusError) {
        let name = "pvc-\(claim.uid)"
        var spec: JSONValue = [
            "capacity": ["storage": claim.value["spec", "resources", "requests", "storage"] ?? "1Gi"],
            "csi": [
                "driver": .string(provisioner), "volumeHandle": .string("sandbox-\(claim.uid)"), "fsType": "ext4",
            ],
            "accessModes": claim.value["spec", "accessModes"] ?? ["ReadWriteOnce"],
            "claimRef": reference(to: claim),
            "persistentVolumeReclaimPolicy": storageClass["reclaimPolicy"] ?? "Delete",
            "storageClassName": .string(storageClass.name),
            "volumeMode": claim.value["spec", "volumeMode"] ?? "Filesystem",
        ]
        if let options = storageClass["mountOptions"] { spec["mountOptions"] = options }
        let key = ObjectKey(.volumes, name: name)
        if transaction.object(key) == nil {
            try writes.create(
                [
                    "apiVersion": "v1", "kind": "PersistentVolume",
                    "metadata": [
                        "name": .string(name),
                        "annotations": ["pv.kubernetes.io/provisioned-by": .string(provisioner)],
                    ],
                    "spec": spec,
                ],
                .volumes,
                in: &transaction
            )
        }
        writes.change(claim.key, in: &transaction) {
            $0["metadata", "annotations", "volume.kubernetes.io/storage-provisioner"] = .string(provisioner)
        }
        guard let volume = transaction.object(key), let current = transaction.object(claim.key) else { return }
        bind(current, volume, in: &transaction)
    }

    private func reference(to claim: StoredObject) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace),
            "name": .string(claim.name), "uid": .string(claim.uid),
            "resourceVersion": claim.value["metadata", "resourceVersion"] ?? "",
        ]
    }

    private func bind(_ claim: StoredObject, _ volume: StoredObject, in transaction: inout Transaction) {
        let reference = reference(to: claim)
        writes.change(volume.key, in: &transaction) { object in
            if object.text("spec", "claimRef", "uid") != claim.uid {
                if object["spec", "claimRef"] == nil { object["metadata", "annotations", Self.byController] = "yes" }
                object["spec", "claimRef"] = reference
            }
            object["status"] = ["phase": "Bound"]
        }
        writes.change(claim.key, in: &transaction) { object in
            if object.text("spec", "volumeName").isEmpty {
                object["spec", "volumeName"] = .string(volume.name)
                object["metadata", "annotations", Self.byController] = "yes"
            }
            object["metadata", "annotations", Self.completed] = "yes"
            object["status", "phase"] = "Bound"
            object["status", "accessModes"] = volume.value["spec", "accessModes"]
            object["status", "capacity"] = volume.value["spec", "capacity"]
        }
    }

    private func setPhase(of claim: StoredObject, _ phase: String, in transaction: inout Transaction) {
        writes.change(claim.key, in: &transaction) { object in
            object["status", "phase"] = .string(phase)
            if phase != "Bound" {
                object["status", "accessModes"] = nil
                object["status", "capacity"] = nil
            }
        }
    }
}
