internal import KubernetesObjects

/// One run of `Repository.repair`, after the keys were repaired.
struct RepairRun {
    let repository: Repository
    var report = RepairReport()
    private var isDryRun: Bool { report.isDryRun }
    /// Packs of which a disk has lost parts: the digests of what there was.
    private var partlyRead: [String: [UInt8]] = [:]
    private var copy: (copy: PackCopy, domain: DomainID)?

    init(_ repository: Repository, isDryRun: Bool) {
        self.repository = repository
        report.isDryRun = isDryRun
    }

    mutating func run() throws(LifeboatError) {
        try restoreSmallObjects()
        try restoreLostManifests()
        try restoreLostPacks()
        var index = try IndexCheck(repository)
        var removable: [[UInt8]] = []
        for object in try repository.store.list("p/") {
            try Cancellation.check()
            if let digest = try salvage(object, &index) { removable.append(digest) }
        }
        try removeSegments(index)
        try removeVerifications()
        try storeCopy()
        try storeCopies()
        try storeRecordCopies()
        guard !isDryRun, !removable.isEmpty else { return }
        removable = try lostForGood(removable)
        // Only now are all of their good blobs durable elsewhere.
        var collection = CollectionRun(repository, CollectionRules(), isDryRun: false)
        let removed = try collection.remove(removable)
        for index in report.packs.indices {
            guard let digest = PackName.digest(report.packs[index].path) else { continue }
            report.packs[index].isRemoved = removed.contains(digest)
        }
    }

    /// Leaves out packs that are read in another way now than at first: a cable or a server was at fault, and the disk has lost nothing.
    private mutating func lostForGood(_ digests: [[UInt8]]) throws(LifeboatError) -> [[UInt8]] {
        var lost: [[UInt8]] = []
        for digest in digests {
            let name = PackName.name(digest)
            guard let first = partlyRead[name], report.packs.contains(where: { $0.path == name && $0.lost != 0 }) else {
                lost.append(digest)
                continue
            }
            if case .success(let rest?) = try repository.store.getRest(of: name), contentDigest(rest.bytes) == first {
                lost.append(digest)
                continue
            }
            report.packs.removeAll { $0.path == name }
            report.unrestored[name] =
                "parts of it could not be read at first, and later others; look at the disk and its cable, and run it again"
        }
        return lost
    }

    /// Copies what is good of a pack that is not whole, and keeps the rest in quarantine.
    ///
    /// - Returns: the digest in its name when it can be taken away; nil when it is whole, or cannot be judged.
    private mutating func salvage(_ object: StoredObject, _ index: inout IndexCheck) throws(LifeboatError) -> [UInt8]? {
        guard let digest = PackName.digest(object.name) else { return nil }
        let bytes: [UInt8]
        switch try repository.store.getRest(of: object.name) {
        case .success(let rest?):
            bytes = rest.bytes
            if !rest.isWhole { partlyRead[object.name] = contentDigest(bytes) }
        case .success(nil): return nil
        case .failure(let reason): return try replaceUnreadable(object.name, digest, reason.reason)
        }
        report.bytesRead += bytes.count
        var examination = try PackExamination(bytes, object.name, repository)
        if let contents = examination.contents { index.compare(object, contents.records) }
        guard let problem = examination.problem else {
            try storeParity(of: object.name, bytes)
            return nil
        }
        guard !examination.isNamed || examination.contents != nil else {
            // Its bytes are what its writer stored. It is of a domain, or of a format, that this credential does not know; parity needs no key.
            if bytes.starts(with: PackHeader.magic), bytes.count > PackFooter.byteCount {
                try storeParity(of: object.name, bytes)
            }
            report.unrestored[object.name] = problem
            return nil
        }
        if !examination.isWhole {
            let mended =
                try repository.parity?.mended(object.name, from: bytes) ?? BurstError.mend(bytes)
            if mended != bytes {
                let second = try PackExamination(mended, object.name, repository)
                if second.isNamed, second.contents == nil {
                    // It can be mended, and by somebody who knows its domain.
                    report.unrestored[object.name] = problem
                    return nil
                }
                if second.contents != nil { examination = second }
            }
        }
        var pack = RepairReport.Pack(path: object.name, problem: problem)
        if let contents = examination.contents, let domain = examination.domain {
            pack.lost = examination.damaged.count
            pack.saved = contents.records.count - examination.damaged.count
            try save(contents, domain, without: examination.damaged)
        } else {
            pack.lost = nil
        }
        if pack.lost != 0 { pack.quarantine = try quarantine(bytes, object.name) }
        report.packs.append(pack)
        return digest
    }

    /// Stores anew what the parity has of a pack of which nothing can be read.
    private mutating func replaceUnreadable(
        _ name: String,
        _ digest: [UInt8],
        _ problem: String
    ) throws(LifeboatError) -> [UInt8]? {
        guard let mended = try repository.parity?.mended(name, from: []) else {
            report.unrestored[name] = problem
            return nil
        }
        let examination = try PackExamination(mended, name, repository)
        guard examination.isWhole, let contents = examination.contents, let domain = examination.domain else {
            report.unrestored[name] = problem
            return nil
        }
        try save(contents, domain, without: [:])
        var pack = RepairReport.Pack(path: name, problem: problem)
        (pack.lost, pack.saved) = (0, contents.records.count)
        report.packs.append(pack)
        return digest
    }

    private mutating func save(
        _ contents: PackContents,
        _ domain: DomainID,
        without damaged: [BlobID: String]
    ) throws(LifeboatError) {
        guard !isDryRun, damaged.count < contents.records.count else { return }
        let selection = PackCopy.Selection(contents) { damaged[$0] == nil }
        if let begun = copy {
            let fits = begun.domain == domain && begun.copy.hasRoom(for: selection)
            if !fits { try storeCopy() }
        }
        if copy == nil {
            let secrets = try repository.ring.domain(domain)
            let empty = PackCopy(repository.configuration.id, secrets, random: repository.environment.random)
            copy = (empty, domain)
        }
        copy?.copy.append(selection)
    }

    private mutating func storeCopy() throws(LifeboatError) {
        guard let finished = copy.take() else { return }
        report.bytesWritten += try repository.store(finished.copy, finished.domain)
    }

    /// Keeps damaged bytes under a name of their own, so that a repair destroys nothing.
    private mutating func quarantine(_ bytes: [UInt8], _ name: String) throws(LifeboatError) -> String {
        let place = Quarantine.name(of: bytes, name)
        if !isDryRun {
            _ = try repository.store.put(place, bytes)
            report.bytesWritten += bytes.count
        }
        return place
    }
}
