internal import Crypto
internal import KubernetesObjects
internal import Synchronization

extension PackedBlobs {
    func opener(_ pack: Int, _ state: inout State) throws(LifeboatError) -> BlobOpener {
        if let opener = state.packs[pack].opener { return opener }
        let loaded = state.packs[pack]
        let opener = try self.opener(loaded.header, domain: loaded.domain, &state)
        state.packs[pack].opener = opener
        return opener
    }

    /// An opener for a pack of a domain, with all keys that the credential gives.
    func opener(_ header: PackHeader, domain: DomainID) throws(LifeboatError) -> BlobOpener {
        try state.withLock { (state) throws(LifeboatError) in try opener(header, domain: domain, &state) }
    }

    private func opener(
        _ header: PackHeader,
        domain id: DomainID,
        _ state: inout State
    ) throws(LifeboatError) -> BlobOpener {
        let domain = try ring.domain(id)
        let identifiers = state.hashes[id] ?? TreeKeys(domain).identifiers
        state.hashes[id] = identifiers
        var contentCiphers: [BlobCipher?] = []
        var problems: [Int: String] = [:]
        for (number, context) in header.contexts.enumerated() {
            do throws(LifeboatError) {
                let key = try sessionKey(of: context, &state)
                contentCiphers.append(key.map { BlobCipher(context.unprovenContentKey($0)) })
            } catch {
                // The blobs of other sessions in the pack are as good as before.
                guard error.code == .repositoryDamaged else { throw error }
                contentCiphers.append(nil)
                problems[number] = error.message
            }
        }
        return BlobOpener(
            header: header,
            contentCiphers: contentCiphers,
            contextProblems: problems,
            structureCiphers: header.contexts.map { BlobCipher($0.structureKey(domain)) },
            identifiers: identifiers,
            codecs: codecs
        )
    }

    /// The key of the session of a file, when this credential is one of those that it is sealed to.
    ///
    /// - Throws: `repository.damaged` when the key is not the one that the file commits to.
    func sessionKey(of context: KeyContext) throws(LifeboatError) -> SessionKey? {
        try state.withLock { (state) throws(LifeboatError) in try sessionKey(of: context, &state) }
    }

    private func sessionKey(of context: KeyContext, _ state: inout State) throws(LifeboatError) -> SessionKey? {
        guard ring.roles.contains(.reader) else { return nil }
        let session = context.session
        if let key = state.sessionKeys[session.id], context.commits(to: key) { return key }
        do throws(LifeboatError) {
            let key = try ring.openSession(session) { context.commits(to: $0) }
            state.sessionKeys[session.id] = key
            return key
        } catch {
            if error.code == .repositoryKeyMissing { return nil }
            throw error
        }
    }
}
