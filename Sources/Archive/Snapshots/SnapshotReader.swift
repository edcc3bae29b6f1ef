package import KubernetesObjects

/// Reads the objects of one snapshot.
package final class SnapshotReader: Sendable {
    package let snapshot: Snapshot
    /// What only readers see of the snapshot: cluster, labels, what is incomplete, and so on.
    package let details: SnapshotDetails
    let tree: StructureTree

    init(snapshot: Snapshot, details: SnapshotDetails, tree: StructureTree) {
        self.snapshot = snapshot
        self.details = details
        self.tree = tree
    }

    /// The resources that have objects in the snapshot, by group and name.
    package func resources() throws(LifeboatError) -> [StoredResource] {
        try resourcePages().map(\.resource)
            .sorted { ($0.group, $0.resource) < ($1.group, $1.resource) }
    }

    private func resourcePages() throws(LifeboatError) -> [(resource: StoredResource, page: BlobID)] {
        var result: [(resource: StoredResource, page: BlobID)] = []
        for page in try tree.leaves(tree.root, .resources) {
            let resources = try tree.resources(page)
            for (position, resource) in resources.enumerated() { result.append((resource, page.child(position).id)) }
        }
        return result
    }

    /// The objects of the snapshot, or those of one resource or of one namespace, in the order of their identity.
    package func entries(
        _ resource: StoredResource? = nil,
        namespace: String? = nil
    ) throws(LifeboatError) -> [SnapshotEntry] {
        var entries: [SnapshotEntry] = []
        for (stored, page) in try resourcePages()
        where resource.map({ $0.groupResource == stored.groupResource }) ?? true {
            for page in try tree.leaves(page, .namespaces) {
                let names = try tree.names(page)
                for (position, name) in names.enumerated() where namespace.map({ $0.hasBytes(of: name) }) ?? true {
                    try collect(page.child(position).id, stored, name, &entries)
                }
            }
        }
        return entries.sorted { $0.precedes($1) }
    }

    private func collect(
        _ page: BlobID,
        _ resource: StoredResource,
        _ namespace: String,
        _ entries: inout [SnapshotEntry]
    ) throws(LifeboatError) {
        try tree.forEachObjectPage(page) { (_, page) throws(LifeboatError) in
            let names = try tree.names(page)
            for (position, name) in names.enumerated() {
                entries.append(try tree.entry(page.object(position), resource, namespace, name))
            }
        }
    }

    /// The canonical bytes of an object: JSON with apiVersion and kind, without resourceVersion.
    ///
    /// They are decrypted, decompressed and compared with their id, so they are what was backed up or an error.
    package func bytes(_ entry: SnapshotEntry) throws(LifeboatError) -> [UInt8] {
        try reading(entry) { () throws(LifeboatError) in
            try tree.blobs.read(entry.hasContent ? tree.chunkList(entry.id).document : entry.id, .document)
        }
    }

    /// Names the object in what `body` throws.
    func reading<Value>(
        _ entry: SnapshotEntry,
        _ body: () throws(LifeboatError) -> Value
    ) throws(LifeboatError) -> Value {
        do throws(LifeboatError) { return try body() } catch {
            throw LifeboatError(
                error.code,
                "\(entry.identity) of snapshot \(snapshot.shortID) cannot be read: \(error.message)",
                remedy: error.remedy
            )
        }
    }

    /// The object as a tree, for whoever edits or compares it.
    ///
    /// - Parameter readsManagedFields: whether a tree of `metadata.managedFields` is made, by the canonical bytes of the object.
    package func object(
        _ entry: SnapshotEntry,
        readsManagedFields: ([UInt8]) -> Bool = { _ in true }
    ) throws(LifeboatError) -> JSONValue {
        let bytes = try bytes(entry)
        do {
            return try JSONValue(
                parsing: bytes.span,
                range: 0..<bytes.count,
                leavesOutManagedFields: !readsManagedFields(bytes)
            )
        } catch {
            throw LifeboatError(.malformedJSON, "\(entry.identity) of the snapshot is not valid: \(error)")
        }
    }
}

extension StructureTree {
    func entry(
        _ record: ObjectRecord,
        _ resource: StoredResource,
        _ namespace: String,
        _ name: String
    ) throws(LifeboatError) -> SnapshotEntry {
        SnapshotEntry(
            resource: resource,
            namespace: namespace,
            name: name,
            id: record.id,
            rawLength: try size(record),
            specificationTag: record.specificationTag,
            hasContent: record.hasContent
        )
    }

    /// The size of the contents of an object, or else of its document; 0 when it is lost, which whoever reads it is told.
    private func size(_ record: ObjectRecord) throws(LifeboatError) -> Int {
        guard record.hasContent else { return Int(try blobs.locate(record.id)?.rawLength ?? 0) }
        do throws(LifeboatError) { return try chunkList(record.id).content.size } catch {
            guard error.code == .repositoryDamaged else { throw error }
            return 0
        }
    }
}
