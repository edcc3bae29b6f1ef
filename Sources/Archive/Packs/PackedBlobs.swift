internal import Crypto
internal import KubernetesObjects
internal import Synchronization

/// The blobs of a repository, found by id and read from their packs.
///
/// The trailers of packs are read as they are needed: those that a snapshot names, those that index segments point to, and those of packs that
/// are in no segment. Nothing outlives the process.
final class PackedBlobs: Sendable {
    let store: any ObjectStore
    private let currentRing: Mutex<KeyRing>
    let codecs = ZstandardPool()
    let mappedSegment: Int
    let state = Mutex(State())
    /// How often a blob is looked for again when the pack that held it is gone.
    static let relocations = 3
    /// So many packs that a snapshot names are read before anything is listed.
    static let preferredLimit = 4

    struct LoadedPack {
        let object: StoredObject
        let header: PackHeader
        let domain: DomainID
        var opener: BlobOpener?
    }

    struct State {
        var index = BlobIndex()
        var packs: [LoadedPack] = []
        var known: Set<String> = []
        /// Packs whose trailers have not been read, the next one last.
        var waiting: [StoredObject] = []
        var isListed = false
        /// What segments say; empty before packs are listed.
        var segments = PackIndex()
        /// What this process stored, as long as nobody asked to read it.
        var stored = StoredPacks()
        /// Segments that were read, by name: their bytes never change.
        var readSegments: [String: IndexSegment] = [:]
        /// Packs that may be deleted, in which a blob is looked for last.
        var condemned: Set<[UInt8]> = []
        /// The steps of collections under which packs were listed.
        var followed: [UInt64: Int] = [:]
        var failures: [String: String] = [:]
        /// Packs whose trailers cannot be had at all: what segments say of them is of no use.
        var unreadable: Set<String> = []
        var sessionKeys: [SessionID: SessionKey] = [:]
        var hashes: [DomainID: KeyedHash] = [:]
        var windows = ReadWindows()
        var pages: [BlobID: [UInt8]] = [:]
        /// The last damaged pack that parity brought back.
        var mended: (name: String, bytes: [UInt8])?
    }

    /// - Parameter sessionKeys: keys of sessions that were unwrapped before, which is the slow part of opening a pack.
    /// - Parameter mappedSegment: of so many entries, a segment is mapped from a file.
    init(
        store: any ObjectStore,
        ring: KeyRing,
        sessionKeys: [SessionID: SessionKey] = [:],
        mappedSegment: Int = IndexRules().mappedSegment
    ) {
        self.mappedSegment = mappedSegment
        self.store = store
        currentRing = Mutex(ring)
        state.withLock { $0.sessionKeys = sessionKeys }
    }

    var ring: KeyRing { currentRing.withLock { $0 } }

    /// Takes the keys of domains and sessions that were added.
    func replaceRing(_ ring: KeyRing) {
        let isWider = currentRing.withLock { current in
            defer { current = ring }
            return current.domains != ring.domains
        }
        state.withLock { state in
            if isWider { Self.reload(&state) }
            // A session that nobody could open before may have been wrapped since.
            for index in state.packs.indices { state.packs[index].opener = nil }
        }
    }

    /// The keys of sessions that have been unwrapped.
    var sessionKeys: [SessionID: SessionKey] { state.withLock { $0.sessionKeys } }

    /// Adds a pack that this process has just stored.
    func insert(_ pack: FinishedPack, domain: DomainID) throws(LifeboatError) {
        let object = StoredObject(name: pack.name, size: pack.bytes.count)
        do throws(MalformedBytes) {
            let length = try PackHeader.length(pack.bytes)
            let header = try PackHeader.decode(Array(pack.bytes[..<length]))
            state.withLock { state in
                guard state.known.insert(object.name).inserted else { return }
                state.stored.insert(object, pack.digest, domain, pack.records)
                // It was stored because no place of these that was known before is good enough.
                Self.insert(object, header, length, pack.records, domain, &state) { record, index in
                    record.page != nil || index[record.id] != nil
                }
            }
        } catch { throw Self.damaged(object.name, error.reason) }
    }

    private static func insert(
        _ object: StoredObject,
        _ header: PackHeader,
        _ headerLength: Int,
        _ records: [PackRecord],
        _ domain: DomainID,
        _ state: inout State,
        replacing isReplaced: ((PackRecord, BlobIndex) -> Bool)? = nil
    ) {
        var offset = headerLength
        for record in records {
            defer { offset += record.sealedLength }
            if let isReplaced, !isReplaced(record, state.index) { continue }
            let location = BlobIndex.Location(record, pack: state.packs.count, offset: offset)
            state.index.insert(location, page: record.page, replaces: isReplaced != nil)
        }
        state.packs.append(LoadedPack(object: object, header: header, domain: domain, opener: nil))
    }

    static func damaged(_ name: String, _ reason: String) -> LifeboatError {
        LifeboatError(
            .repositoryDamaged,
            "\(name) is damaged: \(reason)",
            remedy: "run `lifeboat check --read-data`, which names what is affected, and `lifeboat repair`"
        )
    }

    /// Where a blob is; nil when no readable pack holds it.
    func locate(_ id: BlobID) throws(LifeboatError) -> BlobIndex.Location? {
        try state.withLock { (state) throws(LifeboatError) in try locate(id, &state) }
    }

    /// The name of the pack whose trailer has a blob; nil when no readable pack does.
    func packName(of id: BlobID) throws(LifeboatError) -> String? {
        try state.withLock { (state) throws(LifeboatError) in
            try locate(id, &state).map { state.packs[Int($0.pack)].object.name }
        }
    }

    /// The positions of the ids that no readable pack holds, or only one that is `condemned`.
    func missing(
        count: Int,
        condemned: Set<[UInt8]>,
        id: (Int) -> BlobID
    ) throws(LifeboatError) -> Set<Int> {
        try state.withLock { (state) throws(LifeboatError) in
            var missing: Set<Int> = []
            for position in 0..<count where try !isSafe(id(position), condemned, &state) { missing.insert(position) }
            return missing
        }
    }

    /// Whether a blob, and the page that it was compressed like, are in packs that nobody may delete.
    private func isSafe(
        _ id: BlobID,
        _ condemned: Set<[UInt8]>,
        _ state: inout State
    ) throws(LifeboatError) -> Bool {
        guard try hasSafePlace(id, condemned, &state) else { return false }
        guard let page = state.index.page(of: id) else { return true }
        // A page that others are compressed like stands by itself; nothing else is followed, whatever trailers say.
        if try hasSafePlace(page, condemned, &state), state.index.page(of: page) == nil { return true }
        // A trailer that was read meanwhile, or a segment, may have it by itself.
        if state.index.page(of: id) == nil { return try hasSafePlace(id, condemned, &state) }
        return Self.hasSegmentPlace(id, condemned, state)
    }

    /// The sealed word of a segment is as good as that of a trailer, for both are of those who hold the secret of the domain; but not
    /// when the trailer turned out to be unreadable.
    private static func hasSegmentPlace(_ id: BlobID, _ condemned: Set<[UInt8]>, _ state: State) -> Bool {
        state.segments.places(of: id).contains {
            $0.standsAlone && isSafe($0.pack.name, condemned) && !state.unreadable.contains($0.pack.name)
        }
    }

    private static func isSafe(_ name: String, _ condemned: Set<[UInt8]>) -> Bool {
        condemned.isEmpty || PackName.digest(name).map { !condemned.contains($0) } ?? false
    }

    private func hasSafePlace(
        _ id: BlobID,
        _ condemned: Set<[UInt8]>,
        _ state: inout State
    ) throws(LifeboatError) -> Bool {
        while true {
            if let location = state.index[id] {
                return Self.isSafe(state.packs[Int(location.pack)].object.name, condemned)
            }
            let own = state.stored.places(of: id)
            if own.contains(where: { $0.standsAlone && Self.isSafe(state.stored.name($0.pack), condemned) }) {
                return true
            }
            if try loadStored(own, &state) { continue }
            if Self.hasSegmentPlace(id, condemned, state) { return true }
            guard try loadNext(for: id, &state) else { return false }
        }
    }

    /// Whether a blob, and the page that it was compressed like, can be found outside of `condemned` packs.
    func contains(_ id: BlobID, outside condemned: Set<[UInt8]> = []) throws(LifeboatError) -> Bool {
        try state.withLock { (state) throws(LifeboatError) in try isSafe(id, condemned, &state) }
    }

    /// The page that a blob was compressed like; nil when it stands by itself or is in no pack.
    func page(of id: BlobID) throws(LifeboatError) -> BlobID? {
        try state.withLock { (state) throws(LifeboatError) in
            _ = try locate(id, &state)
            return state.index.page(of: id)
        }
    }

    /// Reads all trailers. The count is of different blobs.
    ///
    /// - Parameter body: is given each one that was not read before.
    func loadAll(_ body: (StoredObject, [PackRecord]) -> Void = { _, _ in }) throws(LifeboatError) -> Int {
        try state.withLock { (state) throws(LifeboatError) in
            try loadRest(&state, body)
            return state.index.count
        }
    }

    /// The sessions whose blobs are in packs that have been loaded.
    var contexts: [KeyContext] { state.withLock { $0.packs.flatMap(\.header.contexts) } }

    /// The packs of a domain whose trailers were read because no segment speaks of them, and those that this process stored.
    func uncovered(_ domain: DomainID) -> Set<StoredObject> {
        state.withLock { state in
            let covered = state.segments.covered
            return Set(state.packs.filter { $0.domain == domain && !covered.contains($0.object.name) }.map(\.object))
        }
    }

    /// A segment of what this process stored and no segment speaks of. It is to be written at once: no other one will be of the same packs.
    ///
    /// - Returns: nil when it would have fewer entries than `count`.
    func takeStored(_ domain: DomainID, atLeast count: Int = 0) -> IndexSegment? {
        state.withLock { state in
            let covered = state.segments.covered
            guard state.stored.hasUncovered(count, domain, covered) else { return nil }
            var segment = IndexSegment(ring.configuration.id, domain)
            state.stored.append(to: &segment, domain, covered)
            state.segments.cover(segment.packs)
            return segment
        }
    }

    /// Takes note that a new segment speaks of packs.
    func cover(_ digests: [[UInt8]]) { state.withLock { $0.segments.cover(digests) } }

    /// Why packs could not be loaded, by name.
    var failures: [String: String] { state.withLock { $0.failures } }

    /// Calls `body` with every blob that has been located, and the name of its pack.
    func forEachLocation(_ body: (BlobIndex.Location, String) -> Void) {
        let (index, names) = state.withLock { ($0.index, $0.packs.map(\.object.name)) }
        index.forEach { body($0, names[Int($0.pack)]) }
    }

    func locate(_ id: BlobID, _ state: inout State) throws(LifeboatError) -> BlobIndex.Location? {
        while true {
            if let location = state.index[id] { return location }
            if try loadStored(state.stored.places(of: id), &state) { continue }
            guard try loadNext(for: id, &state) else { return nil }
        }
    }

    /// Reads the trailer of one of the packs that this process stored.
    ///
    /// - Returns: false when all of them were read.
    private func loadStored(_ places: [IndexEntries.Place], _ state: inout State) throws(LifeboatError) -> Bool {
        for place in places {
            guard let pack = state.stored.take(place.pack) else { continue }
            try load(pack, &state)
            return true
        }
        return false
    }

    /// Learns more of where a blob may be: reads the trailers that segments point to, or the next one of those that are in no segment.
    ///
    /// - Returns: false when there is nothing more to learn.
    private func loadNext(for id: BlobID, _ state: inout State) throws(LifeboatError) -> Bool {
        if state.waiting.isEmpty || state.isListed {
            if !state.isListed { try list(&state) }
            var isAny = false
            // All of them: where one is of a page that stands by itself, that one is taken.
            for place in state.segments.places(of: id) {
                guard let pack = state.segments.take(place.pack.name) else { continue }
                try load(pack, &state)
                isAny = true
            }
            if isAny { return true }
        }
        guard let object = state.waiting.popLast() else { return false }
        try load(object, &state)
        return true
    }

    /// Reads all trailers that were not read.
    func loadRest(
        _ state: inout State,
        _ body: (StoredObject, [PackRecord]) -> Void = { _, _ in }
    ) throws(LifeboatError) {
        if !state.isListed { try list(&state) }
        for object in state.stored.takeAll() { try load(object, &state, body) }
        while let object = state.waiting.popLast() { try load(object, &state, body) }
        for name in state.segments.unread.keys.sorted() {
            if let pack = state.segments.take(name) { try load(pack, &state, body) }
        }
    }

    private func load(
        _ object: StoredObject,
        _ state: inout State,
        _ body: (StoredObject, [PackRecord]) -> Void = { _, _ in }
    ) throws(LifeboatError) {
        var object = object
        var tail: Result<PackTail?, MalformedBytes>
        do throws(LifeboatError) {
            try Cancellation.check()
            tail = try PackTail.read(object, from: store, domains: ring.domainKeys)
            if case .failure(let reason) = tail {
                state.failures[object.name] = reason.reason
                if let bytes = try (store as? ParityStore)?.mended(object.name) {
                    let whole = MemoryStore()
                    _ = try whole.put(object.name, bytes)
                    // As it was stored: what is there may be shorter.
                    object = StoredObject(name: object.name, size: bytes.count)
                    tail = try PackTail.read(object, from: whole, domains: ring.domainKeys)
                }
            }
        } catch {
            // It was taken from what is to be read; whoever asks next begins anew.
            Self.reload(&state)
            throw error
        }
        // None of a domain that this credential does not know, and none that is damaged for good.
        guard case .success(let tail?) = tail else {
            state.unreadable.insert(object.name)
            return
        }
        body(object, tail.records)
        Self.insert(object, tail.header, tail.footer.headerLength, tail.records, tail.domain, &state)
    }
}
