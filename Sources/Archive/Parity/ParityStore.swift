internal import KubernetesObjects

/// The store of a repository that keeps parity: with each pack goes an object that can mend it, and with each manifest a copy.
///
/// They are stored after what they are of and deleted before it, so there are none of what never was. A process that is killed in
/// between leaves a pack without parity, or a manifest without a copy; a repair makes them.
struct ParityStore: ObjectStore {
    static let prefix = "parity/"

    let base: any ObjectStore
    var location: String { base.location }

    static func name(_ pack: String) -> String { prefix + pack }

    /// The pack that an object is the parity of; nil when it is none.
    static func pack(_ name: String) -> String? {
        guard name.hasPrefix(prefix) else { return nil }
        let pack = String(name.dropFirst(prefix.count))
        return PackName.digest(pack) == nil ? nil : pack
    }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let isNew = try base.put(name, bytes)
        guard isNew else { return false }
        if PackName.digest(name) != nil {
            _ = try base.put(Self.name(name), PackParity.encoded(bytes))
        } else if ManifestName.parse(name) != nil {
            // The snapshot is there, whatever becomes of the copy.
            _ = try? base.put(SecondCopy.name(name), bytes)
        }
        return true
    }

    func delete(_ name: String) throws(LifeboatError) {
        if PackName.digest(name) != nil { try base.delete(Self.name(name)) }
        try base.delete(name)
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        try base.get(name, range: range)
    }

    func canRead(_ name: String) -> Bool { base.canRead(name) }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }

    var mayLoseRaces: Bool { base.mayLoseRaces }
    var lockDays: Int? { base.lockDays }

    func extendLocks(of names: [String]) throws(LifeboatError) -> Int { try base.extendLocks(of: names) }

    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }

    /// A pack as it was stored, by its parity and what is left of it; nil when that does not suffice.
    func mended(_ pack: String) throws(LifeboatError) -> [UInt8]? {
        // What cannot be read is lost, and may be in the parity.
        guard case .success(let rest) = try base.getRest(of: pack) else { return try mended(pack, from: []) }
        return try mended(pack, from: rest?.bytes ?? [])
    }

    func mended(_ pack: String, from damaged: [UInt8]) throws(LifeboatError) -> [UInt8]? {
        guard case .success(let rest?) = try base.getRest(of: Self.name(pack)),
            let parity = try? PackParity(rest.bytes),
            let mended = parity.restore(damaged), PackName.digest(pack) == contentDigest(mended)
        else { return nil }
        return mended
    }

    /// What is wrong with the parity of a pack that is whole; nil when nothing is.
    func problem(of pack: String, _ bytes: [UInt8]) throws(LifeboatError) -> String? {
        let stored: [UInt8]
        switch try base.getAlone(Self.name(pack)) {
        case .success(nil): return nil
        case .success(let bytes?): stored = bytes
        case .failure(let reason): return reason.reason
        }
        do throws(MalformedBytes) {
            let parity = try PackParity(stored)
            guard parity.belongs(to: bytes) else { return "it is the parity of other bytes" }
            return parity.isWhole ? nil : "a part of it is damaged"
        } catch { return error.reason }
    }

    /// Manifests that are gone while their copies are there: those that somebody took away on purpose, and those that are lost.
    func missingManifests(
        _ epochs: CollectionEpochs,
        _ forgotten: Set<[UInt8]>
    ) throws(LifeboatError) -> (givenUp: [String], lost: [(name: String, digest: [UInt8])]) {
        // In this order: a copy is stored after its manifest.
        let copies = try base.list(SecondCopy.name("s/")).compactMap { SecondCopy.original($0.name) }
        let there = Set(try base.list("s/").map(\.name))
        var (givenUp, lost): ([String], [(name: String, digest: [UInt8])]) = ([], [])
        for name in copies where !there.contains(name) {
            guard let digest = ManifestName.parse(name)?.digest else { continue }
            if epochs.removed(digest) || forgotten.contains(digest) {
                givenUp.append(name)
            } else {
                lost.append((name, digest))
            }
        }
        return (givenUp, lost)
    }

    /// Manifests without a copy.
    func unprotectedManifests() throws(LifeboatError) -> [String] {
        let copies = Set(try base.list(SecondCopy.name("s/")).map(\.name))
        return try base.list("s/").map(\.name)
            .filter { ManifestName.parse($0) != nil && !copies.contains(SecondCopy.name($0)) }
    }

    /// Packs without parity, and packs that are gone while their parity is there.
    func gaps() throws(LifeboatError) -> (unprotected: [String], gone: [String]) {
        // In this order: parity is stored after its pack.
        let parities = Set(try base.list(Self.prefix).compactMap { Self.pack($0.name) })
        let packs = Set(try base.list("p/").map(\.name).filter { PackName.digest($0) != nil })
        return (packs.subtracting(parities).sorted(), parities.subtracting(packs).sorted())
    }
}

extension Repository {
    /// Where parity is kept; nil in a repository that keeps none.
    var parity: ParityStore? { store as? ParityStore }
}
