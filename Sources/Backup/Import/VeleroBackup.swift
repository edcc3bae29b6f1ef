internal import FoundationEssentials
internal import KubernetesObjects

/// A backup of Velero on disk: `NAME.tar.gz` with the objects, and beside it `velero-backup.json` with what it says about itself.
/// The layout is `backups/NAME/…` of a bucket (https://velero.io/docs/main/output-file-format/).
struct VeleroBackup {
    let archive: String
    let name: String
    /// When it began; nil when nobody says.
    var takenAt: Timestamp?
    /// `v1.29.3`; empty when nobody says.
    var version = ""
    /// `Completed`, `PartiallyFailed` and so on.
    var phase = ""

    /// - Parameter path: the archive, or a folder in which there is one.
    /// - Throws: `usage` when there is no archive, or more than one.
    init(path: String) throws(LifeboatError) {
        let suffix = ".tar.gz"
        let archives: [String]
        if let entries = try? FileManager.default.contentsOfDirectory(atPath: path) {
            archives = entries.filter { $0.hasSuffix(suffix) }.sorted().map { "\(path)/\($0)" }
        } else {
            archives = [path]
        }
        guard let archive = archives.first, archives.count == 1 else {
            throw LifeboatError(
                .usage,
                archives.isEmpty
                    ? "there is no archive (NAME.tar.gz) in \(path)"
                    : "there are \(archives.count) archives (NAME.tar.gz) in \(path)",
                remedy: "name the folder backups/NAME of the bucket's copy, or the archive in it"
            )
        }
        self.archive = archive
        let last = archive.split(separator: "/").last.map(String.init) ?? archive
        name = last.hasSuffix(suffix) ? String(last.dropLast(suffix.count)) : last
        let folder = archive.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        read(
            FileManager.default.contents(atPath: folder.isEmpty ? "velero-backup.json" : "\(folder)/velero-backup.json")
        )
    }

    private mutating func read(_ description: Data?) {
        guard let description, let json = try? JSONValue(parsing: Array(description)) else { return }
        takenAt = json["status", "startTimestamp"]?.string.flatMap { try? Timestamp(parsing: $0) }
        version = json["metadata", "annotations", "velero.io/source-cluster-k8s-gitversion"]?.string ?? ""
        phase = json["status", "phase"]?.string ?? ""
    }

    /// What a name in the archive stands for; nil for everything else, such as the copies of objects by version.
    ///
    /// `resources/deployments.apps/namespaces/shop/web.json` and `resources/persistentvolumes/cluster/data.json`.
    static func place(_ name: String) -> (resource: GroupResource, namespace: String, name: String)? {
        let suffix = ".json"
        let parts = name.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard parts.first == "resources", let last = parts.last, last.hasSuffix(suffix), parts.count >= 4 else {
            return nil
        }
        let object = String(last.dropLast(suffix.count))
        let (resource, group) = parts[1].splitOnce(".") ?? (parts[1], "")
        let groupResource = GroupResource(group: group, resource: resource)
        switch (parts[2], parts.count) {
        case ("cluster", 4): return (groupResource, "", object)
        case ("namespaces", 5): return (groupResource, parts[3], object)
        default: return nil
        }
    }
}
