package import KubernetesObjects

/// The key bundle behind the passphrase.
extension KeyStore {
    /// A bundle that asks for more than 1 GiB of memory was not made by Lifeboat.
    private static let largestWorkFactor = 20

    /// Makes `passphrase` the one that opens the repository.
    ///
    /// The new bundle is written before the old ones are deleted. A copy of the repository that was taken before still
    /// opens with the old passphrase.
    package func changePassphrase(to passphrase: [UInt8], from ring: KeyRing) throws(LifeboatError) {
        let bundle = try root(ring, to: "change the passphrase")
        try Self.checkNewPassphrase(passphrase)
        let old = try bundleNames()
        let new = try newBundleName()
        guard try objects.put(new, encrypt(bundle, passphrase)) else {
            throw LifeboatError(
                .repositoryBusy,
                "Another lifeboat is changing the passphrase.",
                remedy: "Wait until it is done."
            )
        }
        // Everything depends on it, so it is read back before the old ones go.
        guard let stored = try objects.get(new), let read = try? open(stored, new, passphrase),
            read.isBundle(of: ring.configuration)
        else {
            throw LifeboatError(
                .internalError,
                "\(new) does not read back as it was written, so the old passphrase still opens the repository.",
                remedy:
                    "Delete \(new) and copies/\(new), and run again; when it happens again, test the memory of this machine."
            )
        }
        for name in old { try objects.delete(name) }
    }

    /// A name that no bundle has or had. Versions that no repository comes to are of somebody who wants to run out of them.
    private func newBundleName() throws(LifeboatError) -> String {
        let taken = try takenNames(KeyObjectName.rootBundlePrefix)
        var version = (taken.compactMap(KeyObjectName.rootBundleVersion).filter { $0 < 1 << 20 }.max() ?? 0) + 1
        while taken.contains(KeyObjectName.rootBundle(version)) { version += 1 }
        return KeyObjectName.rootBundle(version)
    }

    /// The names of the key bundles, the newest first.
    func bundleNames() throws(LifeboatError) -> [String] {
        try objects.list(KeyObjectName.rootBundlePrefix)
            .compactMap { name in KeyObjectName.rootBundleVersion(name).map { (name: name, version: $0) } }
            .sorted { $0.version > $1.version }
            .map(\.name)
    }

    /// The bytes of the bundle that was opened, as they are stored, for the recovery sheet.
    func storedBundle(_ bundle: RootBundle) throws(LifeboatError) -> (name: String, bytes: [UInt8]) {
        guard let bytes = try objects.get(bundle.objectName) else { throw Self.bundleMissing }
        return (bundle.objectName, bytes)
    }

    func encrypt(_ bundle: RootBundle, _ passphrase: [UInt8]) throws(LifeboatError) -> [UInt8] {
        var text = try bundle.encoded()
        defer { text.erase() }
        let recipient = AgeRecipient.passphrase(
            SecretBytes(passphrase),
            workFactor: environment.passphraseWorkFactor
        )
        do { return try AgeFile.encrypt(text, to: [recipient], random: environment.random) } catch {
            throw LifeboatError(
                .internalError,
                "The key bundle cannot be encrypted: \(error).",
                remedy: "A passphrase of work factor \(environment.passphraseWorkFactor) needs memory; free some."
            )
        }
    }

    /// The first bundle that the passphrase opens.
    ///
    /// More than one is left by an interrupted change of the passphrase, and as many as he likes by whoever may write into the store. So
    /// those that cost least are tried first, and all of them.
    func openBundle(_ passphrase: [UInt8]) throws(LifeboatError) -> RootBundle {
        var failures: [LifeboatError] = []
        var candidates: [(cost: Int, name: String, bytes: [UInt8])] = []
        for name in try bundleNames() {
            guard let bytes = try objects.get(name) else { continue }
            if let refusal = objects.refusal(name), refusal.code == .storeDenied { failures.append(refusal) }
            candidates.append((AgeFile.passphraseWorkFactor(of: bytes) ?? .max, name, bytes))
        }
        // The sort keeps the newest first among equals.
        for (_, name, bytes) in candidates.sorted(by: { $0.cost < $1.cost }) {
            do throws(LifeboatError) { return try open(bytes, name, passphrase) } catch { failures.append(error) }
        }
        // Damage matters only when no bundle asked for another passphrase.
        throw failures.first { $0.code == .repositoryWrongKey } ?? failures.first ?? Self.bundleMissing
    }

    func open(_ bytes: [UInt8], _ name: String, _ passphrase: [UInt8]) throws(LifeboatError) -> RootBundle {
        do {
            var limits = AgeLimits()
            limits.workFactor = Self.largestWorkFactor
            var text = try AgeFile.decrypt(bytes, with: [.passphrase(SecretBytes(passphrase))], limits: limits)
            defer { text.erase() }
            return try RootBundle(parsing: text, name: name)
        } catch let error as AgeError {
            switch error {
            case .wrongPassphrase:
                throw LifeboatError(
                    .repositoryWrongKey,
                    "The passphrase does not open the repository's key bundle, \(name).",
                    remedy: "Check LIFEBOAT_PASSWORD_FILE, or use an identity file."
                )
            case .noMatchingIdentity:
                throw LifeboatError(
                    .repositoryWrongKey,
                    "The key bundle, \(name), is not encrypted with a passphrase.",
                    remedy: "Restore it from a copy of the repository."
                )
            case .malformed(let cause), .damaged(let cause), .tooExpensive(let cause), .unusableKey(let cause):
                throw damagedKeyObject(name, cause)
            }
        } catch let error as LifeboatError { throw error } catch {
            throw LifeboatError(.internalError, "The key bundle, \(name), cannot be opened.")
        }
    }

    private static var bundleMissing: LifeboatError {
        LifeboatError(
            .repositoryKeyMissing,
            "The repository's key bundle, \(KeyObjectName.rootBundle(1)), is missing.",
            remedy:
                "Run `lifeboat repair`, which brings it back where there is a copy of it; else restore it from the recovery sheet "
                + "or from a copy of the repository, or use an identity file."
        )
    }

    /// The root's keys, or an error that names who may do the action.
    func root(_ ring: KeyRing, to action: String) throws(LifeboatError) -> RootBundle {
        try ring.require(.root, to: action)
        guard let root = ring.held.root else { throw LifeboatError(.internalError, "The root role has no key.") }
        return root
    }
}
