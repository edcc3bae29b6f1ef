package import KubernetesObjects
internal import Synchronization

/// What a repository takes from its surroundings.
package struct ArchiveEnvironment: Sendable {
    package let now: @Sendable () -> Timestamp
    /// So many random bytes, fit for keys.
    package let random: @Sendable (Int) -> [UInt8]
    /// The base-two logarithm of the scrypt cost of the passphrase.
    package let passphraseWorkFactor: Int
    /// Changes a finished pack before it is verified: how tests stand in for bad memory.
    var damageAfterEncoding: (@Sendable (inout [UInt8]) -> Void)?
    var indexRules = IndexRules()

    package init(
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable (Int) -> [UInt8],
        passphraseWorkFactor: Int = 18
    ) {
        self.now = now
        self.random = random
        self.passphraseWorkFactor = passphraseWorkFactor
    }
}

/// An encrypted, deduplicated store of snapshots, opened with one credential.
package final class Repository: Sendable {
    let store: any ObjectStore
    let environment: ArchiveEnvironment
    let keyStore: KeyStore
    let blobs: PackedBlobs
    let chain: SnapshotChain
    let forgets: ForgetRecords
    let collections: CollectionRecords
    private let hashes = Mutex<[DomainID: TreeKeys]>([:])
    private let maintainers: MaintainerKeys
    private let currentRing: Mutex<KeyRing>

    init(
        _ store: any ObjectStore,
        _ environment: ArchiveEnvironment,
        _ keyStore: KeyStore,
        _ ring: KeyRing,
        sessionKeys: [SessionID: SessionKey] = [:]
    ) {
        let store: any ObjectStore =
            ring.configuration.keepsParity && !(store is ParityStore) ? ParityStore(base: store) : store
        self.store = store
        self.environment = environment
        self.keyStore = keyStore
        currentRing = Mutex(ring)
        blobs = PackedBlobs(
            store: store,
            ring: ring,
            sessionKeys: sessionKeys,
            mappedSegment: environment.indexRules.mappedSegment
        )
        chain = SnapshotChain(store: store, keys: keyStore, blobs: blobs)
        maintainers = MaintainerKeys(keyStore, known: ring.publicKeys)
        forgets = ForgetRecords(store: store, maintainers: maintainers)
        collections = CollectionRecords(store: store, maintainers: maintainers)
    }

    /// Creates a repository in an empty store. The passphrase opens every role.
    ///
    /// - Parameter keepsParity: whether each pack gets parity that can mend it; this cannot be changed later.
    package static func create(
        in store: any ObjectStore,
        passphrase: [UInt8],
        environment: ArchiveEnvironment,
        keepsParity: Bool = false
    ) throws(LifeboatError) -> Repository {
        let keys = keyStore(store, environment)
        let ring = try keys.create(passphrase: passphrase, keepsParity: keepsParity)
        return Repository(store, environment, keys, ring)
    }

    /// Opens a repository.
    ///
    /// - Throws: `repository.not-found`, `repository.wrong-key`, `repository.unsupported` or `repository.damaged`.
    package static func open(
        _ store: any ObjectStore,
        credential: RepositoryCredential,
        environment: ArchiveEnvironment
    ) throws(LifeboatError) -> Repository {
        let keys = keyStore(store, environment)
        return Repository(store, environment, keys, try keys.open(credential))
    }

    /// - Parameter keepsCopies: whether each key object is stored twice; a repair deals with each copy by itself.
    static func keyStore(
        _ store: any ObjectStore,
        _ environment: ArchiveEnvironment,
        keepsCopies: Bool = true
    ) -> KeyStore {
        let refusals = Refusals()
        return KeyStore(
            objects: KeyObjects(
                put: { (name, bytes) throws(LifeboatError) in
                    let isNew = try store.put(name, bytes)
                    if isNew, keepsCopies { _ = try store.put(SecondCopy.name(name), bytes) }
                    return isNew
                },
                get: { (name) throws(LifeboatError) in
                    do throws(LifeboatError) { return try store.get(name, range: nil) } catch {
                        // What cannot be read is no key: empty, it is named as damaged. A repair replaces nothing that it has not seen.
                        let isLost = [.repositoryDamaged, .storageUnreadable].contains(error.code)
                        guard isLost || keepsCopies, store.isRefusalOfOne(error, name) else { throw error }
                        refusals.byName.withLock { $0[name] = error }
                        return []
                    }
                },
                refusal: { name in refusals.byName.withLock { $0[name] } },
                list: { (prefix) throws(LifeboatError) in try store.list(prefix).map(\.name) },
                delete: { (name) throws(LifeboatError) in
                    // The copy first: what is left of a deletion that was interrupted is not brought back.
                    if keepsCopies { try store.delete(SecondCopy.name(name)) }
                    try store.delete(name)
                }
            ),
            environment: KeyEnvironment(
                now: environment.now,
                random: environment.random,
                passphraseWorkFactor: environment.passphraseWorkFactor
            )
        )
    }

    /// Key objects that could not be read, and why.
    private final class Refusals: Sendable {
        let byName = Mutex<[String: LifeboatError]>([:])
    }

    /// What the credential holds, with the newest list of recipients that this process has seen.
    var ring: KeyRing { currentRing.withLock { $0 } }

    func replaceRing(_ ring: KeyRing) {
        currentRing.withLock { $0 = ring }
        blobs.replaceRing(ring)
    }

    /// Reads the public keys again when there are other ones than before: a daemon must know who was revoked, and for whom to encrypt.
    package func refreshKeys() throws(LifeboatError) {
        let known = ring
        let names = Set(try keyStore.objects.list(KeyObjectName.prefix))
        // What could not be used may have been repaired, or readable again.
        guard names != known.publicKeys.names || !known.problems.isEmpty else { return }
        let ring = try known.renewed(keyStore.objects)
        replaceRing(ring)
        // All manifests are read anew then, which may be thousands.
        guard !ring.publicKeys.saysTheSame(as: known.publicKeys) else {
            if ring.roles.contains(.reader) { chain.dropUnopened() }
            return
        }
        chain.replaceKeys(ring.publicKeys)
        maintainers.replaceKeys(ring.publicKeys)
    }

    /// What the credential may do.
    package var roles: Set<RepositoryRole> { ring.roles }
    package var configuration: RepositoryConfiguration { ring.configuration }
    package var id: String { ring.configuration.id.description }
    /// What the user calls the place of this repository.
    package var location: String { store.location }

    func treeKeys(_ domain: DomainSecrets) -> TreeKeys {
        hashes.withLock { hashes in
            if let known = hashes[domain.id] { return known }
            let keys = TreeKeys(domain)
            hashes[domain.id] = keys
            return keys
        }
    }

    // MARK: Snapshots

    /// All committed snapshots that are not forgotten, the newest first.
    ///
    /// A snapshot whose manifest is damaged or was not signed by a writer of this repository is left out; `check`
    /// reports it.
    package func snapshots() throws(LifeboatError) -> [Snapshot] {
        try ring.configuration.require(.read)
        return try committed().map(\.snapshot)
    }

    /// The same with what is sealed in their manifests, which is nil for a credential that may not read it.
    package func describedSnapshots() throws(LifeboatError) -> [(snapshot: Snapshot, details: SnapshotDetails?)] {
        try ring.configuration.require(.read)
        return try committed().map { ($0.snapshot, $0.details) }
    }

    func committed() throws(LifeboatError) -> [SnapshotChain.Committed] {
        // A forget record is deleted only when its manifests are, so it is read before them; a decision that comes meanwhile is read after.
        let forgotten = try forgets.load(ring.configuration.id).forgotten
        let listed = try chain.load().committed
        let epochs = try collections.load(ring.configuration.id).epochs
        return
            listed.filter { $0.counts(forgotten, epochs) }
            .sorted {
                ($0.snapshot.takenAt, $0.snapshot.sequence, $0.snapshot.id)
                    > ($1.snapshot.takenAt, $1.snapshot.sequence, $1.snapshot.id)
            }
    }

    /// Finds a snapshot by `latest` or by the beginning of its id, among those taken no later than `moment`.
    package func snapshot(_ reference: String, at moment: Timestamp? = nil) throws(LifeboatError) -> Snapshot {
        let candidates = try snapshots().filter { snapshot in moment.map { snapshot.takenAt <= $0 } ?? true }
        if reference == "latest" {
            let newest = candidates.first { !$0.isBeforeRestore && !isOfFiles($0) }
            try requireNewest(newest, at: moment)
            if let newest { return newest }
            if candidates.contains(where: { isOfFiles($0) }) {
                throw LifeboatError(
                    .snapshotNotFound,
                    "there are snapshots of files in \(location), and none of a cluster",
                    remedy: "use `lifeboat files`, or name a snapshot by its id"
                )
            }
            throw LifeboatError(
                .snapshotNotFound,
                moment.map { "there is no snapshot from before \($0) in \(location)" }
                    ?? "there is no snapshot in \(location)",
                remedy: "take one with `lifeboat backup`, or list what there is with `lifeboat snapshots`"
            )
        }
        let matches = candidates.filter { !reference.isEmpty && $0.id.hasPrefix(reference.lowercased()) }
        guard let match = matches.first else {
            throw LifeboatError(
                .snapshotNotFound,
                "there is no snapshot “\(reference)” in \(location)",
                remedy: "list what there is with `lifeboat snapshots`"
            )
        }
        guard matches.count == 1 else {
            throw LifeboatError(
                .snapshotNotFound,
                "“\(reference)” is the beginning of the ids of \(matches.count) snapshots",
                remedy: "write more digits of the id"
            )
        }
        return match
    }

    /// Begins a snapshot of a cluster.
    package func beginSnapshot(_ request: SnapshotRequest) throws(LifeboatError) -> SnapshotWriter {
        try ring.configuration.require(.write)
        try ring.require(.writer, to: "write snapshots")
        try refreshKeys()
        let session = try ring.beginSession()
        guard let writer = ring.writer else {
            throw LifeboatError(.repositoryNotPermitted, "this credential may not write snapshots")
        }
        let domain = try ring.domain(writer.domain)
        let clusterTag = treeKeys(domain).clusterTag(request.cluster.uid)
        let collection = try collections.loadTrusted(ring.configuration.id)
        blobs.follow(collection)
        try blobs.refresh()
        // A snapshot of what a restore changed has next to nothing of the cluster.
        let beforeRestore = treeKeys(domain).policyTag(Snapshot.beforeRestorePolicy)
        let committed = try committed()
        // What others say they knew stops nobody: a stolen identity could say anything.
        let newest = committed.filter { $0.manifest.writer == writer.id }.map(\.manifest.recipientsVersion).max() ?? 0
        if ring.publicKeys.recipients.version < newest, try keyStore.publicKeys().recipients.version < newest {
            throw damagedKeyObject(
                KeyObjectName.recipients(newest),
                "it is missing, and with an older list whoever was removed since could read new snapshots"
            )
        }
        let parent =
            committed
            .first { committed in
                guard committed.snapshot.domain == writer.domain else { return false }
                guard let chosen = request.parent else {
                    return committed.snapshot.clusterTag == clusterTag && committed.snapshot.policyTag != beforeRestore
                }
                return committed.snapshot.id == chosen.id
            }
        var tree = ParentTree()
        if let parent { tree = try parentTree(parent, collection) }
        return SnapshotWriter(
            repository: self,
            request: request,
            domain: domain,
            session: session,
            parent: parent,
            parentTree: tree,
            collection: collection
        )
    }

    /// Loads the parent; one that is damaged is as good as none, and the new snapshot heals what it can.
    private func parentTree(
        _ parent: SnapshotChain.Committed,
        _ collection: CollectionEpochs
    ) throws(LifeboatError) -> ParentTree {
        try prefer(parent)
        do throws(LifeboatError) {
            let tree = StructureTree(blobs: blobs, root: parent.manifest.root)
            return try ParentTree(tree, condemned: collection.condemned)
        } catch {
            guard error.code == .repositoryDamaged else { throw error }
            return ParentTree()
        }
    }

    /// Lets the trailers of the packs of a snapshot be read first.
    func prefer(_ committed: SnapshotChain.Committed) throws(LifeboatError) {
        try blobs.prefer(
            committed.manifest.packs.map { StoredObject(name: PackName.name($0.digest), size: Int($0.size)) }
        )
    }

    /// Opens a snapshot for reading.
    package func reader(_ snapshot: Snapshot) throws(LifeboatError) -> SnapshotReader {
        try ring.configuration.require(.read)
        try ring.require(.reader, to: "read the contents of snapshots")
        let committed = try committed(snapshot)
        guard let details = committed.details else {
            throw LifeboatError(
                .repositoryKeyMissing,
                "snapshot \(snapshot.shortID) is not encrypted to this credential",
                remedy: "use the passphrase of the repository, or an identity that was a recipient when it was taken"
            )
        }
        try prefer(committed)
        let tree = StructureTree(blobs: blobs, root: committed.manifest.root)
        return SnapshotReader(snapshot: committed.snapshot, details: details, tree: tree)
    }

    func committed(_ snapshot: Snapshot) throws(LifeboatError) -> SnapshotChain.Committed {
        guard let committed = try committed().first(where: { $0.snapshot.id == snapshot.id }) else {
            throw LifeboatError(.snapshotNotFound, "snapshot \(snapshot.shortID) is no longer in \(location)")
        }
        return committed
    }

    // MARK: Garbage collection, as writers see it

    /// Whether a blob is in no pack but those that may be deleted.
    ///
    /// Where it was found at the beginning of the session is asked, and not the store: of a pack that is gone nothing would be known.
    private func isCondemned(_ id: BlobID, _ condemned: Set<[UInt8]>) throws(LifeboatError) -> Bool {
        if condemned.isEmpty { return false }
        return try !blobs.contains(id, outside: condemned)
    }

    /// Whether a tree needs a pack that may be deleted.
    func reaches(
        _ condemned: Set<[UInt8]>,
        from root: BlobID,
        below parent: StructurePage? = nil
    ) throws(LifeboatError) -> Bool {
        let page = try StructureTree(blobs: blobs, root: root).page(root, below: parent)
        if try isCondemned(root, condemned) { return true }
        if page.names != .zero, try isCondemned(page.names, condemned) { return true }
        if page.holdsObjects {
            for position in 0..<page.count where try needs(condemned, page.object(position)) { return true }
            return false
        }
        for child in page.children where try reaches(condemned, from: child.id, below: page) { return true }
        return false
    }

    private func needs(_ condemned: Set<[UInt8]>, _ object: ObjectRecord) throws(LifeboatError) -> Bool {
        if try isCondemned(object.id, condemned) { return true }
        guard object.hasContent else { return false }
        let list = try StructureTree(blobs: blobs, root: object.id).chunkList(object.id)
        if try isCondemned(list.document, condemned) { return true }
        for chunk in list.content.chunks where try isCondemned(chunk.id, condemned) { return true }
        return false
    }
}
