internal import KubernetesObjects

extension Repository {
    /// For how many days this store locks what is written; nil when it locks nothing.
    package var lockDays: Int? { store.lockDays }

    /// Locks what is needed for longer, where the store locks objects and a lock would end before long.
    ///
    /// What was condemned or forgotten, and what is in quarantine, is left to the end of its lock.
    ///
    /// - Returns: of how many objects the lock was extended.
    func extendLocks() throws(LifeboatError) -> Int {
        guard store.lockDays != nil else { return 0 }
        let id = ring.configuration.id
        // In the order in which `committed` reads them.
        let forgotten = try forgets.load(id).forgotten
        let condemned = try collections.load(id).epochs.condemned
        let needed = try store.list("").map(\.name).filter { name in
            if let digest = PackName.digest(ParityStore.pack(name) ?? name) { return !condemned.contains(digest) }
            if let digest = ManifestName.parse(SecondCopy.original(name) ?? name)?.digest {
                return !forgotten.contains(digest)
            }
            return !name.hasPrefix(Quarantine.prefix)
        }
        return try store.extendLocks(of: needed)
    }
}
