internal import Synchronization

extension SFTPStore {
    /// A file under `tmp/` that is so much older than one that is being written was left by a process that was killed.
    private static let leftoverSeconds = 24 * 60 * 60

    /// Deletes, once in the life of a store, what killed processes left under `tmp/`; what cannot be deleted stays for the next.
    ///
    /// - Parameter handle: a file of this store that was just written. Its time and theirs are of one clock, that of the server.
    func deleteLeftovers(olderThan handle: [UInt8], _ connection: SFTPConnection) throws(SFTPError) {
        let isFirst = hasLookedForLeftovers.withLock { hasLooked in
            defer { hasLooked = true }
            return !hasLooked
        }
        guard isFirst, case .attributes(let own) = try connection.ask(SFTPType.handleStatus, { $0.text(handle) }),
            let now = own.modified, let entries = try entries(["tmp"], connection).first
        else { return }
        let old = entries.filter { entry in
            entry.attributes.isFile == true
                && entry.attributes.modified.map { Int(now) - Int($0) > Self.leftoverSeconds } ?? false
        }
        _ = try connection.ask(
            old.map { entry in
                (type: SFTPType.remove, fields: SFTPConnection.fields { $0.text(path("tmp/\(entry.name)")) })
            }
        )
    }
}
