internal import Crypto
internal import KubernetesObjects
internal import Synchronization

extension SnapshotWriter {
    /// Stores a blob unless the repository has it.
    ///
    /// - Parameter similar: for a page, the one of the parent in its place.
    func store(
        _ type: BlobType,
        _ id: BlobID,
        _ bytes: UnsafeRawBufferPointer,
        similar: BlobID? = nil
    ) throws(LifeboatError) {
        if state.withLock({ $0.newBlobs.contains(id) }) { return }
        if try repository.blobs.contains(id, outside: collection.condemned) { return }
        let page = try similar.flatMap { (similar) throws(LifeboatError) in try self.page(like: similar) }
        var full: PackBuilder?
        do throws(MalformedBytes) {
            let codec = try repository.blobs.codecs.take()
            defer { repository.blobs.codecs.giveBack(codec) }
            // Tree pages are tags and ids, which do not compress.
            let dictionary = type == .document ? BlobDictionary.objects : nil
            let packedCount = type.isStructural || isDense(type, bytes, codec) ? nil : codec.compress(bytes, dictionary)
            let packedCodec: BlobCodec = dictionary == nil ? .zstd : .zstdWithDictionary
            full = try state.withLock { (state) throws(MalformedBytes) -> PackBuilder? in
                guard state.newBlobs.insert(id).inserted else { return nil }
                let slot = type == .chunk ? \State.bulkPack : \State.pack
                var pack: PackBuilder
                if let begun = state[keyPath: slot].take() {
                    pack = consume begun
                } else {
                    pack = try beginPack(type == .chunk ? .bulk : .small)
                }
                if let page, let frame = codec.compress(bytes, like: page.bytes), frame.count * 2 < bytes.count {
                    try frame.withRawBytes { (frame) throws(MalformedBytes) in
                        try pack.append(
                            id,
                            type: type,
                            codec: .zstdWithPage,
                            rawLength: bytes.count,
                            packed: frame,
                            like: page
                        )
                    }
                } else if let packedCount {
                    try codec.output[..<packedCount]
                        .withRawBytes { (packed) throws(MalformedBytes) in
                            try pack.append(id, type: type, codec: packedCodec, rawLength: bytes.count, packed: packed)
                        }
                } else {
                    try pack.append(id, type: type, codec: .stored, rawLength: bytes.count, packed: bytes)
                }
                if pack.isFull { return pack }
                state[keyPath: slot] = pack
                return nil
            }
        } catch {
            let failure = LifeboatError(.internalError, "a blob could not be sealed: \(error.reason)")
            state.withLock { $0.failure = failure }
            throw failure
        }
        // Handed on with its memory: a second owner would have it copied when the trailer is appended.
        if let pack = full.take() { try finish(consume pack) }
    }

    /// The page that another one can be compressed like: one that stands by itself, so that no page depends on more than one other.
    private func page(like similar: BlobID) throws(LifeboatError) -> (id: BlobID, bytes: [UInt8])? {
        let id = try repository.blobs.page(of: similar) ?? similar
        guard try repository.blobs.contains(id, outside: collection.condemned), try repository.blobs.page(of: id) == nil
        else { return nil }
        do throws(LifeboatError) { return (id, try repository.blobs.read(id, .structure)) } catch {
            // What cannot be read is of no use, and is stored again when it is needed.
            guard error.code == .repositoryDamaged else { throw error }
            return nil
        }
    }

    /// Whether a chunk looks as if it could not be compressed, as media and archives do: its beginning is tried.
    private func isDense(_ type: BlobType, _ bytes: UnsafeRawBufferPointer, _ codec: Zstandard) -> Bool {
        guard type == .chunk, bytes.count > Self.probeSize * 2 else { return false }
        guard let size = codec.compress(UnsafeRawBufferPointer(rebasing: bytes[..<Self.probeSize])) else { return true }
        return size * 100 > Self.probeSize * 97
    }

    private static let probeSize = 64 << 10

    private func beginPack(_ packClass: PackClass) throws(MalformedBytes) -> PackBuilder {
        try PackBuilder(
            packClass,
            repository: repository.configuration.id,
            session: session,
            domain: domain,
            salt: repository.environment.random(KeyContext.saltCount),
            // Packs of documents are few for the work that they are.
            buffer: packClass == .bulk ? bulkBuffer.withLock { $0.take() } ?? [] : []
        )
    }

    /// Keeps the memory of a pack that was stored, for another thread may have begun the next one meanwhile.
    private func giveBack(_ buffer: [UInt8]) {
        guard buffer.count >= PackBuilder.targetSize else { return }
        bulkBuffer.withLock { $0 = $0 ?? buffer }
    }

    /// Verifies a pack, stores it durably, and lets later blobs find what is in it.
    func finish(_ pack: consuming PackBuilder) throws(LifeboatError) {
        do throws(LifeboatError) {
            let isBulk = pack.isBulk
            let finished: FinishedPack
            do throws(MalformedBytes) {
                finished = try pack.finish(
                    identifiers: keys.identifiers,
                    codecs: repository.blobs.codecs,
                    hook: repository.environment.damageAfterEncoding
                )
            } catch {
                throw LifeboatError(
                    .internalError,
                    "a pack did not read back as it was encoded (\(error.reason)), so it was not stored",
                    remedy: "run again; when it happens again, test the memory of this machine"
                )
            }
            let isNew = try repository.store.put(finished.name, finished.bytes)
            try repository.blobs.insert(finished, domain: domain.id)
            state.withLock { state in
                state.packs.append(
                    SnapshotManifest.PackReference(digest: finished.digest, size: UInt64(finished.bytes.count))
                )
                // They are found as those of any stored pack from now on.
                for record in finished.records { state.newBlobs.remove(record.id) }
                if isNew { state.bytesAdded += finished.bytes.count }
            }
            if isBulk { giveBack(finished.bytes) }
            announceLongSession()
            // A session of terabytes writes several. Whatever becomes of one, it is a cache.
            let full = repository.environment.indexRules.fullSegment
            if var segment = repository.blobs.takeStored(domain.id, atLeast: full) {
                _ = try? repository.putFull(&segment, domain)
            }
        } catch {
            state.withLock { if $0.failure == nil { $0.failure = error } }
            throw error
        }
    }
}
