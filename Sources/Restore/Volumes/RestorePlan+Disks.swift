package import KubernetesObjects

extension RestorePlan {
    /// The volumes that the plan creates for disks outside of the cluster, which belong to whoever uses them now.
    ///
    /// Disks of nodes (`hostPath`, `local`) are other disks in another cluster.
    package func volumesOfDisks() throws(LifeboatError) -> [ObjectIdentity] {
        var found: [ObjectIdentity] = []
        for step in steps where step.verdict == .create {
            switch step.key.groupKind {
            case GroupKind(group: "", kind: "PersistentVolume"):
                let spec = (try? JSONValue(parsing: try filled(step).body))?["spec"]
                if spec?["hostPath"] == nil, spec?["local"] == nil { found.append(step.identity) }
            case GroupKind(group: "snapshot.storage.k8s.io", kind: "VolumeSnapshotContent"):
                found.append(step.identity)
            default: continue
            }
        }
        return found
    }
}
