package import Archive
internal import FoundationEssentials
package import KubernetesObjects

/// A backup of Velero in a folder or a bucket: `NAME.tar.gz` with the objects, and beside it `velero-backup.json` with what it says about
/// itself. The layout is `backups/NAME/…` of a bucket (https://velero.io/docs/main/output-file-format/).
package struct VeleroBackup: Sendable {
    private static let suffix = ".tar.gz"
    private let store: any ObjectStore
    private let file: String
    let name: String
    /// When it began; nil when nobody says.
    private(set) var takenAt: Timestamp?
    /// `v1.29.3`; empty when nobody says.
    private(set) var version = ""
    /// `Completed`, `PartiallyFailed` and so on.
    private(set) var phase = ""

    /// What the user calls the archive.
    var path: String { "\(store.location)/\(file)" }

    /// - Parameters:
    ///   - store: the folder `backups/NAME`.
    ///   - archive: the archive in it; nil looks for the only one.
    /// - Throws: `usage` when there is no archive, or more than one; what the store says.
    package init(in store: any ObjectStore, archive: String?) throws(LifeboatError) {
        self.store = store
        if let archive {
            file = archive
            guard try store.size(archive) != nil else {
                throw LifeboatError(
                    .usage,
                    "there is no \(archive) in \(store.location)",
                    remedy: "name the folder backups/NAME of the bucket or of its copy, or the archive in it"
                )
            }
        } else {
            file = try Self.onlyArchive(in: store)
        }
        name = file.hasSuffix(Self.suffix) ? String(file.dropLast(Self.suffix.count)) : file
        if let description = try store.get("velero-backup.json") { read(description) }
    }

    /// The folder and the file of a path that names an archive; all of it is the folder otherwise. Options of a bucket follow `?`.
    package static func split(_ path: String) -> (folder: String, archive: String?) {
        let isAddress = path.contains("://")
        let end = isAddress ? path.firstIndex(of: "?") ?? path.endIndex : path.endIndex
        let place = path[..<end]
        guard place.hasSuffix(suffix) || !isAddress && isFile(path) else { return (path, nil) }
        guard let slash = place.lastIndex(of: "/") else { return (".", String(place)) }
        let folder = place[..<slash]
        let options = String(path[end...])
        return ((folder.isEmpty ? "/" : String(folder)) + options, String(place[place.index(after: slash)...]))
    }

    private static func isFile(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
    }

    private static func onlyArchive(in store: any ObjectStore) throws(LifeboatError) -> String {
        let archives = try store.list("").map(\.name).filter { $0.hasSuffix(suffix) && !$0.contains("/") }
        guard let archive = archives.first, archives.count == 1 else {
            throw LifeboatError(
                .usage,
                archives.isEmpty
                    ? "there is no archive (NAME.tar.gz) in \(store.location)"
                    : "there are \(archives.count) archives (NAME.tar.gz) in \(store.location)",
                remedy: "name the folder backups/NAME of the bucket or of its copy, or the archive in it"
            )
        }
        return archive
    }

    private mutating func read(_ description: [UInt8]) {
        guard let json = try? JSONValue(parsing: description) else { return }
        takenAt = json["status", "startTimestamp"]?.string.flatMap { try? Timestamp(parsing: $0) }
        version = json["metadata", "annotations", "velero.io/source-cluster-k8s-gitversion"]?.string ?? ""
        phase = json["status", "phase"]?.string ?? ""
    }

    /// The files of the archive, from its beginning.
    func files() throws(LifeboatError) -> TarArchive {
        let (store, file, path) = (store, file, path)
        return try TarArchive(path: path) { (range) throws(LifeboatError) in
            guard let bytes = try store.get(file, range: range) else {
                throw TarArchive.damaged(path, "it is gone")
            }
            return bytes
        }
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
