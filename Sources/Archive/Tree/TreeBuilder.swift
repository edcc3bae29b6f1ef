internal import KubernetesObjects

/// An object that goes into the tree: a record, and the name that belongs to it.
struct TreeEntry {
    let nameTag: UInt64
    /// An index into the records of the parent when `isReused`, else into those of this session.
    let record: UInt32
    let name: UInt32
    let isReused: Bool
}

/// Cuts sorted entries into pages and stores the pages that the parent does not have.
struct TreeBuilder {
    /// Stores a page or the names of a page, and returns its id. The last parameter is the page of the parent in its place.
    typealias Store = (BlobType, [UInt8], BlobID?) throws(LifeboatError) -> BlobID

    let parent: ParentTree
    let records: RecordArena
    let names: NameArena
    private var page: [UInt8] = []
    private var namesPage: [UInt8] = []

    init(parent: ParentTree, records: RecordArena, names: NameArena) {
        self.parent = parent
        self.records = records
        self.names = names
    }

    /// Stores the pages of the objects of one resource in one namespace.
    ///
    /// - Parameter entries: sorted by name tag, and by name where tags collide; not empty.
    mutating func objects(
        _ entries: [TreeEntry],
        resourceTag: UInt64,
        namespaceTag: UInt64,
        store: Store
    ) throws(LifeboatError) -> ChildRecord {
        let group = parent.groups[ParentTree.GroupKey(resourceTag: resourceTag, namespaceTag: namespaceTag)]
        var parentPage = group?.pages.lowerBound ?? 0
        var children: [ChildRecord] = []
        var start = 0
        for end in entries.indices {
            let tag = entries[end].nameTag
            guard PageScope.objects.endsPage(tag: tag, count: end - start + 1, height: 0) || end == entries.count - 1
            else { continue }
            let id: BlobID
            if let known = unchanged(entries[start...end], group, &parentPage) {
                id = known
            } else {
                let similar = group.flatMap { parent.objectPage($0, tag: entries[start].nameTag) }
                id = try objectPage(entries[start...end], resourceTag, namespaceTag, similar, store)
            }
            children.append(ChildRecord(tag: tag, id: id, objects: UInt64(end - start + 1)))
            start = end + 1
        }
        return try index(.objects, children, resourceTag, namespaceTag, store)
    }

    /// The id of the parent's page that has exactly these entries.
    private func unchanged(
        _ entries: ArraySlice<TreeEntry>,
        _ group: ParentTree.Group?,
        _ parentPage: inout Int
    ) -> BlobID? {
        guard let group, let first = entries.first, first.isReused else { return nil }
        while parentPage < group.pages.upperBound, parent.pages[parentPage].firstRecord < Int(first.record) {
            parentPage += 1
        }
        guard parentPage < group.pages.upperBound, parent.pages[parentPage].firstRecord == Int(first.record),
            parent.pages[parentPage].count == entries.count, !parent.lostPages.contains(parentPage)
        else { return nil }
        var expected = first.record
        for entry in entries {
            guard entry.isReused, entry.record == expected else { return nil }
            expected += 1
        }
        return parent.pages[parentPage].id
    }

    private mutating func objectPage(
        _ entries: ArraySlice<TreeEntry>,
        _ resourceTag: UInt64,
        _ namespaceTag: UInt64,
        _ similar: BlobID?,
        _ store: Store
    ) throws(LifeboatError) -> BlobID {
        namesPage.removeAll(keepingCapacity: true)
        NamesPage.begin(.objects, into: &namesPage)
        for entry in entries { names.copy(entry.name, to: &namesPage) }
        page.removeAll(keepingCapacity: true)
        StructurePage.header(
            scope: .objects,
            height: 0,
            count: entries.count,
            resourceTag: resourceTag,
            namespaceTag: namespaceTag,
            names: try store(.names, namesPage, nil),
            into: &page
        )
        for entry in entries {
            (entry.isReused ? parent.records[Int(entry.record)] : records[Int(entry.record)]).append(to: &page)
        }
        return try store(.structure, page, similar)
    }

    /// Stores the page or pages of the namespaces of a resource.
    mutating func namespaces(
        _ namespaces: [(name: String, child: ChildRecord)],
        resourceTag: UInt64,
        store: Store
    ) throws(LifeboatError) -> ChildRecord {
        try named(.namespaces, namespaces.map(\.child), resourceTag, store) { position, bytes in
            bytes.appendText(namespaces[position].name)
        }
    }

    /// Stores the root.
    mutating func root(
        _ resources: [(resource: StoredResource, child: ChildRecord)],
        store: Store
    ) throws(LifeboatError) -> ChildRecord {
        try named(.resources, resources.map(\.child), 0, store) { position, bytes in
            NamesPage.append(resources[position].resource, to: &bytes)
        }
    }

    /// Stores the pages of height 0 of namespaces or resources, and those above them.
    private mutating func named(
        _ scope: PageScope,
        _ children: [ChildRecord],
        _ resourceTag: UInt64,
        _ store: Store,
        _ appendName: (Int, inout [UInt8]) -> Void
    ) throws(LifeboatError) -> ChildRecord {
        var pages: [ChildRecord] = []
        var start = 0
        repeat {
            var end = start
            while end < children.count {
                end += 1
                if scope.endsPage(tag: children[end - 1].tag, count: end - start, height: 0) { break }
            }
            namesPage.removeAll(keepingCapacity: true)
            NamesPage.begin(scope, into: &namesPage)
            for position in start..<end { appendName(position, &namesPage) }
            let names = try store(.names, namesPage, nil)
            pages.append(try interior(scope, 0, children[start..<end], resourceTag, 0, names, store))
            start = end
        } while start < children.count
        return try index(scope, pages, resourceTag, 0, store)
    }

    /// Stores pages over pages until one is left.
    private mutating func index(
        _ scope: PageScope,
        _ pages: [ChildRecord],
        _ resourceTag: UInt64,
        _ namespaceTag: UInt64,
        _ store: Store
    ) throws(LifeboatError) -> ChildRecord {
        var level = pages
        var height = 1
        while level.count > 1 {
            var above: [ChildRecord] = []
            var start = 0
            for end in level.indices
            where
                scope.endsPage(tag: level[end].tag, count: end - start + 1, height: height)
                || end == level.count - 1
            {
                above.append(
                    try interior(scope, height, level[start...end], resourceTag, namespaceTag, .zero, store)
                )
                start = end + 1
            }
            level = above
            height += 1
        }
        return level[0]
    }

    private mutating func interior(
        _ scope: PageScope,
        _ height: Int,
        _ children: ArraySlice<ChildRecord>,
        _ resourceTag: UInt64,
        _ namespaceTag: UInt64,
        _ names: BlobID,
        _ store: Store
    ) throws(LifeboatError) -> ChildRecord {
        page.removeAll(keepingCapacity: true)
        StructurePage.header(
            scope: scope,
            height: height,
            count: children.count,
            resourceTag: resourceTag,
            namespaceTag: namespaceTag,
            names: names,
            into: &page
        )
        var objects: UInt64 = 0
        for child in children {
            child.append(to: &page)
            objects += child.objects
        }
        let similar = children.first.flatMap {
            parent.upperPage(scope, height, resourceTag, namespaceTag, tag: $0.tag)
        }
        return ChildRecord(tag: children.last?.tag ?? 0, id: try store(.structure, page, similar), objects: objects)
    }
}
