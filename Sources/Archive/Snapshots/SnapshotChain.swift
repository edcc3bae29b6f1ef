internal import KubernetesObjects
internal import Synchronization

/// The manifests of a repository: listed, verified, and kept once read, for they never change.
final class SnapshotChain: Sendable {
    struct Committed: Sendable {
        let snapshot: Snapshot
        let manifest: SnapshotManifest
        let details: SnapshotDetails?

        /// Whether it is a snapshot: nobody has forgotten it, and it did not come too late for a collection.
        func counts(_ forgotten: Set<[UInt8]>, _ epochs: CollectionEpochs) -> Bool {
            let digest = snapshot.digest
            return !forgotten.contains(digest) && epochs.counts(digest, seen: manifest.collectionEpoch)
        }
    }

    let store: any ObjectStore
    let keys: KeyStore
    let blobs: PackedBlobs
    private let state: Mutex<State>

    private struct State {
        var publicKeys: PublicKeys
        var committed: [String: Committed] = [:]
    }

    init(store: any ObjectStore, keys: KeyStore, blobs: PackedBlobs) {
        self.store = store
        self.keys = keys
        self.blobs = blobs
        state = Mutex(State(publicKeys: blobs.ring.publicKeys))
    }

    /// All manifests that can be trusted, and why each of the others cannot.
    func load() throws(LifeboatError) -> (committed: [Committed], problems: [(name: String, error: LifeboatError)]) {
        var committed: [Committed] = []
        var problems: [(name: String, error: LifeboatError)] = []
        let listed = try store.list("s/")
        defer {
            let names = Set(listed.map(\.name))
            state.withLock { state in state.committed = state.committed.filter { names.contains($0.key) } }
        }
        for object in listed {
            if let known = state.withLock({ $0.committed[object.name] }) {
                committed.append(known)
                continue
            }
            do throws(LifeboatError) {
                let loaded = try load(object.name)
                state.withLock { $0.committed[object.name] = loaded }
                committed.append(loaded)
            } catch {
                guard error.code == .repositoryUnsupported || store.isRefusalOfOne(error, object.name) else {
                    throw error
                }
                problems.append((object.name, error))
            }
        }
        return (committed, problems)
    }

    /// Judges all manifests anew, by keys that were read again: a writer may have been revoked.
    func replaceKeys(_ keys: PublicKeys) {
        state.withLock { state in
            state.publicKeys = keys
            state.committed = [:]
        }
    }

    /// Reads again what could not be opened: somebody may have wrapped its keys for this credential.
    func dropUnopened() {
        state.withLock { state in state.committed = state.committed.filter { $0.value.details != nil } }
    }

    private func load(_ name: String) throws(LifeboatError) -> Committed {
        guard let named = ManifestName.parse(name) else {
            throw PackedBlobs.damaged(name, "its name is not that of a manifest")
        }
        let loaded = try SecondCopy.load(name, from: store) { (bytes) throws(LifeboatError) in
            try decode(bytes, name, named)
        }
        guard let loaded else { throw PackedBlobs.damaged(name, "it is missing") }
        return loaded
    }

    private func decode(
        _ bytes: [UInt8],
        _ name: String,
        _ named: (writer: WriterID, sequence: UInt64, digest: [UInt8])
    ) throws(LifeboatError) -> Committed {
        guard contentDigest(bytes) == named.digest else {
            throw PackedBlobs.damaged(name, "its bytes are not those that its name stands for")
        }
        let (manifest, signed, signature): (SnapshotManifest, [UInt8], [UInt8])
        do throws(MalformedBytes) { (manifest, signed, signature) = try SnapshotManifest.decode(bytes) } catch {
            throw PackedBlobs.damaged(name, error.reason)
        }
        guard manifest.writer == named.writer, manifest.sequence == named.sequence else {
            throw PackedBlobs.damaged(name, "it belongs to another name")
        }
        try verify(manifest, named.digest, signed, signature)
        if let reason = manifest.unsupportedReason {
            throw LifeboatError(
                .repositoryUnsupported,
                "\(name) was written by a newer version: \(reason)",
                remedy: "update Lifeboat"
            )
        }
        let details = try details(manifest, name)
        let snapshot = Snapshot(
            id: Hexadecimal.encode(named.digest),
            takenAt: manifest.takenAt,
            objects: Int(manifest.objects),
            sequence: manifest.sequence,
            writer: manifest.writer,
            domain: manifest.domain,
            clusterTag: manifest.clusterTag,
            policyTag: manifest.policyTag,
            cluster: details?.cluster,
            policy: details?.policy,
            name: name,
            root: manifest.root
        )
        return Committed(snapshot: snapshot, manifest: manifest, details: details)
    }

    private func verify(
        _ manifest: SnapshotManifest,
        _ digest: [UInt8],
        _ signed: [UInt8],
        _ signature: [UInt8]
    ) throws(LifeboatError) {
        var publicKeys = state.withLock { $0.publicKeys }
        if !publicKeys.writers.contains(where: { $0.id == manifest.writer }) {
            // A writer that was added since this repository was opened.
            publicKeys = try keys.publicKeys()
            state.withLock { [publicKeys] state in state.publicKeys = publicKeys }
        }
        try publicKeys.verifyManifest(
            signed,
            signature: signature,
            writer: manifest.writer,
            domain: manifest.domain,
            sequence: manifest.sequence,
            digest: digest,
            takenAt: manifest.takenAt
        )
    }

    private func details(_ manifest: SnapshotManifest, _ name: String) throws(LifeboatError) -> SnapshotDetails? {
        let session: SessionKey
        do throws(LifeboatError) {
            guard let key = try blobs.sessionKey(of: manifest.context) else { return nil }
            session = key
        } catch {
            throw error.code == .repositoryDamaged ? PackedBlobs.damaged(name, error.message) : error
        }
        do throws(MalformedBytes) {
            return try SnapshotDetails.open(
                manifest.sealed,
                key: try manifest.context.contentKey(session, info: Self.sealedInfo),
                head: manifest.encodedHead(),
                codecs: blobs.codecs
            )
        } catch { throw PackedBlobs.damaged(name, error.reason) }
    }

    static let sealedInfo = "lifeboat manifest v1"

    /// The newest manifest of a writer by its sequence number: what the next one refers to.
    ///
    /// The name is enough: a manifest that is damaged still has its place in the chain. Numbers far above the last that can be trusted are
    /// of somebody who wants to end the chain.
    func head(of writer: WriterID) throws(LifeboatError) -> (sequence: UInt64, digest: [UInt8])? {
        let (committed, problems) = try load()
        let trusted = committed.map(\.snapshot).filter { $0.writer == writer }
        let plausible = Self.plausibleNumbers(after: trusted.map(\.sequence).max())
        return (trusted.map(\.name) + problems.map(\.name)).compactMap { ManifestName.parse($0) }
            .filter { $0.writer == writer && plausible.contains($0.sequence) }
            .max { ($0.sequence, $0.digest.first ?? 0) < ($1.sequence, $1.digest.first ?? 0) }
            .map { ($0.sequence, $0.digest) }
    }

    /// The numbers that manifests of a writer can have, by the highest that can be trusted.
    static func plausibleNumbers(after last: UInt64?) -> ClosedRange<UInt64> {
        1...min(last ?? 0, .max - largestGap) + largestGap
    }

    /// So many manifests in a row nobody loses.
    private static let largestGap: UInt64 = 1 << 20
}
