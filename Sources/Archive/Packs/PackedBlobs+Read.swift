internal import KubernetesObjects
internal import Synchronization

extension PackedBlobs {
    /// Reads a blob and proves that it is what its id stands for.
    func read(_ id: BlobID, _ type: BlobType) throws(LifeboatError) -> [UInt8] {
        var found = try sealed(id)
        for _ in 0..<Self.relocations where found.isGone {
            // A collection may have put what was in this pack into another since the packs were listed.
            state.withLock { Self.reload(&$0) }
            found = try sealed(id)
        }
        let sealed: [UInt8]
        switch found.sealed {
        case .success(let bytes?): sealed = bytes
        case .success(nil): throw Self.damaged(found.name, "it is missing")
        // Of no bytes nothing can be opened, and the parity may have them.
        case .failure: sealed = []
        }
        let opener = found.opener
        guard let record = found.record, record.type == type else {
            throw Self.damaged(found.name, "blob \(id) is not of the type that refers to it")
        }
        if let problem = opener.problem(of: record) { throw Self.damaged(found.name, "blob \(id): \(problem)") }
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
            // A trailer that was not read yet may have it by itself.
            guard error.code == .repositoryDamaged else { throw error }
            _ = try loadAll()
            guard try self.page(of: id) == nil else { throw error }
            return try read(id, type)
        }
        do throws(MalformedBytes) {
            return try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
                try opener.open(record, sealed, like: page)
            }
        } catch {
            var reason = "blob \(id): \(error.reason)"
            if case .failure(let refusal) = found.sealed { reason = refusal.reason }
            let damaged = Self.damaged(found.name, reason)
            guard let pack = try mended(found.name), found.range.upperBound <= pack.count else { throw damaged }
            do throws(MalformedBytes) {
                return try pack[found.range]
                    .withRawBytes { (sealed) throws(MalformedBytes) in try opener.open(record, sealed, like: page) }
            } catch { throw damaged }
        }
    }

    /// A damaged pack as it was stored, when the repository keeps parity and that suffices. The last one is kept.
    private func mended(_ name: String) throws(LifeboatError) -> [UInt8]? {
        guard let parity = store as? ParityStore else { return nil }
        if let known = state.withLock({ $0.mended }), known.name == name { return known.bytes }
        guard let bytes = try parity.mended(name) else { return nil }
        state.withLock { $0.mended = (name, bytes) }
        return bytes
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
        /// Where it lies in its pack.
        let range: Range<Int>
        /// Nil when the pack is gone; a failure when it, and no other, cannot be read there.
        let sealed: Result<[UInt8]?, MalformedBytes>

        var isGone: Bool { if case .success(nil) = sealed { true } else { false } }
    }

    private func sealed(_ id: BlobID) throws(LifeboatError) -> SealedBlob {
        let (found, object, isChunk) = try state.withLock {
            (state) throws(LifeboatError) -> (SealedBlob, StoredObject, Bool) in
            var place = try locate(id, &state)
            if place == nil {
                // Whatever segments say, a read goes by trailers.
                try loadRest(&state)
                place = state.index[id]
            }
            guard let location = place else {
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
                range: range,
                sealed: isChunk ? .success(nil) : try read(range, of: object, &state)
            )
            return (blob, object, isChunk)
        }
        guard isChunk else { return found }
        // Chunks are large, so that they are read outside of the lock: several at a time.
        return SealedBlob(
            record: found.record,
            opener: found.opener,
            name: found.name,
            range: found.range,
            sealed: try store.getAlone(object.name, range: found.range)
        )
    }

    private func read(
        _ range: Range<Int>,
        of object: StoredObject,
        _ state: inout State
    ) throws(LifeboatError) -> Result<[UInt8]?, MalformedBytes> {
        do throws(LifeboatError) {
            return .success(try state.windows.read(range, of: object, from: store))
        } catch {
            guard store.isRefusalOfOne(error, object.name) else { throw error }
            return .failure(MalformedBytes(error.message))
        }
    }
}
