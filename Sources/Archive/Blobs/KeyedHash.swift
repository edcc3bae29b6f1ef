internal import Crypto
internal import FoundationEssentials

/// HMAC-SHA-256 under one key with the two pads hashed beforehand, which halves its cost for small objects.
struct KeyedHash: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    init(key: SymmetricKey) {
        var pad = [UInt8](repeating: 0, count: 64)
        key.withUnsafeBytes { key in
            if key.count <= 64 {
                for position in 0..<key.count { pad[position] = key[position] }
            } else {
                for (position, byte) in SHA256.hash(data: key).enumerated() { pad[position] = byte }
            }
        }
        inner = Self.start(pad, 0x36)
        outer = Self.start(pad, 0x5C)
    }

    private static func start(_ pad: [UInt8], _ mask: UInt8) -> SHA256 {
        var hash = SHA256()
        pad.map { $0 ^ mask }.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }

    /// The code over what `feed` gives to the hash.
    func code(_ feed: (inout SHA256) -> Void) -> SHA256.Digest {
        var first = inner
        feed(&first)
        var second = outer
        first.finalize().withUnsafeBytes { second.update(bufferPointer: $0) }
        return second.finalize()
    }

    /// The id of a blob.
    func identifier(_ type: BlobType, _ bytes: UnsafeRawBufferPointer) -> BlobID {
        code { hash in
            withUnsafeBytes(of: type.rawValue) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: bytes)
        }
        .withUnsafeBytes { BlobID($0) }
    }

    /// A tag of 64 bits over a label and some bytes.
    func tag(_ label: UInt8, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        code { hash in
            withUnsafeBytes(of: label) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: bytes)
        }
        .withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
