package import KubernetesObjects

extension Repository {
    /// The sizes of the repository.
    package func statistics() throws(LifeboatError) -> RepositoryStatistics {
        try configuration.require(.read)
        let bytes = try store.list("").reduce(0) { $0 + $1.size }
        let committed = try committed()
        let count = try blobs.loadAll()
        var sizes: [BlobID: Int] = [:]
        var logicalBytes = 0
        for snapshot in committed where ring.domains.contains(snapshot.manifest.domain) {
            let tree = StructureTree(blobs: blobs, root: snapshot.manifest.root)
            logicalBytes += try Self.logicalBytes(tree, snapshot.manifest.root, &sizes)
        }
        return RepositoryStatistics(
            repositoryBytes: bytes,
            snapshots: committed.count,
            blobs: count,
            logicalBytes: logicalBytes,
            types: typeSizes(),
            clusters: try clusterSizes(committed),
            days: Self.daySizes(committed)
        )
    }

    /// What each cluster has, by the names that are sealed in manifests; empty for a credential that does not read them.
    private func clusterSizes(
        _ committed: [SnapshotChain.Committed]
    ) throws(LifeboatError) -> [RepositoryStatistics.ClusterSize] {
        let known = committed.filter { $0.details != nil }
        var clusters: [RepositoryStatistics.ClusterSize] = []
        for snapshots in Dictionary(grouping: known, by: \.snapshot.clusterTag).values {
            // The newest is the first, and its kinds are those of the cluster today.
            guard let newest = snapshots.first, let details = newest.details else { continue }
            clusters.append(
                RepositoryStatistics.ClusterSize(
                    name: details.cluster.name,
                    uid: details.cluster.uid,
                    snapshots: snapshots.count,
                    addedBytes: snapshots.reduce(0) { $0 + Self.addedBytes($1) },
                    kinds: try kindSizes(newest.manifest.root)
                )
            )
        }
        return clusters.sorted { ($0.addedBytes, $0.uid) > ($1.addedBytes, $1.uid) }
    }

    /// What the packs had that were stored for a snapshot; a collection may have put them together since.
    private static func addedBytes(_ committed: SnapshotChain.Committed) -> Int {
        committed.manifest.packs.reduce(0) { $0 + Int(clamping: $1.size) }
    }

    private func kindSizes(_ root: BlobID) throws(LifeboatError) -> [RepositoryStatistics.KindSize] {
        let tree = StructureTree(blobs: blobs, root: root)
        var kinds: [RepositoryStatistics.KindSize] = []
        for page in try tree.leaves(root, .resources) {
            for (position, resource) in try tree.resources(page).enumerated() {
                var size = RepositoryStatistics.KindSize(kind: resource.groupVersionKind.groupKind.description)
                try tree.forEachObjectPage(page.child(position).id) { (_, page) throws(LifeboatError) in
                    for position in 0..<page.count {
                        let object = page.object(position)
                        size.objects += 1
                        var ids = [object.id]
                        if object.hasContent {
                            let list = try tree.chunkList(object.id)
                            ids = [list.document] + list.content.chunks.map(\.id)
                        }
                        for id in ids {
                            guard let location = try blobs.locate(id) else { continue }
                            size.rawBytes = size.rawBytes.adding(Int(location.rawLength))
                            size.storedBytes = size.storedBytes.adding(Int(location.sealedLength))
                        }
                    }
                }
                kinds.append(size)
            }
        }
        return kinds.sorted { ($0.storedBytes, $0.kind) > ($1.storedBytes, $1.kind) }
    }

    /// What was stored on each day, in UTC, the newest first.
    private static func daySizes(_ committed: [SnapshotChain.Committed]) -> [RepositoryStatistics.DaySize] {
        Dictionary(grouping: committed) { String("\($0.snapshot.takenAt)".prefix(10)) }
            .map { day, snapshots in
                RepositoryStatistics.DaySize(
                    day: day,
                    snapshots: snapshots.count,
                    addedBytes: snapshots.reduce(0) { $0 + addedBytes($1) }
                )
            }
            .sorted { $0.day > $1.day }
    }

    private func typeSizes() -> [RepositoryStatistics.TypeSize] {
        var sums: [BlobType: (blobs: Int, stored: Int, raw: Int)] = [:]
        blobs.forEachLocation { location, _ in
            guard let type = location.type else { return }
            let sum = sums[type] ?? (0, 0, 0)
            sums[type] = (sum.blobs + 1, sum.stored + Int(location.sealedLength), sum.raw + Int(location.rawLength))
        }
        return sums.map {
            RepositoryStatistics.TypeSize(
                type: "\($0.key)",
                blobs: $0.value.blobs,
                storedBytes: $0.value.stored,
                rawBytes: $0.value.raw
            )
        }
        .sorted { ($0.storedBytes, $0.type) > ($1.storedBytes, $1.type) }
    }

    /// The bytes of the objects below a page. Pages that snapshots share are walked once.
    private static func logicalBytes(
        _ tree: StructureTree,
        _ id: BlobID,
        below parent: StructurePage? = nil,
        _ sizes: inout [BlobID: Int]
    ) throws(LifeboatError) -> Int {
        if let known = sizes[id] { return known }
        let page = try tree.page(id, below: parent)
        var sum = 0
        if page.holdsObjects {
            for position in 0..<page.count {
                let object = page.object(position)
                guard object.hasContent else {
                    sum = sum.adding(Int(try tree.blobs.locate(object.id)?.rawLength ?? 0))
                    continue
                }
                let list = try tree.chunkList(object.id)
                sum = sum.adding(list.content.size)
                    .adding(Int(try tree.blobs.locate(list.document)?.rawLength ?? 0))
            }
        } else {
            for child in page.children { sum = sum.adding(try logicalBytes(tree, child.id, below: page, &sizes)) }
        }
        sizes[id] = sum
        return sum
    }
}

extension Int {
    /// The sum, or the largest number where a tree that somebody made up has more bytes than there can be.
    fileprivate func adding(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
