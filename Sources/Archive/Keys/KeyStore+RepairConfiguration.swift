import KubernetesObjects

/// What a repair needs to be sure of before it changes anything: which repository it is.
extension KeyStore {
    /// `lifeboat.repo` or its copy, whichever the key bundle is of, put in the place of the other; made from the bundle when both are lost.
    ///
    /// Each of them names the key that it is signed with, so by itself neither proves anything.
    ///
    /// - Returns: what the repository is, and its key bundle when the passphrase opens it.
    /// - Throws: `repository.wrong-key` when the passphrase opens bundles, and none is of this repository. Nothing was changed then.
    func repairConfiguration(
        _ passphrase: [UInt8]?,
        _ isDryRun: Bool,
        _ repair: inout KeyRepair
    ) throws(LifeboatError) -> (configuration: RepositoryConfiguration, bundle: RootBundle?) {
        let (name, copyName) = (KeyObjectName.configuration, SecondCopy.name(KeyObjectName.configuration))
        let (original, copy) = (try objects.get(name), try objects.get(copyName))
        let first = original.flatMap { try? RepositoryConfiguration(parsing: $0) }
        let second = copy.flatMap { try? RepositoryConfiguration(parsing: $0) }
        var opened: [RootBundle] = []
        if let passphrase { opened = try bundles(passphrase) }
        func bundle(of configuration: RepositoryConfiguration) -> RootBundle? {
            opened.first { $0.isBundle(of: configuration) }
        }
        if let first, let original, opened.isEmpty || bundle(of: first) != nil {
            // One that is whole and not proved stays.
            let isLost = second.map { bundle(of: first) != nil && !$0.isSame(as: first) } ?? true
            if copy != original, isLost || second?.isSame(as: first) == true {
                if !isDryRun { try replace(copyName, original) }
                repair.copied.append(copyName)
            }
            return (first, bundle(of: first))
        }
        if let second, let copy, opened.isEmpty || bundle(of: second) != nil {
            if !isDryRun { try replace(name, copy) }
            repair.restored.append(name)
            return (second, bundle(of: second))
        }
        // Throws what is wrong with it.
        guard let bundle = opened.first else { return (try configuration(), nil) }
        guard first == nil, second == nil, opened.allSatisfy({ $0.isBundle(of: bundle.configuration) }) else {
            throw LifeboatError(
                .repositoryWrongKey,
                "The key bundle is of the repository \(bundle.repository), and other objects under keys or \(name) are of another one.",
                remedy:
                    "Restore lifeboat.repo and the folder keys from one copy of the repository. Nothing was changed."
            )
        }
        if !isDryRun {
            let bytes = try bundle.configuration.encoded(signedWith: bundle.root)
            try replace(name, bytes)
            try replace(copyName, bytes)
        }
        repair.restored.append(name)
        return (bundle.configuration, bundle)
    }

    /// The key bundles that the passphrase opens, and copies of bundles.
    func bundles(_ passphrase: [UInt8]) throws(LifeboatError) -> [RootBundle] {
        var names = try bundleNames()
        names += try objects.list(SecondCopy.name(KeyObjectName.rootBundlePrefix))
        var bundles: [RootBundle] = []
        var known: Set<[UInt8]> = []
        for name in names {
            guard let bytes = try objects.get(name), known.insert(bytes).inserted else { continue }
            do throws(LifeboatError) { bundles.append(try open(bytes, name, passphrase)) } catch {
                if error.code.isOfStore { throw error }
            }
        }
        return bundles
    }
}

extension RootBundle {
    /// Whether it holds the keys of a repository.
    func isBundle(of configuration: RepositoryConfiguration) -> Bool {
        repository == configuration.id && root.publicKey == configuration.rootKey
    }
}

extension RepositoryConfiguration {
    /// Whether it is of the same repository.
    func isSame(as other: RepositoryConfiguration) -> Bool { id == other.id && rootKey == other.rootKey }
}
