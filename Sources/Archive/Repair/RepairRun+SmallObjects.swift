internal import KubernetesObjects

extension RepairRun {
    /// Takes away index segments that are damaged or wrong. The next prune writes them anew.
    mutating func removeSegments(_ check: IndexCheck) throws(LifeboatError) {
        for name in check.problems.keys.sorted() where try mayBeRemoved(name) {
            if !report.isDryRun { try repository.store.delete(name) }
            report.segments.append(name)
        }
    }

    /// Takes away what is no verification record, whatever it was: a check of all data writes the next one.
    mutating func removeVerifications() throws(LifeboatError) {
        for name in try repository.verificationRecords().problems.keys.sorted() {
            switch try repository.store.getAlone(name) {
            case .success(nil): continue
            case .success(let bytes?):
                // The last proof of a snapshot protects it, so one that could not be read for a moment stays.
                guard contentDigest(bytes) != VerificationRecord.digest(name) else { continue }
            case .failure(let reason):
                report.unrestored[name] = reason.reason
                continue
            }
            if !report.isDryRun { try repository.store.delete(name) }
            report.segments.append(name)
        }
    }

    /// Whether an object that is no good can be taken away. What this identity may not read is reported and left, for nobody has seen
    /// it; what a disk has lost nobody will see again.
    private mutating func mayBeRemoved(_ name: String) throws(LifeboatError) -> Bool {
        do throws(LifeboatError) { _ = try repository.store.get(name) } catch {
            guard repository.store.isRefusalOfOne(error, name) else { throw error }
            if error.code == .storageUnreadable { return true }
            report.unrestored[name] = error.message
            return false
        }
        return true
    }

    /// Restores manifests and the records of maintainers in which one bit is flipped.
    mutating func restoreSmallObjects() throws(LifeboatError) {
        let id = repository.ring.configuration.id
        for (name, error) in try repository.chain.load().problems where error.code != .repositoryUnsupported {
            let digest = ManifestName.parse(name)?.digest
            try restore(name, error) { bytes in digest.flatMap { BurstError.mend(bytes, digest: $0) } }
        }
        for (name, error) in try repository.forgets.load(id).problems {
            let digest = Hexadecimal.decode(String(name.dropFirst(2)))
            try restore(name, error) { bytes in digest.flatMap { BurstError.mend(bytes, digest: $0) } }
        }
        let repository = repository
        for (name, error) in try repository.collections.load(id).problems {
            try restore(name, error) { bytes in repository.collections.mend(name, bytes, id) }
        }
    }

    /// Makes the copies of records of maintainers that have none, or a damaged one.
    mutating func storeRecordCopies() throws(LifeboatError) {
        let id = repository.ring.configuration.id
        let damaged = Set(
            try repository.forgets.load(id).problems.map(\.name) + repository.collections.load(id).problems.map(\.name)
        )
        for object in try repository.store.list("f/") + repository.store.list("g/")
        where !damaged.contains(object.name) && !report.restored.contains(object.name) {
            let name = SecondCopy.name(object.name)
            guard case .success(let bytes?) = try repository.store.getAlone(object.name) else { continue }
            var copy: [UInt8]?
            if case .success(let found) = try repository.store.getAlone(name) { copy = found } else { copy = [] }
            // Where they differ, the one that is read may be the other.
            guard copy != bytes, isRecord(object.name, bytes) else { continue }
            if !report.isDryRun {
                if copy != nil { try repository.store.delete(name) }
                _ = try repository.store.put(name, bytes)
                report.bytesWritten += bytes.count
                // A collection that deleted the record meanwhile has not seen the copy.
                if try repository.store.size(object.name) == nil { try repository.store.delete(name) }
            }
            report.parity.append(name)
        }
    }

    private func isRecord(_ name: String, _ bytes: [UInt8]) -> Bool {
        let id = repository.ring.configuration.id
        return name.hasPrefix("f/")
            ? repository.forgets.isWhole(name, bytes, id) : repository.collections.isWhole(name, bytes, id)
    }

    /// Stores the copy that is read in the place of a damaged object.
    private mutating func restore(
        _ name: String,
        _ error: LifeboatError,
        _ mend: ([UInt8]) -> [UInt8]?
    ) throws(LifeboatError) {
        let copyName = SecondCopy.name(name)
        guard case .success(let bytes?) = try repository.store.getAlone(name), let mended = mend(bytes) else {
            report.unrestored[name] = error.message
            return
        }
        if !report.isDryRun {
            try repository.store.delete(copyName)
            _ = try repository.store.put(copyName, mended)
            report.bytesWritten += mended.count
        }
        report.restored.append(name)
    }
}
