internal import Crypto
internal import FoundationEssentials

/// HMAC-SHA-256 under one key with the two pads hashed beforehand, which halves its cost for small objects.
struct KeyedHash: Sendable {
    private let inner: RunningHash
    private let outer: RunningHash

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

    private static func start(_ pad: [UInt8], _ mask: UInt8) -> RunningHash {
        var hash = RunningHash()
        pad.map { $0 ^ mask }.withUnsafeBytes { hash.update($0) }
        return hash
    }

    /// The code over what `feed` gives to the hash.
    func code(_ feed: (inout RunningHash) -> Void) -> RunningHash.Digest {
        var first = inner
        feed(&first)
        var second = outer
        withUnsafeBytes(of: first.finish()) { second.update($0) }
        return second.finish()
    }

    /// The id of a blob.
    func identifier(_ type: BlobType, _ bytes: UnsafeRawBufferPointer) -> BlobID {
        let code = code { hash in
            withUnsafeBytes(of: type.rawValue) { hash.update($0) }
            hash.update(bytes)
        }
        return BlobID(first: code.first, second: code.second, third: code.third)
    }

    /// A tag of 64 bits over a label and some bytes.
    func tag(_ label: UInt8, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        tag { hash in
            withUnsafeBytes(of: label) { hash.update($0) }
            hash.update(bytes)
        }
    }

    /// A tag of 64 bits over what `feed` gives to the hash.
    func tag(_ feed: (inout RunningHash) -> Void) -> UInt64 { UInt64(littleEndian: code(feed).first) }
}
