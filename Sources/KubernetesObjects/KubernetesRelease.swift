/// The order of Kubernetes releases, by the `v1.20.2` of a server.
package struct KubernetesRelease: Comparable, Sendable {
    package let major: Int
    package let minor: Int

    /// nil when the text names no release.
    package init?(parsing text: String) {
        let parts = text.drop { !$0.isNumber }.split(separator: ".")
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }) else {
            return nil
        }
        (self.major, self.minor) = (major, minor)
    }

    package static func < (left: KubernetesRelease, right: KubernetesRelease) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// Whether the cluster is older than the snapshot; not knowing is no.
    package static func isOlder(_ cluster: String, than snapshot: String) -> Bool {
        guard let cluster = KubernetesRelease(parsing: cluster), let snapshot = KubernetesRelease(parsing: snapshot)
        else { return false }
        return cluster < snapshot
    }
}
