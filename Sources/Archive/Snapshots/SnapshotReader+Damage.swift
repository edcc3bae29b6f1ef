package import KubernetesObjects

/// A part of a snapshot that cannot be read.
package struct LostPart: Sendable, Equatable {
    /// `ConfigMap shop/settings`, or `configmaps of the namespace shop (12 objects)`.
    package let description: String
    package let objects: Int
    package let error: LifeboatError
}

extension SnapshotReader {
    /// The objects of a snapshot that can be read, and what is lost: for restores of what is left.
    ///
    /// - Parameters:
    ///   - resource: only its objects.
    ///   - opensDocuments: whether each object is read, too, so that those whose own bytes are lost are told of.
    /// - Throws: when nothing can be read, or the store fails.
    package func readableEntries(
        _ resource: StoredResource? = nil,
        opensDocuments: Bool
    ) throws(LifeboatError) -> (entries: [SnapshotEntry], lost: [LostPart]) {
        var walk = DamagedTreeWalk(self)
        try walk.run(resource)
        guard opensDocuments else { return (walk.sorted, walk.lost) }
        var readable: [SnapshotEntry] = []
        for entry in walk.sorted {
            do throws(LifeboatError) {
                _ = try bytes(entry)
                readable.append(entry)
            } catch { try walk.lose("\(entry.identity)", 1, error) }
        }
        return (readable, walk.lost)
    }
}

/// Walks a tree as far as its pages can be read.
private struct DamagedTreeWalk {
    private let reader: SnapshotReader
    private var entries: [SnapshotEntry] = []
    private(set) var lost: [LostPart] = []
    private var tree: StructureTree { reader.tree }

    init(_ reader: SnapshotReader) { self.reader = reader }

    var sorted: [SnapshotEntry] {
        entries.sorted { $0.precedes($1) }
    }

    mutating func lose(_ description: String, _ objects: Int, _ error: LifeboatError) throws(LifeboatError) {
        guard error.code == .repositoryDamaged else { throw error }
        lost.append(LostPart(description: description, objects: objects, error: error))
    }

    private mutating func lose(all description: String, _ objects: Int, _ error: LifeboatError) throws(LifeboatError) {
        try lose("\(description) (\(objects) object\(objects == 1 ? "" : "s"))", objects, error)
    }

    mutating func run(_ wanted: StoredResource?) throws(LifeboatError) {
        let root = try tree.page(tree.root)
        for page in try leaves(root, .resources, "resources") {
            let resources: [StoredResource]
            do throws(LifeboatError) { resources = try tree.resources(page) } catch {
                try lose(all: "resources", page.children.reduce(0) { $0 + Int($1.objects) }, error)
                continue
            }
            for (position, resource) in resources.enumerated()
            where wanted.map({ $0.groupResource == resource.groupResource }) ?? true {
                try addNamespaces(page.child(position), resource)
            }
        }
    }

    /// The pages of `scope` and height 0 below a child; none, and told of, where that is lost.
    private mutating func leaves(
        _ child: ChildRecord,
        _ scope: PageScope,
        _ what: String,
        below parent: StructurePage? = nil
    ) throws(LifeboatError) -> [StructurePage] {
        do throws(LifeboatError) { return try leaves(try tree.page(child.id, below: parent), scope, what) } catch {
            try lose(all: what, Int(child.objects), error)
            return []
        }
    }

    private mutating func leaves(
        _ page: StructurePage,
        _ scope: PageScope,
        _ what: String
    ) throws(LifeboatError) -> [StructurePage] {
        guard page.scope == scope else {
            throw PackedBlobs.damaged("a page of \(what)", "it is not of the level that refers to it")
        }
        if page.height == 0 { return [page] }
        var pages: [StructurePage] = []
        for child in page.children { pages += try leaves(child, scope, what, below: page) }
        return pages
    }

    private mutating func addNamespaces(_ child: ChildRecord, _ resource: StoredResource) throws(LifeboatError) {
        for page in try leaves(child, .namespaces, "\(resource)") {
            let names: [String]
            do throws(LifeboatError) { names = try tree.names(page) } catch {
                try lose(all: "\(resource)", page.children.reduce(0) { $0 + Int($1.objects) }, error)
                continue
            }
            for (position, namespace) in names.enumerated() {
                let what = namespace.isEmpty ? "\(resource)" : "\(resource) of the namespace \(namespace)"
                for page in try leaves(page.child(position), .objects, what) {
                    try addObjects(page, resource, namespace, what)
                }
            }
        }
    }

    private mutating func addObjects(
        _ page: StructurePage,
        _ resource: StoredResource,
        _ namespace: String,
        _ what: String
    ) throws(LifeboatError) {
        var names: [String]?
        do throws(LifeboatError) { names = try tree.names(page) } catch {
            guard error.code == .repositoryDamaged else { throw error }
        }
        for position in 0..<page.count {
            let record = page.object(position)
            do throws(LifeboatError) {
                let name: String
                if let names { name = names[position] } else { name = try self.name(of: record) }
                entries.append(try tree.entry(record, resource, namespace, name))
            } catch { try lose(all: what, 1, error) }
        }
    }

    /// The name of an object as its document has it, where the page of names is lost.
    private func name(of record: ObjectRecord) throws(LifeboatError) -> String {
        let document = record.hasContent ? try tree.chunkList(record.id).document : record.id
        let bytes = try tree.blobs.read(document, .document)
        guard let name = try? JSONValue(parsing: bytes)["metadata", "name"]?.string else {
            throw PackedBlobs.damaged("blob \(document)", "it has no name")
        }
        return name
    }
}
