internal import COpenSSL
internal import Crypto
internal import Synchronization

/// Authenticated encryption of the parts of a file: AES-256-GCM, the nonce is a counter under a key used for one file.
///
/// By OpenSSL, which keeps the expanded key from blob to blob and encrypts without a copy; the AES-GCM of swift-crypto copies every blob
/// three times. It can be used from several threads at once.
final class BlobCipher: Sendable {
    /// By how much sealed bytes are longer: the tag.
    static let overhead = 16

    private let key: SymmetricKey
    private let sealing = Mutex<[CipherContext]>([])
    private let opening = Mutex<[CipherContext]>([])

    /// - Parameter key: of 256 bits.
    init(_ key: SymmetricKey) { self.key = key }

    /// Appends the sealed bytes and their tag to `output`.
    func seal(
        _ bytes: UnsafeRawBufferPointer,
        ordinal: UInt64,
        authenticating data: [UInt8],
        into output: inout [UInt8]
    ) throws(MalformedBytes) {
        let context = try context(sealing, encrypts: true)
        var isSealed = false
        // Straight into the place where the bytes will be.
        output.append(addingCapacity: bytes.count + Self.overhead) { span in
            span.withUnsafeMutableBufferPointer { buffer, initialized in
                let place = UnsafeMutableRawBufferPointer(
                    start: buffer.baseAddress.map { $0 + initialized },
                    count: bytes.count + Self.overhead
                )
                isSealed = context.seal(bytes, into: place, ordinal, data)
                if isSealed { initialized += place.count }
            }
        }
        guard isSealed else { throw MalformedBytes("it could not be encrypted") }
        sealing.withLock { $0.append(context) }
    }

    /// Opens sealed bytes with their tag.
    func open(
        _ sealed: UnsafeRawBufferPointer,
        ordinal: UInt64,
        authenticating data: [UInt8]
    ) throws(MalformedBytes) -> [UInt8] {
        guard sealed.count >= Self.overhead else { throw MalformedBytes("it is too short to be sealed") }
        var failure: MalformedBytes?
        let plain = [UInt8](unsafeUninitializedCapacity: sealed.count - Self.overhead) { output, count in
            do throws(MalformedBytes) {
                try open(sealed, ordinal: ordinal, authenticating: data, into: UnsafeMutableRawBufferPointer(output))
                count = sealed.count - Self.overhead
            } catch { failure = error }
        }
        if let failure { throw failure }
        return plain
    }

    /// Opens sealed bytes with their tag into `output`, which must hold the bytes without the tag and counts only without an error.
    func open(
        _ sealed: UnsafeRawBufferPointer,
        ordinal: UInt64,
        authenticating data: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) throws(MalformedBytes) {
        guard sealed.count >= Self.overhead, output.count >= sealed.count - Self.overhead else {
            throw MalformedBytes("it is too short to be sealed")
        }
        let context = try context(opening, encrypts: false)
        guard context.open(sealed, ordinal, data, into: output) else {
            throw MalformedBytes("its authentication fails")
        }
        opening.withLock { $0.append(context) }
    }

    private func context(
        _ idle: borrowing Mutex<[CipherContext]>,
        encrypts: Bool
    ) throws(MalformedBytes) -> CipherContext {
        if let context = idle.withLock({ $0.popLast() }) { return context }
        return try CipherContext(key, encrypts: encrypts)
    }
}

/// A context of OpenSSL with an expanded key, for one direction; it is erased when it goes away.
private final class CipherContext: @unchecked Sendable {
    // Unchecked: an instance is taken from a `BlobCipher` by one thread at a time. The algorithm is never changed.
    nonisolated(unsafe) private static let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    private let context: OpaquePointer

    init(_ key: SymmetricKey, encrypts: Bool) throws(MalformedBytes) {
        guard key.bitCount == 256, let algorithm = Self.algorithm, let context = EVP_CIPHER_CTX_new() else {
            throw MalformedBytes("AES-256-GCM is not to be had from OpenSSL")
        }
        self.context = context
        let status = key.withUnsafeBytes { key in
            EVP_CipherInit_ex(
                context,
                algorithm,
                nil,
                key.bindMemory(to: UInt8.self).baseAddress,
                nil,
                encrypts ? 1 : 0
            )
        }
        guard status == 1 else { throw MalformedBytes("AES-256-GCM could not be started") }
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Encrypts into `output`, which ends in the tag.
    func seal(
        _ bytes: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        _ ordinal: UInt64,
        _ data: [UInt8]
    ) -> Bool {
        guard let start = output.bindMemory(to: UInt8.self).baseAddress, begin(ordinal, data),
            update(start, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count), finish()
        else { return false }
        return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(BlobCipher.overhead), start + bytes.count) == 1
    }

    /// Decrypts into `output`, whose content counts only when the answer is true.
    func open(
        _ sealed: UnsafeRawBufferPointer,
        _ ordinal: UInt64,
        _ data: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let count = sealed.count - BlobCipher.overhead
        guard let start = sealed.bindMemory(to: UInt8.self).baseAddress, begin(ordinal, data) else { return false }
        // OpenSSL reads the tag, though it asks for a pointer to write to.
        let tag = UnsafeMutableRawPointer(mutating: start + count)
        guard update(output.bindMemory(to: UInt8.self).baseAddress, start, count),
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(BlobCipher.overhead), tag) == 1, finish()
        else {
            ERR_clear_error()
            return false
        }
        return true
    }

    private func begin(_ ordinal: UInt64, _ data: [UInt8]) -> Bool {
        let nonce = (ordinal.littleEndian, UInt32(0))
        let hasNonce = withUnsafeBytes(of: nonce) { nonce in
            EVP_CipherInit_ex(context, nil, nil, nil, nonce.bindMemory(to: UInt8.self).baseAddress, -1)
        }
        var written: Int32 = 0
        return hasNonce == 1 && EVP_CipherUpdate(context, nil, &written, data, Int32(data.count)) == 1
    }

    private func update(_ output: UnsafeMutablePointer<UInt8>?, _ input: UnsafePointer<UInt8>?, _ count: Int) -> Bool {
        var written: Int32 = 0
        // Without an output OpenSSL would take the bytes for authenticated data.
        guard count > 0, let output, let input else { return count == 0 }
        return EVP_CipherUpdate(context, output, &written, input, Int32(count)) == 1 && written == Int32(count)
    }

    /// In this mode nothing is written at the end, but OpenSSL wants a place.
    private func finish() -> Bool {
        var rest: (UInt64, UInt64) = (0, 0)
        var written: Int32 = 0
        return withUnsafeMutableBytes(of: &rest) { rest in
            EVP_CipherFinal_ex(context, rest.bindMemory(to: UInt8.self).baseAddress, &written) == 1
        }
    }
}
