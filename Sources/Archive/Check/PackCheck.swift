internal import KubernetesObjects

/// Checks one pack.
struct PackCheck {
    let repository: Repository
    let level: CheckLevel
    private(set) var bytesRead = 0
    /// Blobs of which this check proved that they cannot be read.
    private(set) var damaged: [BlobID: String] = [:]
    /// Packs of which nobody can tell what is in them.
    private(set) var unreadable: Set<String> = []
    /// Whether some pack had blobs that this credential does not open, so that nobody knows what they are.
    private(set) var hasUnopened = false
    /// What is wrong with the parity of the last pack, which is whole.
    private(set) var parityProblem: String?

    init(repository: Repository, level: CheckLevel) {
        self.repository = repository
        self.level = level
    }

    /// Reads a whole pack and compares it with its name and, at the level of data, every blob with its id.
    ///
    /// - Returns: what is wrong with it; nil when nothing is.
    mutating func check(_ object: StoredObject) throws(LifeboatError) -> String? {
        guard let digest = PackName.digest(object.name) else { return "its name is not that of a pack" }
        let bytes: [UInt8]
        switch try repository.store.getRest(of: object.name) {
        case .success(let rest?): bytes = rest.bytes
        case .success(nil): return "it is missing"
        case .failure(let reason):
            guard try repository.parity?.mended(object.name, from: []) == nil else {
                return "\(reason.reason); its parity mends it"
            }
            unreadable.insert(object.name)
            return reason.reason
        }
        bytesRead += bytes.count
        parityProblem = nil
        // A pack that differs from its name is opened all the same, to tell which of its blobs are hurt.
        if level < .data, contentDigest(bytes) == digest {
            parityProblem = try repository.parity?.problem(of: object.name, bytes)
            return nil
        }
        let examination = try PackExamination(bytes, object.name, repository)
        hasUnopened = hasUnopened || examination.isPartial
        damaged.merge(examination.damaged) { first, _ in first }
        guard let problem = examination.problem else {
            parityProblem = try repository.parity?.problem(of: object.name, bytes)
            return nil
        }
        let isMendable = try repository.parity?.mended(object.name, from: bytes) != nil
        if !isMendable, examination.contents == nil { unreadable.insert(object.name) }
        return isMendable ? "\(problem); its parity mends it" : problem
    }
}
