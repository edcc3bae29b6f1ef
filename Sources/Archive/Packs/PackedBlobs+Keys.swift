internal import Crypto
internal import KubernetesObjects
internal import Synchronization

extension PackedBlobs {
    func opener(_ pack: Int, _ state: inout State) throws(LifeboatError) -> BlobOpener {
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
