internal import Archive

/// Where an entry of a snapshot belongs below the target: names that lead nowhere else, whatever the snapshot says.
struct RestoredPath: Comparable {
    /// Empty for the target itself.
    let names: [[UInt8]]

    /// - Returns: nil for a name that is no name of a file.
    init?(_ entry: SnapshotEntry) {
        var texts: [String] = []
        if !entry.namespace.isEmpty {
            texts = entry.namespace.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        if !(texts.isEmpty && entry.name == FileDocument.rootName) { texts.append(entry.name) }
        var names: [[UInt8]] = []
        for text in texts {
            guard let name = FileNames.name(text), !name.isEmpty, name != [0x2E], name != [0x2E, 0x2E],
                !name.contains(0), !name.contains(0x2F)
            else { return nil }
            names.append(name)
        }
        self.names = names
    }

    /// A path as a user writes it.
    init(_ text: String) {
        names = text.utf8.split(separator: 0x2F).filter { !$0.elementsEqual([0x2E]) }.map(Array.init)
    }

    /// A path as lists of files show it, with bytes that are no text as `\\xff`.
    init(shown text: String) {
        names = RestoredPath(text).names.map { FileNames.name(String(decoding: $0, as: UTF8.self)) ?? $0 }
    }

    /// Whether a choice of this path wants the other: what is below it, and the folders that lead to it.
    func wants(_ other: RestoredPath) -> Bool {
        zip(names, other.names).allSatisfy { $0 == $1 }
    }

    func contains(_ other: RestoredPath) -> Bool { other.names.starts(with: names) }

    /// Folders stand before what is in them.
    static func < (left: RestoredPath, right: RestoredPath) -> Bool {
        left.names.lexicographicallyPrecedes(right.names) { $0.lexicographicallyPrecedes($1) }
    }
}
