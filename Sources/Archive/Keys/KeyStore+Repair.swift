package import KubernetesObjects

/// What a repair of the key objects did.
package struct KeyRepair: Equatable, Sendable {
    /// Objects that were lost or damaged and are whole again.
    package var restored: [String] = []
    /// Copies that were lost or damaged and are whole again.
    package var copied: [String] = []
    /// Objects that stay damaged, and why.
    package var problems: [String: String] = [:]
}

/// Restores key objects: each from its copy, and those of a new repository from the key bundle, which all follow from it.
extension KeyStore {
    /// The objects of this key store must be the plain ones, where to store or delete one does nothing to its copy.
    ///
    /// - Parameter passphrase: opens the key bundle; nil when the credential is an identity file.
    package func repair(passphrase: [UInt8]?, isDryRun: Bool) throws(LifeboatError) -> KeyRepair {
        var repair = KeyRepair()
        let configuration = try repairConfiguration(passphrase, isDryRun, &repair)
        var names = Set(try objects.list(KeyObjectName.prefix))
        names.formUnion(
            try objects.list(SecondCopy.name(KeyObjectName.prefix)).compactMap { SecondCopy.original($0) }
        )
        for name in names.sorted() {
            try repairFromCopy(name, isDryRun, &repair) { (bytes) throws(LifeboatError) in
                try problem(name, bytes, configuration, passphrase)
            }
        }
        if let passphrase, !isDryRun { try remake(passphrase, &repair) }
        return repair
    }

    private func repairConfiguration(
        _ passphrase: [UInt8]?,
        _ isDryRun: Bool,
        _ repair: inout KeyRepair
    ) throws(LifeboatError) -> RepositoryConfiguration {
        let name = KeyObjectName.configuration
        try repairFromCopy(name, isDryRun, &repair) { (bytes) throws(LifeboatError) in
            do throws(LifeboatError) {
                _ = try RepositoryConfiguration(parsing: bytes)
                return nil
            } catch { return error.message }
        }
        for name in [name, SecondCopy.name(name)] {
            guard let bytes = try objects.get(name) else { continue }
            if let configuration = try? RepositoryConfiguration(parsing: bytes) { return configuration }
        }
        guard let passphrase else { return try configuration() }
        let bundle = try anyBundle(passphrase)
        if !isDryRun {
            let bytes = try bundle.configuration.encoded(signedWith: bundle.root)
            try replace(name, bytes)
            try replace(SecondCopy.name(name), bytes)
        }
        repair.problems[name] = nil
        repair.restored.append(name)
        return bundle.configuration
    }

    /// The key bundle, or its copy when that is lost.
    private func anyBundle(_ passphrase: [UInt8]) throws(LifeboatError) -> RootBundle {
        do throws(LifeboatError) { return try openBundle(passphrase) } catch {
            guard !error.code.isOfStore else { throw error }
            for copy in try objects.list(SecondCopy.name(KeyObjectName.rootBundlePrefix)) {
                guard let bytes = try objects.get(copy) else { continue }
                if let bundle = try? open(bytes, copy, passphrase) { return bundle }
            }
            throw error
        }
    }

    /// Puts the better one of an object and its copy in the place of the other.
    private func repairFromCopy(
        _ name: String,
        _ isDryRun: Bool,
        _ repair: inout KeyRepair,
        _ problem: ([UInt8]) throws(LifeboatError) -> String?
    ) throws(LifeboatError) {
        let copyName = SecondCopy.name(name)
        let (original, copy) = (try objects.get(name), try objects.get(copyName))
        let fault = try original.map(problem) ?? "it is missing"
        if let original, fault == nil {
            guard copy != original else { return }
            if !isDryRun { try replace(copyName, original) }
            repair.copied.append(copyName)
        } else if let copy, try problem(copy) == nil {
            if !isDryRun { try replace(name, copy) }
            repair.restored.append(name)
        } else {
            repair.problems[name] = fault
        }
    }

    private func replace(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) {
        if try objects.get(name) != nil { try objects.delete(name) }
        try putNew(name, bytes)
    }

    /// What is wrong with a key object; nil when nothing is.
    private func problem(
        _ name: String,
        _ bytes: [UInt8],
        _ configuration: RepositoryConfiguration,
        _ passphrase: [UInt8]?
    ) throws(LifeboatError) -> String? {
        do throws(LifeboatError) {
            if KeyObjectName.rootBundleVersion(name) != nil {
                guard let passphrase else { return nil }
                do throws(LifeboatError) { _ = try open(bytes, name, passphrase) } catch {
                    // One of an interrupted change of the passphrase.
                    if error.code != .repositoryWrongKey { throw error }
                }
            } else if name.hasPrefix(KeyObjectName.domainPrefix) {
                _ = try DomainEnvelope(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.rewrapPrefix) {
                _ = try SessionRewraps(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.recipientsPrefix) {
                _ = try RecipientList(parsing: bytes, name: name, configuration)
            } else if name.hasSuffix(".rev") {
                _ = try WriterRevocation(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.writerPrefix) {
                _ = try SigningCertificate(parsing: bytes, name: name, role: .writer, configuration)
            } else if name.hasPrefix(KeyObjectName.maintainerPrefix) {
                _ = try SigningCertificate(parsing: bytes, name: name, role: .maintainer, configuration)
            }
            return nil
        } catch {
            if error.code.isOfStore { throw error }
            return error.message
        }
    }

    /// Makes what a new repository has and this one lost with its copy.
    private func remake(_ passphrase: [UInt8], _ repair: inout KeyRepair) throws(LifeboatError) {
        let bundle = try anyBundle(passphrase)
        let hasNewerList = try objects.list(KeyObjectName.recipientsPrefix).contains {
            $0 != KeyObjectName.recipients(1)
        }
        for object in try Self.initialObjects(bundle) {
            // The first list would be a step back where there is a newer one.
            if object.name == KeyObjectName.recipients(1), hasNewerList { continue }
            guard try objects.get(object.name) == nil || repair.problems[object.name] != nil else { continue }
            try replace(object.name, object.bytes)
            try replace(SecondCopy.name(object.name), object.bytes)
            repair.problems[object.name] = nil
            repair.restored.append(object.name)
        }
    }
}
