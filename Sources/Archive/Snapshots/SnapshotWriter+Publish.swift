internal import Crypto
internal import KubernetesObjects
internal import Synchronization

extension SnapshotWriter {
    /// Writes the manifest between two looks at the garbage collection.
    ///
    /// The writer puts its manifest and then lists `g/`; the collector announces its sweep and then lists `s/`. At least one
    /// of them sees the other, so no pack of a committed snapshot is deleted, whatever the clocks say.
    func publish(
        _ root: ChildRecord,
        _ details: SnapshotDetails,
        _ takenAt: Timestamp,
        hasContent: Bool
    ) throws(LifeboatError) -> (snapshot: Snapshot, size: Int) {
        let before = try repository.collections.loadTrusted(repository.ring.configuration.id)
        try refuseCondemned(before, root.id)
        let ring = repository.ring
        guard let writer = ring.writer else {
            throw LifeboatError(.repositoryNotPermitted, "this credential may not write snapshots")
        }
        let head = try repository.chain.head(of: writer.id)
        var manifest = SnapshotManifest(
            writer: writer.id,
            sequence: (head?.sequence ?? 0) + 1,
            previous: head?.digest ?? [UInt8](repeating: 0, count: 32),
            takenAt: takenAt,
            collectionEpoch: before.newest,
            domain: domain.id,
            recipientsVersion: ring.publicKeys.recipients.version,
            clusterTag: keys.clusterTag(request.cluster.uid),
            policyTag: request.policy.map { keys.policyTag($0) } ?? 0,
            root: root.id,
            objects: root.objects,
            context: KeyContext(session, salt: repository.environment.random(KeyContext.saltCount)),
            packs: state.withLock { $0.packs },
            extensions: hasContent ? [.chunkLists] : [],
            sealed: []
        )
        do throws(MalformedBytes) {
            manifest.sealed = try details.sealed(
                try manifest.context.contentKey(session.key, info: SnapshotChain.sealedInfo),
                head: manifest.encodedHead(),
                codecs: repository.blobs.codecs
            )
        } catch { throw Self.unreadable(error) }
        let signed = manifest.encodedForSignature()
        let bytes = signed + (try ring.signManifest(signed))
        do throws(MalformedBytes) { _ = try SnapshotManifest.decode(bytes) } catch { throw Self.unreadable(error) }
        let digest = contentDigest(bytes)
        let name = ManifestName.name(writer: writer.id, sequence: manifest.sequence, digest: digest)
        _ = try repository.store.put(name, bytes)
        let after = try repository.collections.loadTrusted(repository.ring.configuration.id)
        guard after.isCommitted(seen: before.newest) else { throw Self.overtaken }
        let snapshot = Snapshot(
            id: Hexadecimal.encode(digest),
            takenAt: takenAt,
            objects: Int(root.objects),
            sequence: manifest.sequence,
            writer: writer.id,
            domain: domain.id,
            clusterTag: manifest.clusterTag,
            policyTag: manifest.policyTag,
            cluster: request.cluster,
            policy: request.policy,
            name: name,
            root: root.id
        )
        return (snapshot, bytes.count)
    }

    /// Refuses to refer to a pack that was condemned since this session began.
    ///
    /// What was condemned before was not relied on. Packs of an epoch that has ended meanwhile are deleted already, so that they are not
    /// condemned any more says nothing.
    private func refuseCondemned(_ epochs: CollectionEpochs, _ root: BlobID) throws(LifeboatError) {
        guard let condemned = epochs.condemned(since: collection) else { throw Self.overtaken }
        guard !condemned.isEmpty else { return }
        let own = state.withLock { $0.packs }.contains { condemned.contains($0.digest) }
        if own { throw Self.overtaken }
        do throws(LifeboatError) {
            if try repository.reaches(condemned, from: root) { throw Self.overtaken }
        } catch {
            // A page that is gone has been deleted already.
            throw error.code == .repositoryDamaged ? Self.overtaken : error
        }
    }

    /// A manifest that no reader would accept is not stored: nobody could list, restore or collect around it.
    private static func unreadable(_ problem: MalformedBytes) -> LifeboatError {
        LifeboatError(
            .repositoryUnsupported,
            "no reader would take the manifest of this snapshot: \(problem.reason)",
            remedy: "run it again, which has less to store as what was stored is used; else back up less at once"
        )
    }

    private static var overtaken: LifeboatError {
        LifeboatError(
            .repositoryBusy,
            "the garbage collection began to delete packs that this snapshot needs, so it does not count",
            remedy: "run it again: what is missing is stored then"
        )
    }
}
