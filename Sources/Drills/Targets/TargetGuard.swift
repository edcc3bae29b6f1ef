internal import KubernetesObjects
internal import Policies

/// Refuses a target that is, or may be, the source.
enum TargetGuard {
    struct Cluster: Equatable {
        let uid: String?
        let server: String
    }

    /// - Throws: `drill.target-refused` when both are one cluster or it cannot be told.
    static func check(source: [Cluster], target: Cluster, isThrowaway: Bool, name: String) throws(LifeboatError) {
        for cluster in source {
            if let uid = target.uid, uid == cluster.uid {
                throw refused(name, "it has the identity \(uid) of the source cluster")
            }
            if !isThrowaway, address(target.server) == address(cluster.server) {
                throw refused(name, "it has the address \(target.server) of the source cluster")
            }
        }
        // A rebuilt copy of the source could be mistaken for it only when nothing tells the two apart.
        if target.uid == nil, !isThrowaway {
            throw refused(name, "it has no namespace kube-system, so that it cannot be told from the source cluster")
        }
    }

    /// Whether a cluster of this kind could reach the disks of the source. The sandbox and a control plane of the drill have no nodes.
    static func mayReachDisks(_ target: DrillTarget) -> Bool {
        switch target {
        case .sandbox, .controlPlane: false
        case .context, .namespaces, .command: true
        }
    }

    /// Two clusters that write to one disk destroy what is on it, so volumes of real disks are restored only when that is asked for by name.
    ///
    /// - Throws: `drill.target-refused` when the plan creates any in a target that could reach them.
    static func checkVolumes(_ volumes: [ObjectIdentity], _ drill: RestoreDrill, name: String) throws(LifeboatError) {
        guard !drill.allowsRealVolumes, mayReachDisks(drill.target), let first = volumes.first else { return }
        throw LifeboatError(
            .drillTargetRefused,
            "the drill will not restore \(volumes.count) volumes into \(name), the first is \(first): their disks are those of the source",
            remedy:
                "exclude persistentvolumes and volumesnapshotcontents in the drill's selection, use the target sandbox or control-plane, or set allowRealVolumes: true when the target cannot reach these disks"
        )
    }

    private static func refused(_ name: String, _ reason: String) -> LifeboatError {
        LifeboatError(
            .drillTargetRefused,
            "the drill will not use \(name) as its target: \(reason)",
            remedy: "use the target sandbox, control-plane or a context of another cluster"
        )
    }

    private static func address(_ server: String) -> String {
        var text = server.lowercased()
        while text.hasSuffix("/") { text.removeLast() }
        if text.hasSuffix(":443") { text.removeLast(4) }
        return text
    }
}
