internal import KubernetesObjects

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
