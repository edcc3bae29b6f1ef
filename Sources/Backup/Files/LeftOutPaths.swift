internal import Archive

/// The paths that a result names: so many, and of each so much that the snapshot stays one that readers accept, whatever the files are
/// called.
struct LeftOutPaths {
    /// So many are named; of more, the number.
    private static let limit = 1000
    /// A snapshot whose details have more than 16 MiB is read by nobody, and there are two such lists in it, escaped as JSON.
    private static let byteLimit = 1024

    private var named: [LeftOutResource] = []
    private var others = 0

    var all: [LeftOutResource] { others == 0 ? named : named + [Self.left("", "and \(others) more")] }

    mutating func add(_ path: String, _ reason: String) {
        guard named.count < Self.limit else { return others += 1 }
        named.append(Self.left(Self.shortened(path), Self.shortened(reason)))
    }

    private static func left(_ path: String, _ reason: String) -> LeftOutResource {
        LeftOutResource(resource: FileDocument.resource.description, namespace: path, reason: reason)
    }

    /// The beginning and the end of a long text, which tell where and what it is.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > byteLimit else { return text }
        let bytes = Array(text.utf8)
        var (start, end) = (byteLimit / 2, bytes.count - byteLimit / 2)
        // Not within a character.
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return String(decoding: bytes[..<start], as: UTF8.self) + "…" + String(decoding: bytes[end...], as: UTF8.self)
    }
}
