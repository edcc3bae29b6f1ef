internal import KubernetesObjects

/// Walks the trees of snapshots and tells which of their blobs are lost. Pages that snapshots share are walked once.
struct TreeCheck {
    let repository: Repository
    /// Blobs that are known to be damaged, and how.
    let damaged: [BlobID: String]
    /// Packs of which nobody can tell what is in them, whatever trailers and segments say.
    let unreadable: Set<String>
    /// Whether names are compared with tags, which needs a reader.
    let readsNames: Bool
    private var healthy: Set<BlobID> = []
    private var found: [String: CheckProblem] = [:]
    private let canReadNames: Bool

    /// One for each pack or blob, in the order of their paths.
    var problems: [CheckProblem] { found.values.sorted { $0.path < $1.path } }

    init(repository: Repository, damaged: [BlobID: String], unreadable: Set<String>, readsNames: Bool) {
        self.repository = repository
        self.damaged = damaged
        self.unreadable = unreadable
        canReadNames = repository.ring.roles.contains(.reader)
        self.readsNames = readsNames && canReadNames
    }

    private struct Place {
        var resource = ""
        var namespace = ""
    }

    private var snapshot = ""
    private var keys: TreeKeys?
    /// False in a first walk that only finds out whether something is wrong.
    private var isReporting = true

    mutating func check(_ committed: SnapshotChain.Committed) throws(LifeboatError) {
        guard repository.ring.domains.contains(committed.manifest.domain) else { return }
        snapshot = committed.snapshot.id
        keys = repository.treeKeys(try repository.ring.domain(committed.manifest.domain))
        try repository.prefer(committed)
        let tree = StructureTree(blobs: repository.blobs, root: committed.manifest.root)
        isReporting = readsNames
        guard try check(tree, committed.manifest.root, .resources, Place()) else {
            guard !isReporting else { return }
            // Once more, only where something is wrong, and with names.
            isReporting = true
            _ = try check(tree, committed.manifest.root, .resources, Place())
            return
        }
        let objects = try tree.page(tree.root).children.reduce(0) { $0 + $1.objects }
        isReporting = true
        if objects != committed.manifest.objects {
            report(committed.snapshot.name, "it says \(committed.manifest.objects) objects and has \(objects)", nil)
        }
    }

    private mutating func report(_ path: String, _ problem: String, _ object: String?) {
        guard isReporting else { return }
        var entry = found[path] ?? CheckProblem(path: path, problem: problem)
        if !entry.snapshots.contains(snapshot) { entry.snapshots.append(snapshot) }
        if let object, !entry.objects.contains(object) { entry.objects.append(object) }
        found[path] = entry
    }

    /// Tells of a blob that cannot be read; the path is its pack's when it is known.
    private mutating func report(_ id: BlobID, _ reason: String, _ object: String) throws(LifeboatError) {
        let path = try repository.blobs.packName(of: id) ?? "blob \(id)"
        report(path, reason, object)
    }

    /// Why a blob cannot be had; nil when nothing is known against it.
    private func fault(_ id: BlobID) throws(LifeboatError) -> String? {
        if let reason = damaged[id] { return "blob \(id): \(reason)" }
        if try repository.blobs.contains(id) {
            guard !unreadable.isEmpty, let pack = try repository.blobs.packName(of: id), unreadable.contains(pack)
            else {
                return nil
            }
            return "its pack cannot be read"
        }
        guard try repository.blobs.locate(id) != nil, let page = try repository.blobs.page(of: id) else {
            return "it is in no pack that can be read"
        }
        return "page \(id) was compressed like page \(page), which is in no pack that can be read"
    }

    /// What is wrong with the blobs of an object: its document, and its contents when it has some.
    private func faults(
        _ tree: StructureTree,
        _ object: ObjectRecord
    ) throws(LifeboatError) -> [(id: BlobID, reason: String)] {
        if let fault = try fault(object.id) { return [(object.id, fault)] }
        guard object.hasContent else { return [] }
        let list: ChunkList
        do throws(LifeboatError) { list = try tree.chunkList(object.id) } catch {
            guard error.code == .repositoryDamaged else { throw error }
            return [(object.id, error.message)]
        }
        var faults: [(id: BlobID, reason: String)] = []
        // A large file that has lost much is told of once, and with each of its packs that are damaged.
        var hasLost = false
        for (id, length) in [(list.document, nil)] + list.content.chunks.map({ ($0.id, Optional($0.length)) }) {
            if let fault = try fault(id) {
                if damaged[id] == nil {
                    if hasLost { continue }
                    hasLost = true
                }
                faults.append((id, fault))
            } else if let length, let location = try repository.blobs.locate(id), location.rawLength != length {
                faults.append((id, "chunk \(id) has not the length that refers to it"))
            }
        }
        return faults
    }

    /// Whether everything below a page is there.
    private mutating func check(
        _ tree: StructureTree,
        _ id: BlobID,
        _ scope: PageScope,
        _ place: Place,
        below parent: StructurePage? = nil
    ) throws(LifeboatError) -> Bool {
        if healthy.contains(id) { return true }
        try Cancellation.check()
        let what = description(place, scope)
        if let fault = try fault(id) {
            try report(id, fault, what)
            return false
        }
        let page: StructurePage
        do throws(LifeboatError) { page = try tree.page(id, below: parent) } catch {
            guard error.code == .repositoryDamaged else { throw error }
            try report(id, error.message, what)
            return false
        }
        var isHealthy = true
        if page.scope != scope {
            try report(id, "page \(id) is not of the level that refers to it", what)
            return false
        }
        let names = try names(tree, page, what, &isHealthy)
        if page.holdsObjects {
            for position in 0..<page.count {
                let object = page.object(position)
                for (id, fault) in try faults(tree, object) {
                    isHealthy = false
                    let name = names?[position] ?? "tag \(Hexadecimal.text(object.nameTag))"
                    try report(id, fault, "\(what)\(what.isEmpty || what.hasSuffix("/") ? "" : " ")\(name)")
                }
            }
        } else {
            for position in 0..<page.count {
                let child = page.child(position)
                var inner = place
                var below = scope
                if page.height == 0 {
                    let name = names?[position] ?? "tag \(Hexadecimal.text(child.tag))"
                    if scope == .resources { inner.resource = name } else { inner.namespace = name }
                    below = scope == .resources ? .namespaces : .objects
                }
                if try !check(tree, child.id, below, inner, below: page) { isHealthy = false }
            }
        }
        if isHealthy { healthy.insert(id) }
        return isHealthy
    }

    private func description(_ place: Place, _ scope: PageScope) -> String {
        switch scope {
        case .resources: "all objects"
        case .namespaces: "all \(place.resource)"
        case .objects: place.namespace.isEmpty ? place.resource : "\(place.resource) \(place.namespace)/"
        }
    }

    /// The names of a page of height 0, compared with its tags; nil when they cannot be had.
    private mutating func names(
        _ tree: StructureTree,
        _ page: StructurePage,
        _ what: String,
        _ isHealthy: inout Bool
    ) throws(LifeboatError) -> [String]? {
        guard page.height == 0 else { return nil }
        if let fault = try fault(page.names) {
            isHealthy = false
            try report(page.names, fault, what)
            return nil
        }
        guard canReadNames, isReporting else { return nil }
        do throws(LifeboatError) {
            if page.scope == .resources {
                let resources = try tree.resources(page)
                guard let keys else { return nil }
                for (position, resource) in resources.enumerated()
                where keys.resourceTag(resource) != page.tag(position) {
                    throw PackedBlobs.damaged("names \(page.names)", "they do not belong to their page")
                }
                return resources.map(\.description)
            }
            let names = try tree.names(page)
            guard let keys, readsNames else { return names }
            for (position, name) in names.enumerated() {
                let tag = page.scope == .objects ? keys.nameTag(name) : keys.namespaceTag(name)
                guard tag == page.tag(position) else {
                    throw PackedBlobs.damaged("names \(page.names)", "they do not belong to their page")
                }
            }
            return names
        } catch {
            if error.code == .repositoryKeyMissing { return nil }
            guard error.code == .repositoryDamaged else { throw error }
            isHealthy = false
            try report(page.names, error.message, what)
            return nil
        }
    }
}
