internal import Crypto
package import KubernetesObjects
internal import Synchronization

extension SnapshotWriter {
    /// Makes the snapshot visible: packs first, each durable; then the manifest, which refers to them.
    ///
    /// A crash before the last step leaves no trace but packs that the next backup uses. When the tree equals the
    /// parent's, only a manifest is written.
    package func commit(_ summary: SnapshotSummary) throws(LifeboatError) -> CommitResult {
        if let bulk = state.withLock({ $0.isFinished ? nil : $0.bulkPack.take() }) { try finish(consume bulk) }
        var taken = try state.withLock { (state) throws(LifeboatError) -> State in
            if let failure = state.failure { throw failure }
            guard !state.isFinished else {
                throw LifeboatError(.internalError, "the snapshot has been committed or abandoned already")
            }
            state.isFinished = true
            let taken = state
            state = State(reusedNames: [])
            state.isFinished = true
            state.pack = taken.pack
            state.newBlobs = taken.newBlobs
            state.packs = taken.packs
            state.bytesAdded = taken.bytesAdded
            state.announcedUntil = taken.announcedUntil
            return taken
        }
        taken.pack = nil
        taken.newBlobs = []
        let tree = try buildTree(&taken)
        if let pack = state.withLock({ $0.pack.take() }) { try finish(consume pack) }
        let counts = Dictionary(
            uniqueKeysWithValues: tree.counts.map { (taken.resources[$0.key].description, $0.value) }
        )
        let snapshot = try publish(
            tree.root,
            SnapshotDetails(request, summary, counts: counts),
            summary.takenAt,
            hasContent: tree.hasContent
        )
        // The snapshot is there, whatever becomes of a segment: it is a cache.
        try? repository.extendIndex(domain)
        let (packBytes, manifestBytes) = (state.withLock { $0.bytesAdded }, snapshot.size)
        return CommitResult(
            snapshot: snapshot.snapshot,
            objects: Int(tree.root.objects),
            objectsChanged: tree.changed,
            objectsRemoved: tree.removed,
            bytesAdded: packBytes + manifestBytes
        )
    }

    private struct BuiltTree {
        var root: ChildRecord
        var counts: [Int: Int] = [:]
        var changed = 0
        var removed = 0
        /// Whether an object refers to a chunk list.
        var hasContent = false
    }

    private func buildTree(_ state: inout State) throws(LifeboatError) -> BuiltTree {
        var builder = TreeBuilder(parent: parentTree, records: state.records, names: state.names)
        let store: TreeBuilder.Store = { [self] (type, bytes, similar) throws(LifeboatError) in
            let id = bytes.withUnsafeBytes { keys.identifiers.identifier(type, $0) }
            try bytes.withRawBytes { (bytes) throws(LifeboatError) in
                try self.store(type, id, bytes, similar: similar)
            }
            return id
        }
        var tree = BuiltTree(root: ChildRecord(tag: 0, id: .zero, objects: 0))
        var namespaces: [Int: [(name: String, tag: UInt64, child: ChildRecord)]] = [:]
        // In the order of tags, so that the packs of equal snapshots are equally ordered, too.
        let order = state.groups.indices.sorted { left, right in
            let (a, b) = (state.groups[left], state.groups[right])
            return (a.resourceTag, a.namespaceTag) < (b.resourceTag, b.namespaceTag)
        }
        var kept = 0
        for index in order {
            let group = state.groups[index]
            let entries = entries(of: group, state.added[index], state, &tree, &kept)
            state.added[index] = []
            guard !entries.isEmpty else { continue }
            let child = try builder.objects(
                entries,
                resourceTag: group.resourceTag,
                namespaceTag: group.namespaceTag,
                store: store
            )
            namespaces[group.resource, default: []].append((group.namespace, group.namespaceTag, child))
            tree.counts[group.resource, default: 0] += entries.count
        }
        tree.removed = parentTree.records.count - kept
        var resources: [(resource: StoredResource, child: ChildRecord)] = []
        for (number, list) in namespaces {
            let tag = keys.resourceTag(state.resources[number])
            let children = list.map {
                (name: $0.name, child: ChildRecord(tag: $0.tag, id: $0.child.id, objects: $0.child.objects))
            }
            let child = try builder.namespaces(
                children.sorted { ($0.child.tag, ExactText($0.name)) < ($1.child.tag, ExactText($1.name)) },
                resourceTag: tag,
                store: store
            )
            resources.append((state.resources[number], ChildRecord(tag: tag, id: child.id, objects: child.objects)))
        }
        resources.sort { ($0.child.tag, $0.resource.description) < ($1.child.tag, $1.resource.description) }
        tree.root = try builder.root(resources, store: store)
        return tree
    }

    /// The entries of a group in the order of the tree: what was reused and what was added, the last one of each name.
    private func entries(
        of group: Group,
        _ unsorted: [AddedEntry],
        _ state: State,
        _ tree: inout BuiltTree,
        _ kept: inout Int
    ) -> [TreeEntry] {
        let added = latest(unsorted, state.names)
        var entries: [TreeEntry] = []
        let parentRecords = group.parent?.records ?? 0..<0
        entries.reserveCapacity(parentRecords.count + added.count)
        var next = added.startIndex
        for record in parentRecords {
            let tag = parentTree.records.tag(record)
            while next < added.endIndex, added[next].nameTag < tag {
                append(added[next], parentRecords, state, to: &entries, &tree, &kept)
                next += 1
            }
            let name = state.reusedNames[record]
            guard name != Self.notReused else { continue }
            var position = next
            var isReplaced = false
            while position < added.endIndex, added[position].nameTag == tag {
                if state.names.areEqual(added[position].name, name) { isReplaced = true }
                position += 1
            }
            guard !isReplaced else { continue }
            kept += 1
            if parentTree.records.hasContent(record) { tree.hasContent = true }
            entries.append(TreeEntry(nameTag: tag, record: UInt32(record), name: name, isReused: true))
        }
        while next < added.endIndex {
            append(added[next], parentRecords, state, to: &entries, &tree, &kept)
            next += 1
        }
        // Where tags collide, names decide, whatever came from where.
        for index in entries.indices.dropFirst() where entries[index - 1].nameTag == entries[index].nameTag {
            var position = index
            while position > 0, entries[position - 1].nameTag == entries[position].nameTag,
                state.names.precedes(entries[position].name, entries[position - 1].name)
            {
                entries.swapAt(position - 1, position)
                position -= 1
            }
        }
        return entries
    }

    /// Sorts what was added; of several with one name, the last that was added stays.
    private func latest(_ added: [AddedEntry], _ names: NameArena) -> [AddedEntry] {
        let sorted = added.sorted { ($0.nameTag, $0.record) < ($1.nameTag, $1.record) }
        var result: [AddedEntry] = []
        result.reserveCapacity(sorted.count)
        for entry in sorted {
            let first = result.lastIndex { $0.nameTag != entry.nameTag }.map { $0 + 1 } ?? 0
            if let same = result[first...].firstIndex(where: { names.areEqual($0.name, entry.name) }) {
                result[same] = entry
            } else {
                result.append(entry)
            }
        }
        return result
    }

    private func append(
        _ added: AddedEntry,
        _ parentRecords: Range<Int>,
        _ state: State,
        to entries: inout [TreeEntry],
        _ tree: inout BuiltTree,
        _ kept: inout Int
    ) {
        let record = state.records[Int(added.record)]
        let known = group(parentRecords, record.nameTag)
        if !known.isEmpty { kept += 1 }
        if !known.contains(where: { parentTree.records[$0].id == record.id }) { tree.changed += 1 }
        if record.hasContent { tree.hasContent = true }
        entries.append(
            TreeEntry(nameTag: added.nameTag, record: added.record, name: added.name, isReused: false)
        )
    }

    private func group(_ records: Range<Int>, _ tag: UInt64) -> Range<Int> {
        parentTree.find(tag, in: ParentTree.Group(records: records, pages: 0..<0))
    }
}
