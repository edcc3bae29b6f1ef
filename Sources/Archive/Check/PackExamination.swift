internal import Crypto
internal import KubernetesObjects

/// What opening every blob of a pack showed.
struct PackExamination {
    /// Whether its bytes are those that its name stands for.
    let isNamed: Bool
    /// The pack taken apart; nil when nobody can tell what is in it.
    private(set) var contents: PackContents?
    private(set) var domain: DomainID?
    /// Blobs that cannot be read, and why.
    private(set) var damaged: [BlobID: String] = [:]
    /// Whether there are blobs in it that this credential does not open.
    private(set) var isPartial = false
    /// What is wrong with the pack; nil when nothing is.
    private(set) var problem: String?

    /// Whether every blob of the pack is what its id stands for.
    var isWhole: Bool { problem == nil }

    init(_ bytes: [UInt8], _ name: String, _ repository: Repository) throws(LifeboatError) {
        isNamed = PackName.digest(name) == contentDigest(bytes)
        try open(bytes, name, repository)
        if problem == nil, !isNamed { problem = "its bytes are not those that its name stands for" }
    }

    private mutating func open(_ bytes: [UInt8], _ name: String, _ repository: Repository) throws(LifeboatError) {
        var reason: String?
        for id in repository.ring.domains {
            let domain = try repository.ring.domain(id)
            let contents: PackContents
            do throws(MalformedBytes) {
                contents = try PackContents(bytes) { (header) throws(MalformedBytes) in
                    header.contexts[0].trailerKey(domain)
                }
            } catch {
                reason = error.reason
                continue
            }
            self.contents = contents
            self.domain = id
            try openBlobs(contents, try repository.blobs.opener(contents.header, domain: id))
            return
        }
        problem = reason
    }

    private mutating func openBlobs(_ contents: PackContents, _ opener: BlobOpener) throws(LifeboatError) {
        let isNamed = isNamed
        var damaged: [BlobID: String] = [:]
        var isPartial = false
        contents.forEachBlob { record, sealed in
            if let problem = opener.problem(of: record) {
                damaged[record.id] = problem
                return
            }
            guard opener.canOpen(record) else {
                isPartial = true
                // Without its key nobody can tell whether it is this blob that differs.
                if !isNamed { damaged[record.id] = "its pack is damaged" }
                return
            }
            do throws(MalformedBytes) { try opener.verify(record, sealed) } catch {
                damaged[record.id] = error.reason
            }
        }
        self.damaged = damaged
        self.isPartial = isPartial
        if !contents.isBodyIntact { problem = "the checksum of its body is wrong" }
        if let first = damaged.min(by: { $0.key.description < $1.key.description }) {
            problem = "blob \(first.key): \(first.value)"
        }
    }
}
