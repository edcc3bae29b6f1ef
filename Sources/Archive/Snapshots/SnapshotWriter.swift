internal import Crypto
package import KubernetesObjects
internal import Synchronization

/// Takes one snapshot: objects are reused from the parent or added, and `commit` makes the snapshot visible.
///
/// It can be used from several threads at once; `commit` and `abandon` are called when all other calls have returned.
/// It keeps a fixed-size record and the name of each object in memory, and at most one pack a thread.
package final class SnapshotWriter: Sendable {
    let repository: Repository
    let request: SnapshotRequest
    let keys: TreeKeys
    let domain: DomainSecrets
    let session: Session
    let parent: Committed?
    let parentTree: ParentTree
    let chosenParent: Snapshot?
    /// The newest epoch of the garbage collection when the session began, and the packs it may delete.
    let collection: CollectionEpochs
    let state: Mutex<State>
    let begunAt: Timestamp
    let chunker: Chunker
    /// The ids of chunks of zeros, by their sizes.
    let zeroChunks = Mutex<[Int: BlobID]>([:])
    /// The memory of a pack of chunks that was stored, for the next one.
    let bulkBuffer = Mutex<[UInt8]?>(nil)

    typealias Committed = SnapshotChain.Committed

    struct State {
        var groups: [Group] = []
        /// What was added to each group. It stands apart, so that a copy of a group does not make it copied when it grows.
        var added: [[AddedEntry]] = []
        var groupIndex: [GroupKey: Int] = [:]
        var resources: [StoredResource] = []
        var resourceIndex: [GroupResource: Int] = [:]
        var lastGroup = -1
        var records = RecordArena()
        var names = NameArena()
        /// For each record of the parent, the name under which it was reused; `notReused` when it was not.
        var reusedNames: [UInt32]
        var pack: PackBuilder?
        /// The pack of chunks, which stand apart from documents and pages.
        var bulkPack: PackBuilder?
        /// What is in packs that are not stored yet.
        var newBlobs: Set<BlobID> = []
        var packs: [SnapshotManifest.PackReference] = []
        var bytesAdded = 0
        /// Until when collections know that this session goes on.
        var announcedUntil: Timestamp?
        /// The first failure to store a pack: after it, nothing may be committed.
        var failure: LifeboatError?
        var isFinished = false
    }

    struct GroupKey: Hashable {
        let resource: Int
        let namespace: ExactText
    }

    /// The objects of one resource in one namespace.
    struct Group {
        let resource: Int
        let namespace: String
        let resourceTag: UInt64
        let versionTag: UInt64
        let namespaceTag: UInt64
        let parent: ParentTree.Group?
    }

    struct AddedEntry {
        let nameTag: UInt64
        let record: UInt32
        let name: UInt32
    }

    static let notReused = UInt32.max
    /// Names and namespaces are shorter than this.
    package static let nameLimit = 65_536

    init(
        repository: Repository,
        request: SnapshotRequest,
        domain: DomainSecrets,
        session: Session,
        parent: Committed?,
        parentTree: ParentTree,
        collection: CollectionEpochs
    ) {
        self.repository = repository
        self.request = request
        self.domain = domain
        self.session = session
        self.parent = parent
        self.parentTree = parentTree
        self.collection = collection
        chosenParent = parent?.snapshot
        keys = repository.treeKeys(domain)
        chunker = Chunker(domain)
        begunAt = repository.environment.now()
        state = Mutex(State(reusedNames: [UInt32](repeating: Self.notReused, count: parentTree.records.count)))
    }

    /// Adds an object by its canonical bytes.
    ///
    /// - Parameter content: what `store(cuts:expecting:_:)` stored for it; nil for an object without contents.
    package func add(
        _ resource: StoredResource,
        namespace: String,
        name: String,
        uid: String,
        resourceVersion: String,
        canonical: ArraySlice<UInt8>,
        layout: CanonicalJSON.Layout,
        content: StoredContent? = nil
    ) throws(LifeboatError) {
        guard canonical.count <= PackRecord.rawLimit, name.utf8.count < Self.nameLimit,
            namespace.utf8.count < Self.nameLimit
        else {
            throw LifeboatError(
                .repositoryUnsupported,
                "\(resource) \(namespace)/\(name) is too large for a snapshot (\(canonical.count) bytes)"
            )
        }
        let (group, index) = try group(resource, namespace)
        let nameTag = keys.nameTag(name)
        let (id, specificationTag) = canonical.withUnsafeBytes { bytes in
            (keys.identifiers.identifier(.document, bytes), keys.specificationTag(bytes, layout))
        }
        try canonical.withRawBytes { (bytes) throws(LifeboatError) in try store(.document, id, bytes) }
        var (referred, size) = (id, canonical.count)
        if let content, !content.chunks.isEmpty {
            let list = ChunkList(document: id, content: content).encoded
            referred = list.withUnsafeBytes { keys.identifiers.identifier(.chunkList, $0) }
            size = content.size
            try list.withRawBytes { (list) throws(LifeboatError) in try store(.chunkList, referred, list) }
        }
        let record = ObjectRecord(
            nameTag: nameTag,
            changeTag: keys.changeTag(group.versionTag, uid: uid, resourceVersion: resourceVersion),
            specificationTag: specificationTag,
            id: referred,
            rawLength: size,
            hasContent: referred != id
        )
        state.withLock { state in
            let entry = AddedEntry(
                nameTag: nameTag,
                record: UInt32(state.records.append(record)),
                name: state.names.append(name)
            )
            state.added[index].append(entry)
        }
    }

    /// Ends the session without a snapshot. Packs that were stored stay, and the next backup uses what is in them.
    package func abandon() {
        state.withLock { state in
            state.isFinished = true
            state.pack = nil
            state.bulkPack = nil
        }
    }

    /// The group of a resource and a namespace, made when it is first named.
    func group(
        _ resource: StoredResource,
        _ namespace: String
    ) throws(LifeboatError) -> (group: Group, index: Int) {
        try state.withLock { (state) throws(LifeboatError) in
            if let failure = state.failure { throw failure }
            guard !state.isFinished else {
                throw LifeboatError(.internalError, "the snapshot has been committed or abandoned already")
            }
            if state.lastGroup >= 0 {
                let last = state.groups[state.lastGroup]
                if last.namespace.hasBytes(of: namespace), state.resources[last.resource] == resource {
                    return (last, state.lastGroup)
                }
            }
            let number: Int
            if let known = state.resourceIndex[resource.groupResource] {
                number = known
                guard state.resources[known] == resource else {
                    throw LifeboatError(
                        .internalError,
                        "\(resource) was added in the versions \(state.resources[known].version) and \(resource.version)"
                    )
                }
            } else {
                number = state.resources.count
                state.resources.append(resource)
                state.resourceIndex[resource.groupResource] = number
            }
            let key = GroupKey(resource: number, namespace: ExactText(namespace))
            if let index = state.groupIndex[key] {
                state.lastGroup = index
                return (state.groups[index], index)
            }
            let resourceTag = keys.resourceTag(resource)
            let namespaceTag = keys.namespaceTag(namespace)
            state.groups.append(
                Group(
                    resource: number,
                    namespace: namespace,
                    resourceTag: resourceTag,
                    versionTag: keys.versionTag(resource),
                    namespaceTag: namespaceTag,
                    parent: parentTree.groups[
                        ParentTree.GroupKey(resourceTag: resourceTag, namespaceTag: namespaceTag)
                    ]
                )
            )
            state.added.append([])
            state.lastGroup = state.groups.count - 1
            state.groupIndex[key] = state.lastGroup
            return (state.groups[state.lastGroup], state.lastGroup)
        }
    }
}
