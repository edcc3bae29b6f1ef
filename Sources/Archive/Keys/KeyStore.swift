package import KubernetesObjects

/// The key objects of one repository: creates, opens and changes them.
package struct KeyStore: Sendable {
    let objects: KeyObjects
    let environment: KeyEnvironment

    package init(objects: KeyObjects, environment: KeyEnvironment) {
        self.objects = objects
        self.environment = environment
    }

    /// What the repository is. Needs no key.
    package func configuration() throws(LifeboatError) -> RepositoryConfiguration {
        guard let bytes = try objects.get(KeyObjectName.configuration) else {
            let hasCopy = try objects.get(SecondCopy.name(KeyObjectName.configuration)) != nil
            let hasBundle = try !bundleNames().isEmpty
            if hasCopy || hasBundle {
                throw LifeboatError(
                    .repositoryNotFound,
                    "\(KeyObjectName.configuration) is missing; what is left here is of a repository.",
                    remedy: "Run `lifeboat repair`, which brings it back."
                )
            }
            throw LifeboatError(
                .repositoryNotFound,
                "There is no repository here: \(KeyObjectName.configuration) is missing.",
                remedy: "Check the path of the repository, or create one with lifeboat init."
            )
        }
        let configuration = try RepositoryConfiguration(parsing: bytes)
        try configuration.require(.read)
        return configuration
    }

    /// The public keys of the repository. Needs no key.
    package func publicKeys() throws(LifeboatError) -> PublicKeys { try PublicKeys.load(objects, configuration()) }

    // MARK: Creating

    /// Creates all key objects of a new repository, and `lifeboat.repo` as the last of them.
    ///
    /// The key bundle decides between two creators, and all else follows from it: a creation that was interrupted is
    /// gone on with when it is started again with the same passphrase.
    ///
    /// - Parameter keepsParity: whether each pack gets parity that can mend it.
    package func create(passphrase: [UInt8], keepsParity: Bool = false) throws(LifeboatError) -> KeyRing {
        guard try objects.get(KeyObjectName.configuration) == nil else { throw Self.exists }
        try Self.checkNewPassphrase(passphrase)
        try requireNoRemains()
        let bundle = try createBundle(passphrase, keepsParity)
        let configuration = bundle.configuration
        // An object that exists is from an interrupted creation with this bundle, and as good.
        for object in try Self.initialObjects(bundle) { _ = try objects.put(object.name, object.bytes) }
        guard try objects.put(KeyObjectName.configuration, configuration.encoded(signedWith: bundle.root)) else {
            throw Self.exists
        }
        return try ring(bundle, configuration)
    }

    /// The key objects of a new repository but for `lifeboat.repo`, which follow from its bundle.
    static func initialObjects(_ bundle: RootBundle) throws(LifeboatError) -> [(name: String, bytes: [UInt8])] {
        let (configuration, root, first) = (bundle.configuration, bundle.root, bundle.firstDomain)
        let envelope = try DomainEnvelope(first, for: bundle.recipients.entries, in: configuration.id)
        let writer = SigningCertificate(
            role: .writer,
            name: RootBundle.writerName,
            domain: first.id,
            publicKey: bundle.writer.publicKey,
            issuedAt: bundle.createdAt
        )
        let maintainer = SigningCertificate(
            role: .maintainer,
            name: RepositoryRole.maintainer.rawValue,
            domain: nil,
            publicKey: bundle.maintainer.signingKey.publicKey,
            issuedAt: bundle.createdAt
        )
        return [
            (KeyObjectName.domain(first.id, 1), try envelope.encoded(in: configuration.id, signedWith: root)),
            (KeyObjectName.writer(writer.id), try writer.encoded(for: configuration, signedWith: root)),
            (KeyObjectName.maintainer(maintainer.id), try maintainer.encoded(for: configuration, signedWith: root)),
            (KeyObjectName.recipients(1), try bundle.recipients.encoded(for: configuration, signedWith: root)),
        ]
    }

    /// A repository of which `lifeboat.repo` and the keys are lost may come back; another one in its place would bury it.
    private func requireNoRemains() throws(LifeboatError) {
        for prefix in [SecondCopy.prefix, "s/", "p/"] {
            // In this order: whoever is creating a repository here has stored its bundle before anything else.
            guard let remains = try objects.list(prefix).first, try bundleNames().isEmpty else { continue }
            throw LifeboatError(
                .repositoryExists,
                "There are remains of a repository here, such as \(remains), and its lifeboat.repo and keys are lost.",
                remedy:
                    "Bring it back with `lifeboat repair` and its passphrase, or choose another place for the new one."
            )
        }
    }

    /// The names with a prefix, also those of which only the copy is there: whatever is lost may come back under its name.
    func takenNames(_ prefix: String) throws(LifeboatError) -> Set<String> {
        Set(try objects.list(prefix)).union(try objects.list(SecondCopy.name(prefix)).compactMap(SecondCopy.original))
    }

    private func createBundle(_ passphrase: [UInt8], _ keepsParity: Bool) throws(LifeboatError) -> RootBundle {
        if let begun = try bundleNames().first {
            do throws(LifeboatError) { return try openBundle(passphrase) } catch {
                guard error.code == .repositoryWrongKey else { throw error }
                throw LifeboatError(
                    .repositoryExists,
                    "The creation of a repository was begun here with another passphrase: \(begun) exists.",
                    remedy: "Use that passphrase to go on, or choose another place for the repository."
                )
            }
        }
        let bundle = try RootBundle(environment, keepsParity: keepsParity)
        guard try objects.put(KeyObjectName.rootBundle(1), encrypt(bundle, passphrase)) else {
            throw LifeboatError(
                .repositoryBusy,
                "Another lifeboat is creating a repository here.",
                remedy: "Wait until it is done."
            )
        }
        return bundle
    }

    private static var exists: LifeboatError {
        LifeboatError(
            .repositoryExists,
            "There is a repository here already.",
            remedy: "Use it, or choose another place for the new one."
        )
    }

    static func checkNewPassphrase(_ passphrase: [UInt8]) throws(LifeboatError) {
        guard !passphrase.isEmpty else {
            throw LifeboatError(
                .usage,
                "The passphrase is empty.",
                remedy: "Choose one: everything in the repository depends on it."
            )
        }
    }

    // MARK: Opening

    /// Opens the repository with what a credential gives.
    package func open(_ credential: RepositoryCredential) throws(LifeboatError) -> KeyRing {
        let configuration = try configuration()
        switch credential {
        case .passphrase(let passphrase):
            let bundle = try openBundle(passphrase)
            guard bundle.repository == configuration.id, bundle.root.publicKey == configuration.rootKey else {
                throw LifeboatError(
                    .repositoryWrongKey,
                    "The key bundle is of the repository \(bundle.repository), and this is \(configuration.id).",
                    remedy: "Restore lifeboat.repo and the folder keys from one copy of the repository."
                )
            }
            return try ring(bundle, configuration)
        case .identity(let text):
            return try open(IdentityFile(parsing: text), configuration)
        }
    }

    private func open(_ file: IdentityFile, _ configuration: RepositoryConfiguration) throws(LifeboatError) -> KeyRing {
        if let origin = file.origin {
            guard origin.repository == configuration.id else {
                throw LifeboatError(
                    .repositoryWrongKey,
                    "The identity is of another repository: it is for \(origin.repository), and this is \(configuration.id).",
                    remedy: "Use an identity that was exported from this repository."
                )
            }
            guard origin.rootKey == configuration.rootKey else {
                throw LifeboatError(
                    .repositoryWrongKey,
                    "The repository is not signed by the root key that the identity knows: lifeboat.repo was replaced.",
                    remedy: "Restore lifeboat.repo from a copy, and find out who changed it."
                )
            }
        }
        var held = HeldKeys()
        switch file.keys {
        case .writer(let writer): held.writer = writer
        case .maintainer(let maintainer): held.maintainer = maintainer
        case .reader(let identity): held.readers = [identity]
        case .age(let identities): held.readers = identities
        }
        let ring = try KeyRing(held, configuration, objects, environment, origin: file.origin)
        if file.origin == nil, ring.domains.isEmpty {
            throw LifeboatError(
                .repositoryWrongKey,
                "The age identity is not a recipient of the repository \(configuration.id).",
                remedy: "Have its owner add your public key as a recipient, with the passphrase."
            )
        }
        return ring
    }

    func ring(_ bundle: RootBundle, _ configuration: RepositoryConfiguration) throws(LifeboatError) -> KeyRing {
        let writer = WriterCredential(
            name: RootBundle.writerName,
            signingKey: bundle.writer,
            secrets: bundle.firstDomain
        )
        let held = HeldKeys(root: bundle, writer: writer, maintainer: bundle.maintainer, readers: [bundle.data])
        return try KeyRing(held, configuration, objects, environment)
    }
}
