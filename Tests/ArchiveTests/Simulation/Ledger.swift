import KubernetesObjects
import Synchronization

@testable import Archive

/// Keeps account of a simulated repository and says at every step whether what counts can be read.
///
/// Every manifest that counts and was not forgotten has every blob, at every moment; every pack and manifest has the SHA-256 that is its
/// name; and no nonce is used twice under one key.
final class Ledger: Sendable {
    private struct State {
        var packs: [String: [BlobID]] = [:]
        var holders: [BlobID: Int] = [:]
        /// What each manifest needs, by its digest; nil when something was missing already as it was stored.
        var needs: [[UInt8]: Set<BlobID>?] = [:]
        var seen: [[UInt8]: UInt64] = [:]
        var forgotten: Set<[UInt8]> = []
        var committed: Set<[UInt8]> = []
        var epochs = CollectionEpochs()
        var problems: [String] = []
        /// What was sealed under each key and nonce: a collection copies it as it is.
        var sealed: [SealedAs: [UInt8]] = [:]
        /// The pack whose trailer was sealed under each salt.
        var trailers: [[UInt8]: String] = [:]
        var deletedPacks = 0
        var checks = 0
    }

    /// A key, which follows from session, salt and kind, and a nonce.
    private struct SealedAs: Hashable {
        let session: SessionID
        let salt: [UInt8]
        let isStructural: Bool
        let ordinal: UInt64
    }

    private let repository: Repository
    private let maintainers: MaintainerKeys
    private let state = Mutex(State())

    init(_ repository: Repository, _ base: MemoryStore) throws {
        self.repository = repository
        maintainers = MaintainerKeys(repository.keyStore, known: repository.ring.publicKeys)
        for object in try base.list("p/") + base.list("s/") {
            if let bytes = try base.get(object.name) { added(object.name, bytes, base) }
        }
        state.withLock { $0.forgotten = (try? repository.forgets.load(repository.configuration.id).forgotten) ?? [] }
    }

    var problems: [String] { state.withLock { $0.problems } }
    var deletedPacks: Int { state.withLock { $0.deletedPacks } }
    var checks: Int { state.withLock { $0.checks } }
    /// How many pairs of key and nonce have been used.
    var nonces: Int { state.withLock { $0.sealed.count } }

    /// A writer was told that its snapshot is committed.
    func committed(_ snapshot: Snapshot) {
        state.withLock { state in
            state.committed.insert(snapshot.digest)
            check(&state, "after a commit")
        }
    }

    /// Snapshots that somebody is about to forget: from now on nothing is promised about them.
    func forgetting(_ snapshots: [Snapshot]) {
        state.withLock { state in
            state.forgotten.formUnion(snapshots.map(\.digest))
        }
    }

    /// Whether a snapshot must be readable now.
    func promises(_ snapshot: Snapshot) -> Bool { state.withLock { counts(snapshot.digest, $0) } }

    func added(_ name: String, _ bytes: [UInt8], _ base: MemoryStore) {
        state.withLock { state in
            if let digest = PackName.digest(name) ?? ManifestName.parse(name)?.digest, digest != contentDigest(bytes) {
                state.problems.append("\(name) has not the bytes of its name")
            }
            if name.hasPrefix("p/") {
                let contents = try? PackContents(bytes) { (header) throws(MalformedBytes) in
                    guard let id = repository.ring.domains.first, let domain = try? repository.ring.domain(id) else {
                        throw MalformedBytes("no domain")
                    }
                    return header.contexts[0].trailerKey(domain)
                }
                if let contents { noteNonces(name, contents, &state) }
                let ids = contents?.records.map(\.id) ?? []
                state.packs[name] = ids
                for id in ids { state.holders[id, default: 0] += 1 }
                return
            }
            if name.hasPrefix("s/"), let digest = ManifestName.parse(name)?.digest,
                let manifest = try? SnapshotManifest.decode(bytes).manifest
            {
                state.needs[digest] = .some(needs(manifest.root, base))
                state.seen[digest] = manifest.collectionEpoch
            }
            changed(name, base, &state)
        }
    }

    private func noteNonces(_ name: String, _ contents: PackContents, _ state: inout State) {
        let contexts = contents.header.contexts
        if let other = state.trailers.updateValue(name, forKey: contexts[0].salt), other != name {
            state.problems.append("the trailers of \(name) and \(other) are sealed under one key")
        }
        var repeated = 0
        contents.forEachBlob { record, bytes in
            let context = contexts[record.context]
            let key = SealedAs(
                session: context.session.id,
                salt: context.salt,
                isStructural: record.type.isStructural,
                ordinal: record.ordinal
            )
            let digest = contentDigest(Array(bytes))
            if let known = state.sealed.updateValue(digest, forKey: key), known != digest { repeated += 1 }
        }
        if repeated > 0 { state.problems.append("\(name) uses \(repeated) nonces for a second time") }
    }

    func removed(_ name: String, _ base: MemoryStore) {
        state.withLock { state in
            if let ids = state.packs.removeValue(forKey: name) {
                state.deletedPacks += 1
                for id in ids { state.holders[id, default: 0] -= 1 }
            }
            if let digest = ManifestName.parse(name)?.digest {
                if counts(digest, state) { state.problems.append("\(name) counts and was deleted") }
                state.needs[digest] = nil
            }
            changed(name, base, &state)
        }
    }

    private func changed(_ name: String, _ base: MemoryStore, _ state: inout State) {
        if name.hasPrefix("g/") {
            let records = CollectionRecords(store: base, maintainers: maintainers)
            if let epochs = try? records.load(repository.configuration.id).epochs { state.epochs = epochs }
        }
        check(&state, "after \(name.prefix(24))")
    }

    private func counts(_ digest: [UInt8], _ state: State) -> Bool {
        !state.forgotten.contains(digest) && state.epochs.counts(digest, seen: state.seen[digest] ?? 0)
    }

    private func check(_ state: inout State, _ moment: String) {
        state.checks += 1
        for (digest, needs) in state.needs where counts(digest, state) {
            let id = Hexadecimal.encode(digest).prefix(12)
            guard let needs else {
                state.problems.append("\(moment): snapshot \(id) counts and lacked something when it was stored")
                continue
            }
            let lost = needs.count { state.holders[$0, default: 0] <= 0 }
            if lost > 0 { state.problems.append("\(moment): snapshot \(id) counts and lacks \(lost) blobs") }
        }
        for digest in state.committed where !state.forgotten.contains(digest) {
            guard state.needs[digest] != nil, counts(digest, state) else {
                let id = Hexadecimal.encode(digest).prefix(12)
                state.problems.append("\(moment): snapshot \(id) was committed and does not count")
                continue
            }
        }
    }

    /// All blobs below a root; nil when some are missing.
    private func needs(_ root: BlobID, _ base: MemoryStore) -> Set<BlobID>? {
        let blobs = PackedBlobs(store: base, ring: repository.ring, sessionKeys: repository.blobs.sessionKeys)
        let tree = StructureTree(blobs: blobs, root: root)
        var ids: Set<BlobID> = []
        func walk(_ id: BlobID) throws {
            ids.insert(id)
            let page = try tree.page(id)
            if page.names != .zero { ids.insert(page.names) }
            if page.holdsObjects {
                for position in 0..<page.count {
                    let object = page.object(position)
                    ids.insert(object.id)
                    guard object.hasContent else { continue }
                    let list = try tree.chunkList(object.id)
                    ids.formUnion([list.document] + list.content.chunks.map(\.id))
                }
            } else {
                for child in page.children { try walk(child.id) }
            }
        }
        do {
            try walk(root)
            for id in ids where try !blobs.contains(id) { return nil }
            return ids
        } catch { return nil }
    }
}
