internal import KubernetesObjects

/// Reads the pages of a tree.
struct StructureTree: Sendable {
    let blobs: PackedBlobs
    let root: BlobID

    /// - Parameter parent: the page that refers to it.
    func page(_ id: BlobID, below parent: StructurePage? = nil) throws(LifeboatError) -> StructurePage {
        let bytes = try blobs.read(id, .structure)
        let page: StructurePage
        do throws(MalformedBytes) { page = try StructurePage(decoding: bytes) } catch {
            throw PackedBlobs.damaged("page \(id)", error.reason)
        }
        if let parent, !page.isBelow(parent) {
            throw PackedBlobs.damaged("page \(id)", "it is not of the level that refers to it")
        }
        return page
    }

    /// Calls `body` with every page below and including `id` that holds objects, in order.
    func forEachObjectPage(
        _ id: BlobID,
        _ body: (BlobID, StructurePage) throws(LifeboatError) -> Void
    ) throws(LifeboatError) {
        try forEachPage(id) { (id, page) throws(LifeboatError) in if page.holdsObjects { try body(id, page) } }
    }

    /// Calls `body` with every page below and including `id`, each before those below it.
    func forEachPage(
        _ id: BlobID,
        below parent: StructurePage? = nil,
        _ body: (BlobID, StructurePage) throws(LifeboatError) -> Void
    ) throws(LifeboatError) {
        let page = try page(id, below: parent)
        try body(id, page)
        for child in page.children { try forEachPage(child.id, below: page, body) }
    }

    /// The pages of `scope` and height 0 below and including `id`, in order.
    func leaves(
        _ id: BlobID,
        _ scope: PageScope,
        below parent: StructurePage? = nil
    ) throws(LifeboatError) -> [StructurePage] {
        let page = try page(id, below: parent)
        guard page.scope == scope else {
            throw PackedBlobs.damaged("page \(id)", "it is not of the level that refers to it")
        }
        if page.height == 0 { return [page] }
        var pages: [StructurePage] = []
        for child in page.children { pages += try leaves(child.id, scope, below: page) }
        return pages
    }

    /// The names of a page of objects or of namespaces.
    func names(_ page: StructurePage) throws(LifeboatError) -> [String] {
        let bytes = try blobs.read(page.names, .names)
        do throws(MalformedBytes) { return try NamesPage.names(bytes, of: page) } catch {
            throw PackedBlobs.damaged("names \(page.names)", error.reason)
        }
    }

    func resources(_ page: StructurePage) throws(LifeboatError) -> [StoredResource] {
        let bytes = try blobs.read(page.names, .names)
        do throws(MalformedBytes) { return try NamesPage.resources(bytes, of: page) } catch {
            throw PackedBlobs.damaged("names \(page.names)", error.reason)
        }
    }
}
