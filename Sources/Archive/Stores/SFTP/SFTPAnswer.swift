/// What a server says about a file; what it leaves out is nil.
struct SFTPAttributes: Equatable {
    var size: Int?
    /// When it was last written, in seconds since 1970 by the server's clock.
    var modified: UInt32?
    private var permissions: UInt32?

    var isFolder: Bool? { permissions.map { $0 & 0o170000 == 0o040000 } }
    var isFile: Bool? { permissions.map { $0 & 0o170000 == 0o100000 } }

    init(size: Int? = nil, permissions: UInt32? = nil) {
        self.size = size
        self.permissions = permissions
    }

    init?(_ reader: inout SFTPReader) {
        guard let flags = reader.number() else { return nil }
        if flags & 1 != 0 {
            guard let value = reader.long(), let size = Int(exactly: value) else { return nil }
            self.size = size
        }
        if flags & 2 != 0 { guard reader.long() != nil else { return nil } }
        if flags & 4 != 0 {
            guard let value = reader.number() else { return nil }
            permissions = value
        }
        if flags & 8 != 0 {
            guard reader.number() != nil, let time = reader.number() else { return nil }
            modified = time
        }
        guard flags & 0x8000_0000 != 0 else { return }
        guard let count = reader.number() else { return nil }
        // Each takes eight bytes at least, so a count that is a lie ends soon.
        for _ in 0..<count { guard reader.bytes() != nil, reader.bytes() != nil else { return nil } }
    }
}

/// An answer to a request.
enum SFTPAnswer: Equatable {
    case status(SFTPStatus)
    case handle([UInt8])
    case data([UInt8])
    /// Entries of a folder, and how many were left out because no object can have such a name.
    case names([(name: String, attributes: SFTPAttributes)], skipped: Int = 0)
    case attributes(SFTPAttributes)

    /// Nil for a packet that is not one of these or is cut off.
    static func read(_ type: UInt8, _ reader: inout SFTPReader) -> SFTPAnswer? {
        switch type {
        case SFTPType.status:
            guard let code = reader.number() else { return nil }
            // Some servers leave out the words.
            return .status(SFTPStatus(code: code, message: reader.text() ?? ""))
        case SFTPType.handle: return reader.bytes().flatMap { $0.count <= 256 ? .handle(Array($0)) : nil }
        case SFTPType.data: return reader.bytes().map { .data(Array($0)) }
        case SFTPType.attributes: return SFTPAttributes(&reader).map { .attributes($0) }
        case SFTPType.name:
            guard let count = reader.number() else { return nil }
            var names: [(name: String, attributes: SFTPAttributes)] = []
            var skipped = 0
            for _ in 0..<count {
                guard let bytes = reader.bytes(), reader.bytes() != nil, let attributes = SFTPAttributes(&reader) else {
                    return nil
                }
                // A file of somebody else may have any name but an object's, and hides none of the others.
                guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty, !bytes.contains(0x2F) else {
                    skipped += 1
                    continue
                }
                names.append((name, attributes))
            }
            return .names(names, skipped: skipped)
        default: return nil
        }
    }

    static func == (left: SFTPAnswer, right: SFTPAnswer) -> Bool {
        switch (left, right) {
        case (.status(let left), .status(let right)): left == right
        case (.handle(let left), .handle(let right)), (.data(let left), .data(let right)): left == right
        case (.attributes(let left), .attributes(let right)): left == right
        case (.names(let left, let skipped), .names(let right, let otherSkipped)):
            left.map(\.name) == right.map(\.name) && left.map(\.attributes) == right.map(\.attributes)
                && skipped == otherSkipped
        default: false
        }
    }
}

struct SFTPStatus: Equatable {
    let code: UInt32
    let message: String

    var isDone: Bool { code == 0 }
    var isEnd: Bool { code == 1 }
    var isMissing: Bool { code == 2 }
    var isDenied: Bool { code == 3 }
    /// Any cause that has no code of its own, such as an input/output error.
    var isFailure: Bool { code == 4 }
    var isUnsupported: Bool { code == 8 }

    static let done = SFTPStatus(code: 0, message: "")
}
