/// The keyed id of a blob: HMAC-SHA-256 under the key of its domain over its type and its bytes, cut to 192 bits.
///
/// Equal content has equal ids within a domain, and nobody without the key can tell what content an id stands for.
package struct BlobID: Hashable, Sendable {
    static let byteCount = 24
    static let zero = BlobID(first: 0, second: 0, third: 0)

    let first: UInt64
    let second: UInt64
    let third: UInt64

    init(first: UInt64, second: UInt64, third: UInt64) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Reads the id from the first 24 of some bytes, which must have that many.
    init(_ bytes: UnsafeRawBufferPointer) {
        first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    }

    init(_ bytes: ArraySlice<UInt8>) { self = bytes.withUnsafeBytes { BlobID($0) } }

    package static func == (left: BlobID, right: BlobID) -> Bool {
        left.first == right.first && left.second == right.second && left.third == right.third
    }

    /// An id is already a uniform hash, so its first word serves.
    package func hash(into hasher: inout Hasher) { hasher.combine(first) }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: (first, second, third)) { bytes.append(contentsOf: $0) }
    }
}

extension BlobID: CustomStringConvertible {
    /// 48 hexadecimal digits.
    package var description: String { Hexadecimal.encode(bytes) }
}

/// What a blob holds. The type is part of the id and of the authenticated data, so no blob passes for another type.
enum BlobType: UInt8, CaseIterable, Sendable {
    /// The canonical form of one object.
    case document = 1
    /// The names that belong to a structure page; sealed like a document.
    case names = 2
    /// A page of the tree with tags and ids only; sealed under the structure key of the domain.
    case structure = 3
    /// A compression dictionary.
    case dictionary = 4
    /// The document of an object with contents, and the ids of their chunks; sealed like a page.
    case chunkList = 5
    /// A part of the contents of a file; sealed like a document.
    case chunk = 6

    /// True for the blobs that maintainers and writers open without a key to the contents.
    var isStructural: Bool { self == .structure || self == .chunkList }
}

/// How the bytes of a blob were packed before they were sealed.
enum BlobCodec: UInt8, Sendable {
    case stored = 0
    case zstd = 1
    case zstdWithDictionary = 2
    /// A structure page as one zstd frame whose dictionary is another page, which is stored as it is.
    case zstdWithPage = 3
}
