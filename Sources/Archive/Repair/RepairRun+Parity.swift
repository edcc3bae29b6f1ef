internal import KubernetesObjects

extension RepairRun {
    /// Brings back manifests that are gone while their copies are there, but for those that somebody took away on purpose.
    mutating func restoreLostManifests() throws(LifeboatError) {
        guard let store = repository.parity else { return }
        let forgotten = try repository.forgets.load(repository.ring.configuration.id).forgotten
        let epochs = try repository.collections.load(repository.ring.configuration.id).epochs
        for (name, digest) in try store.missingManifests(epochs, forgotten).lost {
            guard case .success(let bytes?) = try store.getAlone(SecondCopy.name(name)), contentDigest(bytes) == digest
            else { continue }
            if !report.isDryRun {
                _ = try store.base.put(name, bytes)
                report.bytesWritten += bytes.count
            }
            report.restored.append(name)
        }
    }

    /// Brings back packs that are gone and small enough for their parity to hold all of them.
    mutating func restoreLostPacks() throws(LifeboatError) {
        guard let store = repository.parity else { return }
        for name in try store.gaps().gone {
            guard let bytes = try store.mended(name, from: []) else { continue }
            if !report.isDryRun {
                _ = try store.base.put(name, bytes)
                report.bytesWritten += bytes.count
            }
            report.restored.append(name)
        }
    }

    /// Makes the copies of manifests that have none, or a damaged one.
    mutating func storeCopies() throws(LifeboatError) {
        guard let store = repository.parity else { return }
        for object in try store.list("s/") {
            guard let digest = ManifestName.parse(object.name)?.digest,
                case .success(let bytes?) = try store.getAlone(object.name), contentDigest(bytes) == digest
            else { continue }
            let name = SecondCopy.name(object.name)
            guard case .success(let copy) = try store.getAlone(name) else { continue }
            guard copy != bytes else { continue }
            if !report.isDryRun {
                if copy != nil { try store.base.delete(name) }
                _ = try store.base.put(name, bytes)
                report.bytesWritten += bytes.count
            }
            report.parity.append(name)
        }
    }

    /// Makes the parity of a pack that is whole, when it has none or a damaged one.
    mutating func storeParity(of pack: String, _ bytes: [UInt8]) throws(LifeboatError) {
        guard let store = repository.parity else { return }
        let name = ParityStore.name(pack)
        let isThere = try store.size(name) != nil
        if isThere, try store.problem(of: pack, bytes) == nil { return }
        if !report.isDryRun {
            let parity = PackParity.encoded(bytes)
            // What is damaged helps nobody, so nothing is lost when this is interrupted.
            if isThere { try store.base.delete(name) }
            _ = try store.base.put(name, parity)
            report.bytesWritten += parity.count
        }
        report.parity.append(name)
    }
}
