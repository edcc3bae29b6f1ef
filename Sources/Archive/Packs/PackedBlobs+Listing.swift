internal import KubernetesObjects
internal import Synchronization

/// Which packs there are, and in which order their trailers are read.
extension PackedBlobs {
    /// Names packs whose blobs will be asked for soon, so that their trailers are read first.
    func prefer(_ packs: [StoredObject]) throws(LifeboatError) {
        try state.withLock { (state) throws(LifeboatError) in
            let wanted = packs.filter { PackName.digest($0.name).map { !state.condemned.contains($0) } ?? false }
            // Of many, most may be in segments.
            if wanted.count > Self.preferredLimit, !state.isListed { try list(&state) }
            let names = Set(wanted.map(\.name))
            let (first, others) = (state.waiting.filter { names.contains($0.name) }, state.waiting)
            state.waiting = others.filter { !names.contains($0.name) } + first
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

    /// Learns of packs that others stored, and of those that are gone though no collection deleted them.
    func refresh() throws(LifeboatError) {
        guard state.withLock({ $0.isListed }) else { return }
        let listed = try store.list("p/")
        let names = Set(listed.map(\.name))
        state.withLock { state in
            guard state.known.isSubset(of: names) else { return Self.reload(&state) }
            for object in listed where PackName.digest(object.name) != nil && state.known.insert(object.name).inserted {
                state.waiting.append(object)
            }
        }
    }

    static func reload(_ state: inout State) {
        state.index = BlobIndex()
        state.packs = []
        state.known = []
        state.waiting = []
        state.isListed = false
        state.segments = PackIndex()
        state.stored = StoredPacks()
        state.failures = [:]
        state.unreadable = []
        state.windows = ReadWindows()
    }

    /// Lists packs, and reads the segments that speak of them.
    func list(_ state: inout State) throws(LifeboatError) {
        let domains = ring.domainKeys
        var segments: [String: IndexSegment] = [:]
        for object in try store.list(IndexSegment.prefix) {
            if let known = state.readSegments[object.name] {
                segments[object.name] = known
            } else if case .success(let segment)? = try IndexSegment.load(
                object,
                from: store,
                ring.configuration.id,
                domains
            ) {
                segments[object.name] = segment.mapped(in: MappedFile.folder, atLeast: mappedSegment)
            }
        }
        state.readSegments = segments
        var packs: [String: StoredObject] = [:]
        var last: [StoredObject] = []
        let listed = try store.list("p/")
        for object in listed {
            guard let digest = PackName.digest(object.name), state.known.insert(object.name).inserted else { continue }
            if state.condemned.contains(digest) { last.append(object) } else { packs[object.name] = object }
        }
        // Without what a snapshot named and is not there.
        state.known.formIntersection(listed.map(\.name))
        state.segments = PackIndex(segments.sorted { $0.key < $1.key }.map(\.value), packs: packs)
        state.waiting += packs.values.filter { !state.segments.covered.contains($0.name) }.sorted { $0.name < $1.name }
        state.waiting.insert(contentsOf: last, at: 0)
        state.isListed = true
    }
}
