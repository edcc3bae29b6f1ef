internal import KubernetesObjects

/// Which blobs of which packs the snapshots need, found from structure pages alone: no key to the contents is used.
///
/// It holds about nine bytes a blob and the trailers of a few packs, whatever the size of the repository.
struct LiveBlobs {
    /// What is known of a pack from its trailer.
    struct Pack {
        let object: StoredObject
        let digest: [UInt8]
        var blobs = 0
        /// The bytes of chunks in it before they were compressed, and those of them that are live.
        var chunkBytes = 0
        var liveChunkBytes = 0
        var isRepacked = false
        var contexts = 0
        /// Of whoever wrote it.
        var session: SessionID?
        /// Why its trailer cannot be read; such a pack is left alone.
        var problem: String?
        var domain: DomainID?
    }

    private(set) var packs: [Pack]
    let table: BlobTable
    /// Blobs that a snapshot needs and no readable pack holds.
    private(set) var missing = 0
    private let tails: PackTails
    private let ranks: [UInt8]
    private let repository: Repository
    private var windows = ReadWindows()
    private var pages: [BlobID: [UInt8]] = [:]
    /// Pages that are live for others that were compressed like them, and for nothing else so far.
    private var kept: Set<BlobID> = []
    private static let pageLimit = 4096
    private static let listLimit = 1 << 18
    /// Chunk lists that were marked and not read yet, with their packs.
    private var lists: [(id: BlobID, pack: Int)] = []

    /// Reads the trailers of all packs.
    ///
    /// - Parameter condemned: packs that a blob is looked for in last.
    init(_ repository: Repository, condemned: Set<[UInt8]>) throws(LifeboatError) {
        self.repository = repository
        let objects = try repository.store.list("p/").filter { PackName.digest($0.name) != nil }
        guard objects.count <= BlobTable.packLimit else {
            throw LifeboatError(
                .repositoryUnsupported,
                "\(repository.location) has \(objects.count) packs, more than one collection can tell apart"
            )
        }
        packs = objects.map { Pack(object: $0, digest: PackName.digest($0.name) ?? []) }
        tails = PackTails(repository, objects)
        // As many as index segments have entries, whose lists of packs count a little, too.
        let indexed = try repository.store.list(IndexSegment.prefix).reduce(0) { $0 + $1.size / IndexEntries.byteCount }
        table = try BlobTable(expecting: min(indexed, 1 << 30))
        var ranks: [UInt8] = []
        for number in packs.indices {
            try Cancellation.check()
            switch try tails.read(number) {
            case .success(let tail?):
                packs[number].blobs = tail.records.count
                packs[number].isRepacked = tail.header.packClass == .repacked
                packs[number].contexts = tail.header.contexts.count
                packs[number].domain = tail.domain
                packs[number].session = tail.footer.session
                for record in tail.records {
                    try table.insert(record.id, pack: number)
                    if record.type == .chunk { packs[number].chunkBytes += record.rawLength }
                }
            case .success(nil): packs[number].problem = "it is of a domain that this credential does not know"
            case .failure(let reason): packs[number].problem = reason.reason
            }
            // A copy is preferred to its sources, so that what a collection left when it was killed is used.
            ranks.append(condemned.contains(packs[number].digest) ? 2 : packs[number].isRepacked ? 0 : 1)
        }
        self.ranks = ranks
    }

    /// Marks everything below a root.
    ///
    /// - Throws: `repository.damaged` when a structure page is lost, for then nobody knows what is below it.
    mutating func mark(_ root: BlobID, of manifest: String) throws(LifeboatError) {
        try markPages(root, below: nil, of: manifest)
        try markContents()
    }

    private static func lost(_ what: String, _ manifest: String) -> LifeboatError {
        LifeboatError(
            .repositoryDamaged,
            "nothing is reclaimed: \(manifest) needs the \(what), which is in no pack",
            remedy: "run `lifeboat repair`, which brings back what it can and names the snapshots to forget"
        )
    }

    private mutating func markPages(
        _ root: BlobID,
        below parent: StructurePage?,
        of manifest: String
    ) throws(LifeboatError) {
        guard let place = try markLive(root) else { throw Self.lost("structure page \(root)", manifest) }
        // A page that is live for one that was compressed like it has not been walked.
        guard !place.wasLive || kept.remove(root) != nil else { return }
        try Cancellation.check()
        let page = try page(root, place.pack)
        if let parent, !page.isBelow(parent) {
            throw LifeboatError(
                .repositoryDamaged,
                "nothing is reclaimed: the structure page \(root) of \(manifest) is not of the level that refers to it",
                remedy: "run `lifeboat check`, which names the snapshot to forget"
            )
        }
        if page.names != .zero, try markLive(page.names) == nil { missing += 1 }
        if page.holdsObjects {
            for position in 0..<page.count {
                let object = page.object(position)
                let place = try markLive(object.id)
                guard object.hasContent else {
                    if place == nil { missing += 1 }
                    continue
                }
                // Without its list nobody knows which chunks are needed, as with a page.
                guard let place else { throw Self.lost("chunk list \(object.id)", manifest) }
                if !place.wasLive { lists.append((object.id, place.pack)) }
            }
            // In portions: a snapshot may have millions.
            if lists.count >= Self.listLimit { try markContents() }
        } else {
            for child in page.children { try markPages(child.id, below: page, of: manifest) }
        }
    }

    /// Marks what the chunk lists name, in the order of the packs that hold them.
    private mutating func markContents() throws(LifeboatError) {
        lists.sort { $0.pack < $1.pack }
        var next = 0
        while next < lists.count {
            let pack = lists[next].pack
            try Cancellation.check()
            var places: [(offset: Int, id: BlobID)] = []
            while next < lists.count, lists[next].pack == pack {
                let tail = try tails[pack]
                places.append((tail.find(lists[next].id).map { tail.offsets[$0] } ?? 0, lists[next].id))
                next += 1
            }
            for (_, id) in places.sorted(by: { $0.offset < $1.offset }) {
                let bytes = try structure(id, pack, .chunkList)
                let list: ChunkList
                do throws(MalformedBytes) { list = try ChunkList(decoding: bytes) } catch {
                    throw PackedBlobs.damaged(packs[pack].object.name, "chunk list \(id): \(error.reason)")
                }
                if try markLive(list.document) == nil { missing += 1 }
                for chunk in list.content.chunks {
                    guard let place = try markLive(chunk.id) else {
                        missing += 1
                        continue
                    }
                    if !place.wasLive { packs[place.pack].liveChunkBytes += Int(chunk.length) }
                }
            }
        }
        lists = []
    }

    /// Marks the best place of a blob.
    ///
    /// - Returns: its pack, and whether it was marked before; nil when it is in no pack.
    private mutating func markLive(_ id: BlobID) throws(LifeboatError) -> (pack: Int, wasLive: Bool)? {
        let (first, others) = table.candidates(id)
        guard let first else { return nil }
        if others.isEmpty {
            let wasLive = table.isLive(first)
            table.markLive(first)
            return (table.pack(first), wasLive)
        }
        var places: [(slot: BlobTable.Slot, rank: Int)] = []
        for slot in [first] + others {
            let tail = try tails[table.pack(slot)]
            guard let number = tail.find(id) else { continue }
            // One that stands by itself is better than one that is lost with a page.
            places.append((slot, rank(slot) + (tail.tail.records[number].page == nil ? 0 : 1 << 40)))
        }
        guard let best = places.min(by: { $0.rank < $1.rank })?.slot else { return nil }
        let wasLive = table.isLive(best)
        table.markLive(best)
        return (table.pack(best), wasLive)
    }

    private func rank(_ slot: BlobTable.Slot) -> Int { Int(ranks[table.pack(slot)]) << 32 | table.pack(slot) }

    private mutating func page(_ id: BlobID, _ pack: Int) throws(LifeboatError) -> StructurePage {
        let bytes = try structure(id, pack, .structure)
        do throws(MalformedBytes) { return try StructurePage(decoding: bytes) } catch {
            throw PackedBlobs.damaged(packs[pack].object.name, "structure page \(id): \(error.reason)")
        }
    }

    /// The bytes of a page or a chunk list.
    private mutating func structure(_ id: BlobID, _ pack: Int, _ type: BlobType) throws(LifeboatError) -> [UInt8] {
        let tail = try tails[pack]
        let name = packs[pack].object.name
        guard let number = tail.find(id), tail.tail.records[number].type == type else {
            throw PackedBlobs.damaged(name, "it does not hold the \(type == .structure ? "page" : "chunk list") \(id)")
        }
        let record = tail.tail.records[number]
        let range = tail.offsets[number]..<tail.offsets[number] + record.sealedLength
        var page: [UInt8]?
        if let like = record.page {
            // It is needed as long as a page that was compressed like it is.
            guard let place = try markLive(like) else { throw Self.lost("structure page \(like)", name) }
            if !place.wasLive { kept.insert(like) }
            page = try pageBytes(like, place.pack)
        }
        guard let sealed = try windows.read(range, of: packs[pack].object, from: repository.store) else {
            throw PackedBlobs.damaged(name, "it is missing")
        }
        do throws(MalformedBytes) {
            return try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
                try tail.structure.open(record, sealed, like: page)
            }
        } catch { throw PackedBlobs.damaged(name, "blob \(id): \(error.reason)") }
    }

    /// A page that others were compressed like. The last ones are kept: many refer to each.
    private mutating func pageBytes(_ id: BlobID, _ pack: Int) throws(LifeboatError) -> [UInt8] {
        if let known = pages[id] { return known }
        let tail = try tails[pack]
        guard tail.find(id).map({ tail.tail.records[$0].page == nil }) ?? false else {
            throw PackedBlobs.damaged(packs[pack].object.name, "it does not hold the page \(id) by itself")
        }
        let bytes = try structure(id, pack, .structure)
        if pages.count >= Self.pageLimit { pages = [:] }
        pages[id] = bytes
        return bytes
    }

    /// Whether a record of a pack is the place that snapshots read the blob from.
    func isLive(_ id: BlobID, in pack: Int) -> Bool {
        let (first, others) = table.candidates(id)
        func isPlace(_ slot: BlobTable.Slot) -> Bool { table.pack(slot) == pack && table.isLive(slot) }
        return first.map(isPlace) == true || others.contains(where: isPlace)
    }
}
