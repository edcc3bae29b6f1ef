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

/// What can be said of the bytes of a key object.
enum KeyVerdict: Equatable {
    case whole
    case damaged(String)
    /// A key bundle that is for another passphrase, or for none that is known.
    case unproved
}

/// Restores key objects: each from its copy, and those of a new repository from the key bundle, which all follow from it.
extension KeyStore {
    /// The objects of this key store must be the plain ones, where to store or delete one does nothing to its copy.
    ///
    /// - Parameter passphrase: opens the key bundle; nil when the credential is an identity file.
    package func repair(passphrase: [UInt8]?, isDryRun: Bool) throws(LifeboatError) -> KeyRepair {
        var repair = KeyRepair()
        let (configuration, bundle) = try repairConfiguration(passphrase, isDryRun, &repair)
        for name in try takenNames(KeyObjectName.prefix).sorted() {
            try repairFromCopy(name, isDryRun, &repair) { (bytes) throws(LifeboatError) in
                try judge(name, bytes, configuration, passphrase)
            }
        }
        if let bundle { try remake(bundle, isDryRun, &repair) }
        return repair
    }

    /// Puts the one of an object and its copy that is proved in the place of the other; of two of which neither is, both stay.
    private func repairFromCopy(
        _ name: String,
        _ isDryRun: Bool,
        _ repair: inout KeyRepair,
        _ judge: ([UInt8]) throws(LifeboatError) -> KeyVerdict
    ) throws(LifeboatError) {
        let copyName = SecondCopy.name(name)
        let (original, copy) = (try objects.get(name), try objects.get(copyName))
        let verdict = try original.map(judge) ?? .damaged("it is missing")
        if let original, verdict == .whole || verdict == .unproved && copy == nil {
            guard copy != original else { return }
            if !isDryRun { try replace(copyName, original) }
            repair.copied.append(copyName)
            return
        }
        if original != nil, verdict == .unproved, copy == original { return }
        let second = try copy.map(judge) ?? .damaged("")
        if let copy, second == .whole || second == .unproved && original == nil {
            if !isDryRun { try replace(name, copy) }
            repair.restored.append(name)
        } else if case .damaged(let reason) = verdict {
            repair.problems[name] = reason
        } else {
            repair.problems[name] = "it and its copy are not the same, and this passphrase opens neither"
        }
    }

    func replace(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) {
        if try objects.get(name) != nil { try objects.delete(name) }
        try putNew(name, bytes)
    }

    /// Whether a key object is what it should be.
    func judge(
        _ name: String,
        _ bytes: [UInt8],
        _ configuration: RepositoryConfiguration,
        _ passphrase: [UInt8]?
    ) throws(LifeboatError) -> KeyVerdict {
        do throws(LifeboatError) {
            if KeyObjectName.rootBundleVersion(name) != nil {
                guard let passphrase else { return .unproved }
                do throws(LifeboatError) {
                    guard try open(bytes, name, passphrase).isBundle(of: configuration) else {
                        return .damaged("it is the key bundle of another repository")
                    }
                } catch {
                    // One of an interrupted change of the passphrase, or damaged where it says which passphrase it wants.
                    guard error.code == .repositoryWrongKey else { throw error }
                    return .unproved
                }
            } else if name == KeyObjectName.configuration {
                guard try RepositoryConfiguration(parsing: bytes).isSame(as: configuration) else {
                    return .damaged("it is of another repository")
                }
            } else if name.hasPrefix(KeyObjectName.domainPrefix) {
                _ = try DomainEnvelope(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.rewrapPrefix) {
                _ = try SessionRewraps(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.recipientsPrefix) {
                _ = try RecipientList(parsing: bytes, name: name, configuration)
            } else if name.hasSuffix(KeyObjectName.revocationSuffix) {
                _ = try WriterRevocation(parsing: bytes, name: name, configuration)
            } else if name.hasPrefix(KeyObjectName.writerPrefix) {
                _ = try SigningCertificate(parsing: bytes, name: name, role: .writer, configuration)
            } else if name.hasPrefix(KeyObjectName.maintainerPrefix) {
                _ = try SigningCertificate(parsing: bytes, name: name, role: .maintainer, configuration)
            }
            return .whole
        } catch {
            if error.code.isOfStore { throw error }
            return .damaged(error.message)
        }
    }

    /// Makes what a new repository has and this one lost with its copy.
    private func remake(
        _ bundle: RootBundle,
        _ isDryRun: Bool,
        _ repair: inout KeyRepair
    ) throws(LifeboatError) {
        let hasNewerList = try objects.list(KeyObjectName.recipientsPrefix).contains {
            $0 != KeyObjectName.recipients(1)
        }
        for object in try Self.initialObjects(bundle) {
            // The first list would be a step back where there is a newer one.
            if object.name == KeyObjectName.recipients(1), hasNewerList { continue }
            let isLost = try objects.get(object.name) == nil && !repair.restored.contains(object.name)
            guard isLost || repair.problems[object.name] != nil else { continue }
            if !isDryRun {
                try replace(object.name, object.bytes)
                try replace(SecondCopy.name(object.name), object.bytes)
            }
            repair.problems[object.name] = nil
            repair.restored.append(object.name)
        }
    }
}
