internal import KubernetesObjects

/// Objects that are stored twice: what is lost of one of the two harms nobody, and the next loss may.
extension RepositoryCheck {
    /// A key object that nothing else refers to can be taken away unseen; its copy tells.
    mutating func checkKeyCopies() throws(LifeboatError) {
        let store = repository.store
        let copies = Set(try store.list(SecondCopy.name(KeyObjectName.prefix)).map(\.name))
        let names = Set(try store.list(KeyObjectName.prefix).map(\.name) + [KeyObjectName.configuration])
        for copy in copies.sorted() {
            guard let name = SecondCopy.original(copy), !names.contains(name),
                // Somebody may have deleted both since.
                try store.size(copy) != nil
            else { continue }
            problems.append(CheckProblem(path: name, problem: "it is missing, and its copy is there"))
        }
        for name in names.sorted() {
            let copyName = SecondCopy.name(name)
            guard let bytes = try read(name) else { continue }
            let copy = try read(copyName)
            if copy == nil, try store.size(name) != nil {
                notices.append(CheckProblem(path: copyName, problem: "it is missing"))
            }
            try judge(name, bytes, copy)
        }
        let bundles = (names.union(copies.compactMap(SecondCopy.original))).compactMap(KeyObjectName.rootBundleVersion)
        if bundles.isEmpty, try repository.keyStore.bundleNames().isEmpty {
            let problem = "it is missing: the passphrase opens nothing; the recovery sheet has it"
            problems.append(CheckProblem(path: KeyObjectName.rootBundle(1), problem: problem))
        }
    }

    /// The bytes of an object; none of one that cannot be read while others can, which then is damaged.
    func read(_ name: String) throws(LifeboatError) -> [UInt8]? {
        switch try repository.store.getAlone(name) {
        case .success(let bytes): bytes
        case .failure: []
        }
    }

    /// A key object, and its copy when that is not the same.
    private mutating func judge(_ name: String, _ bytes: [UInt8], _ copy: [UInt8]?) throws(LifeboatError) {
        let configuration = repository.ring.configuration
        let first = try repository.keyStore.judge(name, bytes, configuration, nil)
        if let copy, bytes != copy {
            let second = try repository.keyStore.judge(name, copy, configuration, nil)
            switch (first, second) {
            case (.whole, _): notices.append(CheckProblem(path: SecondCopy.name(name), problem: "it is damaged"))
            case (_, .whole): notices.append(CheckProblem(path: name, problem: "it is damaged, and its copy is whole"))
            default: break
            }
        }
        if case .damaged(let reason) = first {
            // Certificates, revocations and lists of recipients are read by every check, and named by it.
            let isNamed = [
                KeyObjectName.writerPrefix, KeyObjectName.maintainerPrefix, KeyObjectName.recipientsPrefix,
            ]
            .contains(where: name.hasPrefix)
            if !isNamed { problems.append(CheckProblem(path: name, problem: reason)) }
        } else if first == .unproved, let copy, bytes != copy {
            let problem = "it and its copy are not the same; a repair with the passphrase finds out which is right"
            problems.append(CheckProblem(path: name, problem: problem))
        }
    }

    /// Snapshots say which list of recipients their writer knew, so the newest one cannot be taken away unseen.
    mutating func checkRecipients(_ committed: [SnapshotChain.Committed]) {
        let newest = committed.map(\.manifest.recipientsVersion).max() ?? 0
        guard let known = recipientsVersion, known < newest else { return }
        let problem = "it is missing, and with an older list whoever was removed since could read new snapshots"
        problems.append(CheckProblem(path: KeyObjectName.recipients(newest), problem: problem))
    }

    /// Who has the passphrase knows all domains: of one whose keys are lost, nothing can be restored.
    mutating func checkDomains(_ counting: [SnapshotChain.Committed]) {
        guard repository.ring.roles.contains(.root) else { return }
        let known = Set(repository.ring.domains)
        for (domain, entries) in Dictionary(grouping: counting, by: \.manifest.domain).sorted(by: { $0.key < $1.key })
        where !known.contains(domain) {
            problems.append(
                CheckProblem(
                    path: KeyObjectName.domain(domain, 1),
                    problem: "the keys of the domain are missing, so nothing of these snapshots can be read",
                    snapshots: entries.map(\.snapshot.id)
                )
            )
        }
    }

    /// Copies of manifests and of the records of maintainers, of which somebody may need one some day.
    mutating func checkCopies() throws(LifeboatError) {
        for object in try repository.store.list(SecondCopy.prefix) {
            guard let name = SecondCopy.original(object.name), !name.hasPrefix(KeyObjectName.prefix),
                name != KeyObjectName.configuration, let copy = try read(object.name)
            else { continue }
            bytesRead += copy.count
            guard let digest = Self.digest(name) else {
                // A record of a collection, of which the one that is signed is taken.
                if let bytes = try read(name), bytes != copy {
                    let problem = "it and its copy are not the same: one of them is damaged"
                    notices.append(CheckProblem(path: name, problem: problem))
                }
                continue
            }
            let isCopyWhole = contentDigest(copy) == digest
            if !isCopyWhole { notices.append(CheckProblem(path: object.name, problem: "it is damaged")) }
            // Manifests themselves are read by every check.
            guard isCopyWhole, ManifestName.parse(name) == nil, let bytes = try read(name) else {
                continue
            }
            bytesRead += bytes.count
            if contentDigest(bytes) != digest { notices.append(Self.replaced(name)) }
        }
    }

    static func replaced(_ name: String, snapshots: [String] = []) -> CheckProblem {
        CheckProblem(path: name, problem: "it is damaged, and its copy is read in its place", snapshots: snapshots)
    }

    /// The digest that the name of an object has, as those of manifests and forget records.
    private static func digest(_ name: String) -> [UInt8]? {
        if let manifest = ManifestName.parse(name) { return manifest.digest }
        guard name.hasPrefix("f/"), let digest = Hexadecimal.decode(String(name.dropFirst(2))), digest.count == 32
        else { return nil }
        return digest
    }

    /// Manifests that are gone while their copies are there, in a repository that keeps copies of them all.
    mutating func checkLostManifests(
        _ epochs: CollectionEpochs,
        _ forgotten: Set<[UInt8]>
    ) throws(LifeboatError) {
        for (name, digest) in try repository.parity?.missingManifests(epochs, forgotten).lost ?? [] {
            let problem = "it is missing, and its copy is there"
            problems.append(CheckProblem(path: name, problem: problem, snapshots: [Hexadecimal.encode(digest)]))
        }
    }
}
