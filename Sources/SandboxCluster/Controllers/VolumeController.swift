import KubernetesObjects

/// The phases of volumes, and what becomes of one whose claim is gone.
struct VolumeController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let volume = transaction.object(key) else { return }
        let claim = volume.value["spec", "claimRef"].flatMap { reference in
            transaction.object(
                ObjectKey(.claims, namespace: reference.text("namespace"), name: reference.text("name"))
            )
        }
        let uid = volume.value.text("spec", "claimRef", "uid")
        let isHeld = !uid.isEmpty && claim?.uid == uid
        if volume.isTerminating {
            if !isHeld { writes.change(key, in: &transaction) { $0.removeFinalizer("kubernetes.io/pv-protection") } }
            return
        }
        if uid.isEmpty {
            setPhase(of: key, "Available", in: &transaction)
        } else if isHeld {
            setPhase(of: key, "Bound", in: &transaction)
        } else if volume.value.text("spec", "persistentVolumeReclaimPolicy") == "Delete" {
            setPhase(of: key, "Released", in: &transaction)
            writes.delete(key, in: &transaction)
            writes.change(key, in: &transaction) { object in
                object.removeFinalizer("kubernetes.io/pv-protection")
                object.removeFinalizer("external-provisioner.volume.kubernetes.io/finalizer")
            }
        } else {
            setPhase(of: key, "Released", in: &transaction)
        }
    }

    private func setPhase(of key: ObjectKey, _ phase: String, in transaction: inout Transaction) {
        writes.change(key, in: &transaction) { $0["status", "phase"] = .string(phase) }
    }
}
