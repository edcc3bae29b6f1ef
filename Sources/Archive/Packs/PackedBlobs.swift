internal import Crypto
internal import KubernetesObjects
internal import Synchronization

/// The blobs of a repository, found by id and read from their packs.
///
/// The trailers of packs are read as they are needed: first those that a snapshot names, then the others. Nothing is
/// kept on disk.
final class PackedBlobs: Sendable {
    let store: any ObjectStore
    let ring: KeyRing
    let codecs = ZstandardPool()
    private let state = Mutex(State())
    /// How often a blob is looked for again when the pack that held it is gone.
    private static let relocations = 3

    private struct LoadedPack {
        let object: StoredObject
        let header: PackHeader
        let domain: DomainID
        var opener: BlobOpener?
    }

    private struct State {
        var index = BlobIndex()
        var packs: [LoadedPack] = []
        var known: Set<String> = []
        /// Packs whose trailers have not been read, the next one last.
        var waiting: [StoredObject] = []
        var isListed = false
        /// Packs that may be deleted, in which a blob is looked for last.
        var condemned: Set<[UInt8]> = []
        /// The steps of collections under which packs were listed.
        var followed: [UInt64: Int] = [:]
        var failures: [String: String] = [:]
        var sessionKeys: [SessionID: SessionKey] = [:]
        var hashes: [DomainID: KeyedHash] = [:]
        var windows = ReadWindows()
        var pages: [BlobID: [UInt8]] = [:]
    }

    /// - Parameter sessionKeys: keys of sessions that were unwrapped before, which is the slow part of opening a pack.
    init(store: any ObjectStore, ring: KeyRing, sessionKeys: [SessionID: SessionKey] = [:]) {
        self.store = store
        self.ring = ring
        state.withLock { $0.sessionKeys = sessionKeys }
    }

    /// The keys of sessions that have been unwrapped.
    var sessionKeys: [SessionID: SessionKey] { state.withLock { $0.sessionKeys } }

    /// Names packs whose blobs will be asked for soon, so that their trailers are read first.
    func prefer(_ packs: [StoredObject]) {
        state.withLock { state in
            let wanted = packs.filter { PackName.digest($0.name).map { !state.condemned.contains($0) } ?? false }
            for pack in wanted.reversed() where state.known.insert(pack.name).inserted { state.waiting.append(pack) }
        }
    }

    /// Forgets where blobs are when collections have made a step: packs were deleted or may be. What is condemned is looked for last.
    func follow(_ epochs: CollectionEpochs) {
        state.withLock { state in
            guard state.followed != epochs.steps else { return }
            Self.reload(&state)
            state.followed = epochs.steps
            state.condemned = epochs.condemned
        }
    }

    private static func reload(_ state: inout State) {
        state.index = BlobIndex()
        state.packs = []
        state.known = []
        state.waiting = []
        state.isListed = false
        state.failures = [:]
        state.windows = ReadWindows()
    }

    /// Adds a pack that this process has just stored.
    func insert(_ pack: FinishedPack, domain: DomainID) throws(LifeboatError) {
        let object = StoredObject(name: pack.name, size: pack.bytes.count)
        do throws(MalformedBytes) {
            let length = try PackHeader.length(pack.bytes)
            let header = try PackHeader.decode(Array(pack.bytes[..<length]))
            state.withLock { state in
                guard state.known.insert(object.name).inserted else { return }
                // It was stored because no other place of its blobs was good enough.
                Self.insert(object, header, length, pack.records, domain, &state, replaces: true)
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
        replaces: Bool = false
    ) {
        var offset = headerLength
        for record in records {
            let location = BlobIndex.Location(record, pack: state.packs.count, offset: offset)
            state.index.insert(location, page: record.page, replaces: replaces)
            offset += record.sealedLength
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

    /// The name of the pack that holds a blob; nil when no readable pack does.
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
        // All trailers have been read now, and one of them may have it by itself.
        return state.index.page(of: id) == nil ? try hasSafePlace(id, condemned, &state) : false
    }

    private func hasSafePlace(
        _ id: BlobID,
        _ condemned: Set<[UInt8]>,
        _ state: inout State
    ) throws(LifeboatError) -> Bool {
        guard let location = try locate(id, &state) else { return false }
        if condemned.isEmpty { return true }
        guard let digest = PackName.digest(state.packs[Int(location.pack)].object.name) else { return false }
        return !condemned.contains(digest)
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
    func loadAll() throws(LifeboatError) -> Int {
        try state.withLock { (state) throws(LifeboatError) in
            while try loadNext(&state) {}
            return state.index.count
        }
    }

    /// The sessions whose blobs are in packs that have been loaded.
    var sessions: [SealedSession] { state.withLock { $0.packs.flatMap { $0.header.contexts.map(\.session) } } }

    /// Why packs could not be loaded, by name.
    var failures: [String: String] { state.withLock { $0.failures } }

    /// Calls `body` with every blob that has been located, and the name of its pack.
    func forEachLocation(_ body: (BlobIndex.Location, String) -> Void) {
        let (index, names) = state.withLock { ($0.index, $0.packs.map(\.object.name)) }
        index.forEach { body($0, names[Int($0.pack)]) }
    }

    private func locate(_ id: BlobID, _ state: inout State) throws(LifeboatError) -> BlobIndex.Location? {
        while true {
            if let location = state.index[id] { return location }
            guard try loadNext(&state) else { return nil }
        }
    }

    /// Reads the next trailer; false when there is none left.
    private func loadNext(_ state: inout State) throws(LifeboatError) -> Bool {
        if state.waiting.isEmpty, !state.isListed {
            var last: [StoredObject] = []
            for object in try store.list("p/") {
                guard let digest = PackName.digest(object.name), state.known.insert(object.name).inserted else {
                    continue
                }
                if state.condemned.contains(digest) { last.append(object) } else { state.waiting.append(object) }
            }
            state.waiting.insert(contentsOf: last, at: 0)
            state.isListed = true
        }
        guard let object = state.waiting.popLast() else { return false }
        var domains: [DomainSecrets] = []
        for id in ring.domains { domains.append(try ring.domain(id)) }
        switch try PackTail.read(object, from: store, domains: domains) {
        case .success(let tail?):
            Self.insert(object, tail.header, tail.footer.headerLength, tail.records, tail.domain, &state)
        case .success(nil): break  // of a domain that this credential does not know
        case .failure(let reason): state.failures[object.name] = reason.reason
        }
        return true
    }

    /// Reads a blob and proves that it is what its id stands for.
    func read(_ id: BlobID, _ type: BlobType) throws(LifeboatError) -> [UInt8] {
        var found = try sealed(id)
        for _ in 0..<Self.relocations where found.sealed == nil {
            // A collection may have put what was in this pack into another since the packs were listed.
            state.withLock { Self.reload(&$0) }
            found = try sealed(id)
        }
        guard let sealed = found.sealed else { throw Self.damaged(found.name, "it is missing") }
        let opener = found.opener
        guard let record = found.record, record.type == type else {
            throw Self.damaged(found.name, "blob \(id) is not of the type that refers to it")
        }
        guard opener.canOpen(record) else {
            throw LifeboatError(
                .repositoryKeyMissing,
                "this credential does not open the contents of snapshots",
                remedy: "use the passphrase of the repository or the identity of a reader"
            )
        }
        let page: [UInt8]?
        do throws(LifeboatError) {
            page = try record.page.map { (id) throws(LifeboatError) in try self.page(id, for: found.name) }
        } catch {
            // All trailers have been read now, and one of them may have it by itself.
            guard error.code == .repositoryDamaged, try self.page(of: id) == nil else { throw error }
            return try read(id, type)
        }
        do throws(MalformedBytes) {
            return try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
                try opener.open(record, sealed, like: page)
            }
        } catch { throw Self.damaged(found.name, "blob \(id): \(error.reason)") }
    }

    /// A page that others were compressed like, which stands by itself. The last ones are kept: many refer to each.
    private func page(_ id: BlobID, for name: String) throws(LifeboatError) -> [UInt8] {
        if let known = state.withLock({ $0.pages[id] }) { return known }
        guard try page(of: id) == nil else {
            throw Self.damaged(name, "page \(id) was compressed like another, and a page of this pack like it")
        }
        let bytes = try read(id, .structure)
        state.withLock { state in
            if state.pages.count >= Self.pageLimit { state.pages = [:] }
            state.pages[id] = bytes
        }
        return bytes
    }

    private static let pageLimit = 4096

    private struct SealedBlob {
        let record: PackRecord?
        let opener: BlobOpener
        let name: String
        /// Nil when the pack is gone.
        let sealed: [UInt8]?
    }

    private func sealed(_ id: BlobID) throws(LifeboatError) -> SealedBlob {
        let (found, object, range) = try state.withLock {
            (state) throws(LifeboatError) -> (SealedBlob, StoredObject, Range<Int>?) in
            guard let location = try locate(id, &state) else {
                throw LifeboatError(
                    .repositoryDamaged,
                    "blob \(id) is in none of the packs of \(store.location)"
                        + (state.failures.first.map { "; \($0.key) cannot be read: \($0.value)" } ?? ""),
                    remedy: "run `lifeboat check`, which names what is affected, and `lifeboat repair`"
                )
            }
            let pack = Int(location.pack)
            let object = state.packs[pack].object
            let range = Int(location.offset)..<Int(location.offset) + Int(location.sealedLength)
            let isChunk = location.kinds >> 4 == BlobType.chunk.rawValue
            let blob = SealedBlob(
                record: state.index.record(location),
                opener: try self.opener(pack, &state),
                name: object.name,
                sealed: isChunk ? nil : try state.windows.read(range, of: object, from: store)
            )
            return (blob, object, isChunk ? range : nil)
        }
        guard let range else { return found }
        // Chunks are large, so that they are read outside of the lock: several at a time.
        return SealedBlob(
            record: found.record,
            opener: found.opener,
            name: found.name,
            sealed: try store.get(object.name, range: range)
        )
    }

    private func opener(_ pack: Int, _ state: inout State) throws(LifeboatError) -> BlobOpener {
        if let opener = state.packs[pack].opener { return opener }
        let loaded = state.packs[pack]
        let opener = try self.opener(loaded.header, domain: loaded.domain, name: loaded.object.name, &state)
        state.packs[pack].opener = opener
        return opener
    }

    /// An opener for a pack of a domain, with all keys that the credential gives.
    func opener(_ header: PackHeader, domain: DomainID, name: String) throws(LifeboatError) -> BlobOpener {
        try state.withLock { (state) throws(LifeboatError) in try opener(header, domain: domain, name: name, &state) }
    }

    private func opener(
        _ header: PackHeader,
        domain id: DomainID,
        name: String,
        _ state: inout State
    ) throws(LifeboatError) -> BlobOpener {
        let domain = try ring.domain(id)
        let identifiers = state.hashes[id] ?? TreeKeys(domain).identifiers
        state.hashes[id] = identifiers
        var contentCiphers: [BlobCipher?] = []
        for context in header.contexts {
            guard let key = try sessionKey(context.session, &state) else {
                contentCiphers.append(nil)
                continue
            }
            do throws(MalformedBytes) { contentCiphers.append(BlobCipher(try context.contentKey(key))) } catch {
                throw Self.damaged(name, error.reason)
            }
        }
        return BlobOpener(
            header: header,
            contentCiphers: contentCiphers,
            structureCiphers: header.contexts.map { BlobCipher($0.structureKey(domain)) },
            identifiers: identifiers,
            codecs: codecs
        )
    }

    /// The key of a session, when this credential is one of those that it is sealed to.
    func sessionKey(_ session: SealedSession) throws(LifeboatError) -> SessionKey? {
        try state.withLock { (state) throws(LifeboatError) in try sessionKey(session, &state) }
    }

    private func sessionKey(_ session: SealedSession, _ state: inout State) throws(LifeboatError) -> SessionKey? {
        guard ring.roles.contains(.reader) else { return nil }
        if let key = state.sessionKeys[session.id] { return key }
        do throws(LifeboatError) {
            let key = try ring.openSession(session)
            state.sessionKeys[session.id] = key
            return key
        } catch {
            if error.code == .repositoryKeyMissing { return nil }
            throw error
        }
    }
}
