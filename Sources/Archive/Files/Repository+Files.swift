package import KubernetesObjects

extension Snapshot {
    /// The policy of snapshots of files; no document can have this name.
    package static let filesPolicy = "lifeboat/files"

    /// Whether it holds files of a folder or a volume, and not a cluster.
    package var isFiles: Bool { policy == Self.filesPolicy }

    /// What stands for the uid of a cluster in snapshots of a volume or host.
    package static func filesUID(_ source: String) -> String { "files:\(source)" }
}

extension Repository {
    /// Whether a snapshot holds files, as its tags tell also whoever cannot read what is sealed.
    ///
    /// - Parameter source: only of the volume or host with this name.
    func isOfFiles(_ snapshot: Snapshot, of source: String? = nil) -> Bool {
        if snapshot.cluster != nil {
            // As the tags tell names apart.
            return snapshot.isFiles && (source.map { snapshot.clusterName?.hasBytes(of: $0) ?? false } ?? true)
        }
        guard let domain = try? ring.domain(snapshot.domain) else { return false }
        let keys = treeKeys(domain)
        return keys.policyTag(Snapshot.filesPolicy) == snapshot.policyTag
            && (source.map { keys.clusterTag(Snapshot.filesUID($0)) == snapshot.clusterTag } ?? true)
    }

    /// Like `snapshot`, for whoever can do nothing with files.
    package func clusterSnapshot(_ reference: String, at moment: Timestamp? = nil) throws(LifeboatError) -> Snapshot {
        let chosen = try snapshot(reference, at: moment)
        guard !chosen.isFiles else {
            throw LifeboatError(
                .usage,
                "snapshot \(chosen.shortID) holds files of \(chosen.clusterName ?? "a volume"), not a cluster",
                remedy:
                    "list them with `lifeboat files ls \(chosen.shortID)`, and restore them with `lifeboat files restore`"
            )
        }
        return chosen
    }

    /// Finds a snapshot of files by `latest` or by the beginning of its id.
    ///
    /// - Parameter source: only snapshots of the volume or host with this name.
    package func filesSnapshot(_ reference: String, of source: String? = nil) throws(LifeboatError) -> Snapshot {
        guard reference == "latest" else {
            let chosen = try snapshot(reference)
            guard chosen.isFiles else {
                throw LifeboatError(
                    .usage,
                    "snapshot \(chosen.shortID) holds a cluster, not files",
                    remedy: "list what there is with `lifeboat snapshots`, or restore it with `lifeboat restore`"
                )
            }
            return chosen
        }
        let candidates = try snapshots().filter { isOfFiles($0, of: source) }
        try requireNewest(candidates.first)
        guard let newest = candidates.first else {
            throw LifeboatError(
                .snapshotNotFound,
                "there is no snapshot of files\(source.map { " of \($0)" } ?? "") in \(location)",
                remedy: "take one with `lifeboat files backup`, or list what there is with `lifeboat snapshots`"
            )
        }
        guard newest.cluster != nil || !roles.contains(.reader) else {
            throw LifeboatError(
                .repositoryKeyMissing,
                "the latest snapshot of files, \(newest.shortID) of \(newest.takenAt), is not encrypted to this credential",
                remedy: "use the passphrase, or name an older snapshot by its id"
            )
        }
        let sources = Set(candidates.compactMap(\.clusterName).map(ExactText.init))
        guard sources.count <= 1 else {
            throw LifeboatError(
                .usage,
                "there are snapshots of files of \(sources.sorted().map(\.text).joined(separator: ", "))",
                remedy: "say which with --name, or name the snapshot by its id"
            )
        }
        return newest
    }
}
