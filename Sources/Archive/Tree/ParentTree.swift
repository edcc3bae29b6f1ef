internal import KubernetesObjects

/// The objects of the previous snapshot, loaded from its structure pages alone: what a writer may know of them.
struct ParentTree: Sendable {
    /// The objects of one resource in one namespace: ranges into `records` and `pages`.
    struct Group {
        var records: Range<Int>
        var pages: Range<Int>
    }

    struct GroupKey: Hashable {
        let resourceTag: UInt64
        let namespaceTag: UInt64
    }

    struct Page {
        let firstRecord: Int
        let count: Int
        let id: BlobID
        let names: BlobID
        let lastTag: UInt64
    }

    private(set) var records = RecordArena()
    private(set) var pages: [Page] = []
    private(set) var groups: [GroupKey: Group] = [:]
    private(set) var counts: [UInt64: Int] = [:]
    /// Records and pages whose blobs are lost. What refers to them is written again, so a backup heals the repository.
    private(set) var lostRecords: Set<Int> = []
    private(set) var lostPages: Set<Int> = []

    /// Where pages that hold no objects belong.
    private struct UpperKey: Hashable {
        let scope: PageScope
        let height: Int
        let resourceTag: UInt64
        let namespaceTag: UInt64

        init(_ page: StructurePage) {
            (scope, height) = (page.scope, page.height)
            (resourceTag, namespaceTag) = (page.resourceTag, page.namespaceTag)
        }

        init(_ scope: PageScope, _ height: Int, _ resourceTag: UInt64, _ namespaceTag: UInt64) {
            (self.scope, self.height) = (scope, height)
            (self.resourceTag, self.namespaceTag) = (resourceTag, namespaceTag)
        }
    }

    /// The pages that hold no objects, each with its last tag, in the order of these.
    private var upper: [UpperKey: [(lastTag: UInt64, id: BlobID)]] = [:]

    /// The page over others that has, or would have, this tag.
    func upperPage(
        _ scope: PageScope,
        _ height: Int,
        _ resourceTag: UInt64,
        _ namespaceTag: UInt64,
        tag: UInt64
    ) -> BlobID? {
        guard let pages = upper[UpperKey(scope, height, resourceTag, namespaceTag)] else { return nil }
        return (pages.first { $0.lastTag >= tag } ?? pages.last)?.id
    }

    /// The page of objects that has, or would have, this tag.
    func objectPage(_ group: Group, tag: UInt64) -> BlobID? {
        var (low, high) = (group.pages.lowerBound, group.pages.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if pages[middle].lastTag < tag { low = middle + 1 } else { high = middle }
        }
        return group.pages.isEmpty ? nil : pages[min(low, group.pages.upperBound - 1)].id
    }

    /// The tree of a first snapshot.
    init() {}

    /// - Parameter condemned: packs that may be deleted; what is in them counts as lost.
    init(_ tree: StructureTree, condemned: Set<[UInt8]> = []) throws(LifeboatError) {
        try tree.forEachPage(tree.root) { (id, page) throws(LifeboatError) in
            guard page.count > 0 else { return }
            guard page.holdsObjects else {
                upper[UpperKey(page), default: []].append((page.tag(page.count - 1), id))
                return
            }
            let key = GroupKey(resourceTag: page.resourceTag, namespaceTag: page.namespaceTag)
            let first = records.count
            for position in 0..<page.count { records.append(page.object(position)) }
            pages.append(
                Page(
                    firstRecord: first,
                    count: page.count,
                    id: id,
                    names: page.names,
                    lastTag: page.tag(page.count - 1)
                )
            )
            counts[page.resourceTag, default: 0] += page.count
            guard let group = groups[key] else {
                groups[key] = Group(records: first..<records.count, pages: pages.count - 1..<pages.count)
                return
            }
            guard group.records.upperBound == first, group.pages.upperBound == pages.count - 1 else {
                throw PackedBlobs.damaged("page \(id)", "its place in the tree is not where its tags belong")
            }
            groups[key] = Group(
                records: group.records.lowerBound..<records.count,
                pages: group.pages.lowerBound..<pages.count
            )
        }
        let blobs = tree.blobs
        lostRecords = try blobs.missing(count: records.count, condemned: condemned) { records[$0].id }
        lostRecords.formUnion(try lostContents(tree, condemned))
        lostPages = try blobs.missing(count: pages.count, condemned: condemned) { pages[$0].names }
            .union(try blobs.missing(count: pages.count, condemned: condemned) { pages[$0].id })
    }

    /// The records whose document or a chunk of whose contents is lost.
    private func lostContents(_ tree: StructureTree, _ condemned: Set<[UInt8]>) throws(LifeboatError) -> Set<Int> {
        var lists: [(place: UInt64, record: Int)] = []
        for record in 0..<records.count where records.hasContent(record) && !lostRecords.contains(record) {
            guard let location = try tree.blobs.locate(records[record].id) else { continue }
            lists.append((UInt64(location.pack) << 32 | UInt64(location.offset), record))
        }
        // In the order of the packs, whose parts are read once.
        lists.sort { $0 < $1 }
        var lost: Set<Int> = []
        for (_, record) in lists {
            let list: ChunkList
            do throws(LifeboatError) { list = try tree.chunkList(records[record].id) } catch {
                guard error.code == .repositoryDamaged else { throw error }
                lost.insert(record)
                continue
            }
            let ids = [list.document] + list.content.chunks.map(\.id)
            let missing = try tree.blobs.missing(count: ids.count, condemned: condemned) { ids[$0] }
            if !missing.isEmpty { lost.insert(record) }
        }
        return lost
    }

    /// The indexes of the records of a group that have this name tag: one, or more after a collision.
    func find(_ nameTag: UInt64, in group: Group) -> Range<Int> {
        var (low, high) = (group.records.lowerBound, group.records.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if records.tag(middle) < nameTag { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < group.records.upperBound, records.tag(end) == nameTag { end += 1 }
        return low..<end
    }
}
