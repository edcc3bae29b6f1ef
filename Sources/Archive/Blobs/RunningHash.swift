internal import COpenSSL

/// A SHA-256 that has begun. It is a plain value: going on from a copy of one that has hashed a key costs no allocation.
struct RunningHash: Sendable {
    private var context = SHA256_CTX()

    init() { SHA256_Init(&context) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { SHA256_Update(&context, bytes.baseAddress, bytes.count) }

    /// The digest of what has been hashed; its eight bytes at a time are in the order of memory.
    consuming func finish() -> Digest {
        var context = context
        var digest = Digest()
        withUnsafeMutableBytes(of: &digest) { digest in
            _ = SHA256_Final(digest.bindMemory(to: UInt8.self).baseAddress, &context)
        }
        return digest
    }

    struct Digest: Sendable {
        fileprivate(set) var first: UInt64 = 0
        fileprivate(set) var second: UInt64 = 0
        fileprivate(set) var third: UInt64 = 0
        fileprivate(set) var fourth: UInt64 = 0
    }
}
