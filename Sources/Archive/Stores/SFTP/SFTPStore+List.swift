package import KubernetesObjects

extension SFTPStore {
    /// Folders that are read at once: an answer is waited for once and not for each.
    private static let breadth = 32

    package func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        let start = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        return try connections.withConnection { (connection) throws(SFTPError) in
            var objects: [StoredObject] = []
            var folders = [start]
            while !folders.isEmpty {
                let batch = Array(folders.suffix(Self.breadth))
                folders.removeLast(batch.count)
                for (folder, entries) in zip(batch, try entries(batch, connection)) {
                    for (name, attributes) in entries where name != "." && name != ".." {
                        let full = folder.isEmpty ? name : "\(folder)/\(name)"
                        guard full.hasPrefix(prefix) || prefix.hasPrefix(full + "/"), full != "tmp" else { continue }
                        if attributes.isFolder == true {
                            folders.append(full)
                        } else if full.hasPrefix(prefix) {
                            var size = attributes.size
                            if size == nil { size = try self.size(full, connection) }
                            if let size { objects.append(StoredObject(name: full, size: size)) }
                        }
                    }
                }
            }
            return objects.sorted { $0.name < $1.name }
        }
    }

    /// What is in each of some folders; nothing in one that does not exist.
    func entries(
        _ folders: [String],
        _ connection: SFTPConnection
    ) throws(SFTPError) -> [[(name: String, attributes: SFTPAttributes)]] {
        var entries: [[(name: String, attributes: SFTPAttributes)]] = folders.map { _ in [] }
        var open: [(index: Int, handle: [UInt8])] = []
        let opened = try connection.ask(
            folders.map { folder in (type: SFTPType.openFolder, fields: SFTPConnection.fields { $0.text(path(folder)) })
            }
        )
        for (index, answer) in opened.enumerated() {
            switch answer {
            case .handle(let handle): open.append((index, handle))
            case .status(let status) where Self.isMissing(status): continue
            // A file where a folder was looked for has nothing in it.
            case .status where try size(folders[index], connection) != nil: continue
            case let answer: throw refusal("list", folders[index], answer)
            }
        }
        var reading = open
        while !reading.isEmpty {
            let answers = try connection.ask(
                reading.map { (SFTPType.readFolder, SFTPConnection.fields(handle: $0.handle)) }
            )
            var next: [(index: Int, handle: [UInt8])] = []
            for (folder, answer) in zip(reading, answers) {
                switch answer {
                case .names(let names, let skipped) where names.count + skipped > 0:
                    entries[folder.index] += names
                    next.append(folder)
                case .status(let status) where status.isEnd: continue
                case let answer: throw refusal("list", folders[folder.index], answer)
                }
            }
            reading = next
        }
        _ = try connection.ask(open.map { (SFTPType.close, SFTPConnection.fields(handle: $0.handle)) })
        return entries
    }
}

extension SFTPConnection {
    static func fields(handle: [UInt8]) -> [UInt8] { fields { $0.text(handle) } }
}
