package import KubernetesObjects
internal import Synchronization

extension SFTPStore {
    /// Writes under `tmp/`, flushes, and renames to the name, which the protocol does only when nothing has it.
    package func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let first = "tmp/" + Hexadecimal.encode(random(16))
        var isSecond = false
        var mayBeRenamed = false
        return try connections.withConnection { (connection) throws(SFTPError) in
            // A server that hangs may still do what the first connection asked for: what it renames must be whole, so a second try never
            // writes into the file of the first.
            let (temporary, earlier) = isSecond ? (first + "-2", [first]) : (first, [])
            isSecond = true
            /// Whether a rename that nobody heard of gave the object its name.
            func isRenamed(_ size: Int?) throws(SFTPError) -> Bool {
                guard let file = earlier.first, mayBeRenamed, size == bytes.count,
                    try self.size(file, connection) == nil
                else { return false }
                // The connection ended between the renaming and its answer, or after a renaming that was refused: then it is somebody else's.
                return try get(name, range: nil, connection) == bytes
            }
            if let size = try size(name, connection) {
                // Whoever gave it its name may not have flushed that yet, and the caller is about to rely on it.
                try flushStored(name, connection)
                let isOurs = try isRenamed(size)
                if !isOurs { try remove(earlier, connection) }
                return isOurs
            }
            try makeFolders(name, connection)
            let handle = try write(temporary, bytes, connection)
            do throws(SFTPError) {
                try flush(handle, name, connection)
                if earlier.isEmpty { mayBeRenamed = true }
                var isNew = try rename(temporary, name, connection)
                // The entry of the folder goes to the disk with the file whose links have changed.
                if isNew {
                    try flush(handle, name, connection)
                } else {
                    try flushStored(name, connection)
                    if !earlier.isEmpty { isNew = try isRenamed(try size(name, connection)) }
                }
                // The object is stored; that others cannot be cleared away is no reason to say that it is not.
                do throws(SFTPError) { try deleteLeftovers(olderThan: handle, connection) } catch {
                    guard error.isRefusal else { throw error }
                }
                _ = try connection.ask(SFTPType.close) { $0.text(handle) }
                try remove(earlier, connection)
                return isNew
            } catch {
                if error.isRefusal {
                    _ = try connection.ask(SFTPType.close) { $0.text(handle) }
                    try remove(earlier + [temporary], connection)
                }
                throw error
            }
        }
    }

    /// Removes files that are no objects; those that are not there or cannot be removed are left to the next who looks under `tmp/`.
    private func remove(_ files: [String], _ connection: SFTPConnection) throws(SFTPError) {
        _ = try connection.ask(
            files.map { file in (type: SFTPType.remove, fields: SFTPConnection.fields { $0.text(path(file)) }) }
        )
    }

    private func write(_ temporary: String, _ bytes: [UInt8], _ connection: SFTPConnection) throws(SFTPError) -> [UInt8]
    {
        // Write, create, and the whole anew.
        let flags: UInt32 = 0x02 | 0x08 | 0x10
        let opened = try connection.ask(SFTPType.open) {
            $0.text(path(temporary))
            $0.number(flags)
            $0.number(4)
            $0.number(0o600)
        }
        guard case .handle(let handle) = opened else { throw refusal("write", temporary, opened) }
        // A batch at a time, so that one copy of the bytes is not made at once.
        let batch = SFTPConnection.chunk * SFTPConnection.window
        for start in stride(from: 0, to: bytes.count, by: batch) {
            let requests = stride(from: start, to: min(start + batch, bytes.count), by: SFTPConnection.chunk)
                .map { offset in
                    (
                        type: SFTPType.write,
                        fields: SFTPConnection.fields {
                            $0.text(handle)
                            $0.long(UInt64(offset))
                            $0.text(bytes[offset..<min(offset + SFTPConnection.chunk, bytes.count)])
                        }
                    )
                }
            for answer in try connection.ask(requests) where answer.status?.isDone != true {
                _ = try connection.ask(SFTPType.close) { $0.text(handle) }
                _ = try connection.ask(SFTPType.remove) { $0.text(path(temporary)) }
                throw refusal("write", temporary, answer)
            }
        }
        return handle
    }

    /// A server without the extension flushes when it likes; docs/stores.md says so.
    private func flush(_ handle: [UInt8], _ name: String, _ connection: SFTPConnection) throws(SFTPError) {
        guard connection.extensions.contains("fsync@openssh.com") else { return }
        let answer = try connection.ask(SFTPType.extended) {
            $0.text("fsync@openssh.com")
            $0.text(handle)
        }
        guard answer.status?.isDone == true else { throw refusal("flush", name, answer) }
    }

    private func flushStored(_ name: String, _ connection: SFTPConnection) throws(SFTPError) {
        guard connection.extensions.contains("fsync@openssh.com") else { return }
        // Who deletes it in this moment needs no flush.
        guard let handle = try open(name, connection) else { return }
        try flush(handle, name, connection)
        _ = try connection.ask(SFTPType.close) { $0.text(handle) }
    }

    private func rename(_ temporary: String, _ name: String, _ connection: SFTPConnection) throws(SFTPError) -> Bool {
        // Not posix-rename@openssh.com, which replaces.
        let answer = try connection.ask(SFTPType.rename) {
            $0.text(path(temporary))
            $0.text(path(name))
        }
        if answer.status?.isDone == true { return true }
        // The protocol has no code for a name that is taken.
        guard try size(name, connection) != nil else { throw refusal("write", name, answer) }
        _ = try connection.ask(SFTPType.remove) { $0.text(path(temporary)) }
        return false
    }

    /// Makes the folders of an object, and `tmp`.
    private func makeFolders(_ name: String, _ connection: SFTPConnection) throws(SFTPError) {
        let steps = name.split(separator: "/").dropLast()
        let own = steps.indices.map { steps[...$0].joined(separator: "/") }
        for folder in ["", "tmp"] + own where !folders.withLock({ $0.contains(folder) }) {
            if folder.isEmpty { try makeRoot(connection) } else { try makeFolder(path(folder), connection) }
            folders.withLock { _ = $0.insert(folder) }
        }
    }

    private func makeRoot(_ connection: SFTPConnection) throws(SFTPError) {
        let isAbsolute = place.path.hasPrefix("/")
        var path = ""
        for step in place.path.split(separator: "/") where step != "." {
            path += (path.isEmpty && !isAbsolute ? "" : "/") + step
            try makeFolder(path, connection)
        }
    }

    private func makeFolder(_ path: String, _ connection: SFTPConnection) throws(SFTPError) {
        let made = try connection.ask(SFTPType.makeFolder) {
            $0.text(path)
            $0.number(4)
            $0.number(0o700)
        }
        if made.status?.isDone == true { return }
        // The protocol has no code for a folder that is there.
        let found = try connection.ask(SFTPType.pathStatus) { $0.text(path) }
        guard case .attributes(let attributes) = found, attributes.isFolder != false else {
            throw refusal("create", path, made)
        }
    }
}

extension SFTPAnswer {
    var status: SFTPStatus? { if case .status(let status) = self { status } else { nil } }
}
