package import KubernetesObjects

/// When and how a snapshot was last proved to be good.
package struct Verification: Equatable, Sendable {
    package let at: Timestamp
    package let kind: VerificationKind
}

extension Repository {
    /// A proof is written again when the last one of a snapshot is so old, so that records stay few.
    private static let renewalSeconds: Int64 = 7 * 24 * 3600

    /// When snapshots were last proved to be good, by their ids. Needs a reader; others see none.
    ///
    /// - Parameter needsAll: whether to fail when a record cannot be read: whoever lets snapshots go must know all of them.
    package func verifications(needsAll: Bool = false) throws(LifeboatError) -> [String: Verification] {
        if needsAll { try requireReadableRecords() }
        guard ring.roles.contains(.reader) else { return [:] }
        let (records, _, unread) = try verificationRecords()
        if needsAll, let (name, error) = unread.first {
            throw LifeboatError(
                error.code,
                "\(name) cannot be read, so nobody can tell which snapshots were proved to be good: \(error.message)",
                remedy: error.code == .storeDenied
                    ? "give this identity the right to read it; when somebody else put it there, delete it"
                    : "look at the disk and at who may write to the store; when it cannot be read for good, delete it"
            )
        }
        let contexts = Dictionary(
            try chain.load().committed.map { ($0.snapshot.digest, $0.manifest.context) },
            uniquingKeysWith: { first, _ in first }
        )
        var found: [String: Verification] = [:]
        // A time far in the future is of a clock that was wrong, and would never be renewed.
        let latest = environment.now().adding(seconds: Self.renewalSeconds)
        for record in records where record.time <= latest {
            for entry in record.entries {
                guard let context = contexts[entry.digest], let key = try blobs.sessionKey(of: context),
                    record.isValid(entry, key)
                else { continue }
                let id = Hexadecimal.encode(entry.digest)
                if let known = found[id], known.at >= record.time { continue }
                found[id] = Verification(at: record.time, kind: record.kind)
            }
        }
        return found
    }

    /// A snapshot that was forgotten would count as the one to keep, and the one that is wanted would go.
    private func requireReadableRecords() throws(LifeboatError) {
        let id = ring.configuration.id
        let problems = try forgets.load(id).problems + collections.load(id).problems
        guard let (name, error) = problems.first(where: { $0.error.code.isOfStore }) else { return }
        throw LifeboatError(
            error.code,
            "\(name) cannot be read, so nobody can tell which snapshots are forgotten: \(error.message)",
            remedy: "see that this identity can read it; when somebody else put it there, delete it"
        )
    }

    /// Writes down that snapshots were proved to be good.
    ///
    /// - Returns: of how many it was written; those with a fresh proof, and those that this credential does not read, are left out.
    @discardableResult
    package func recordVerification(of ids: [String], _ kind: VerificationKind) throws(LifeboatError) -> Int {
        let known = try verifications()
        let now = environment.now()
        var record = VerificationRecord(ring.configuration.id, at: now, kind)
        for committed in try committed() where ids.contains(committed.snapshot.id) {
            if let last = known[committed.snapshot.id], last.kind.rawValue >= kind.rawValue,
                now.secondsSince1970 - last.at.secondsSince1970 < Self.renewalSeconds
            {
                continue
            }
            guard let key = try blobs.sessionKey(of: committed.manifest.context) else { continue }
            record.add(committed.snapshot.digest, key)
        }
        guard !record.entries.isEmpty else { return 0 }
        _ = try store.put(record.name, record.encoded)
        return record.entries.count
    }

    /// The records that are there, and what is wrong with those that are none.
    func verificationRecords() throws(LifeboatError) -> (
        records: [VerificationRecord], problems: [String: String], unread: [(name: String, error: LifeboatError)]
    ) {
        var (records, problems): ([VerificationRecord], [String: String]) = ([], [:])
        var unread: [(name: String, error: LifeboatError)] = []
        for object in try store.list(VerificationRecord.prefix) {
            guard let digest = VerificationRecord.digest(object.name) else { continue }
            let bytes: [UInt8]
            do throws(LifeboatError) {
                guard let found = try store.get(object.name) else { continue }
                bytes = found
            } catch {
                guard store.isRefusalOfOne(error, object.name) else { throw error }
                problems[object.name] = error.message
                unread.append((object.name, error))
                continue
            }
            guard contentDigest(bytes) == digest else {
                problems[object.name] = "its bytes are not those that its name stands for"
                continue
            }
            // What does not read as one is of a later version.
            if let record = try? VerificationRecord(bytes, ring.configuration.id) { records.append(record) }
        }
        return (records, problems, unread)
    }

    /// Deletes the records that name only manifests which are not there any more.
    ///
    /// - Parameter existing: lists the digests of the manifests that are there, after the records have been listed.
    func deleteObsoleteVerifications(
        existing: () throws(LifeboatError) -> Set<[UInt8]>
    ) throws(LifeboatError) {
        let records = try verificationRecords().records
        guard !records.isEmpty else { return }
        let existing = try existing()
        for record in records where existing.isDisjoint(with: record.entries.map(\.digest)) {
            try store.delete(record.name)
        }
    }
}
