package import KubernetesObjects

extension Repository {
    /// Checks the repository as deep as `level` says.
    ///
    /// - Parameter subset: at the levels that read packs, only the part `part` of `of`; the parts rotate, so that every
    ///   pack is read once when each part has been.
    package func check(
        _ level: CheckLevel,
        subset: (part: Int, of: Int)? = nil
    ) throws(LifeboatError) -> CheckReport {
        try configuration.require(.check)
        if let subset, subset.of < 1 || subset.part < 1 || subset.part > subset.of {
            throw LifeboatError(
                .usage,
                "\(subset.part)/\(subset.of) is no part of a whole",
                remedy: "write the part and the number of parts, such as 1/7"
            )
        }
        if level == .data { try ring.require(.reader, to: "check the contents of snapshots") }
        // What is known of packs may be older than what is stored, so the check begins with nothing.
        let fresh = Repository(store, environment, keyStore, ring, sessionKeys: blobs.sessionKeys)
        var check = RepositoryCheck(repository: fresh, level: level, subset: subset)
        return try check.run()
    }

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
            types: typeSizes()
        )
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
        _ sizes: inout [BlobID: Int]
    ) throws(LifeboatError) -> Int {
        if let known = sizes[id] { return known }
        let page = try tree.page(id)
        var sum = 0
        if page.holdsObjects {
            for position in 0..<page.count {
                let object = page.object(position)
                guard object.hasContent else {
                    sum += Int(try tree.blobs.locate(object.id)?.rawLength ?? 0)
                    continue
                }
                let list = try tree.chunkList(object.id)
                sum += list.content.size + Int(try tree.blobs.locate(list.document)?.rawLength ?? 0)
            }
        } else {
            for child in page.children { sum += try logicalBytes(tree, child.id, &sizes) }
        }
        sizes[id] = sum
        return sum
    }
}
