import COpenSSL

/// An RSA key for OAEP with SHA-256 and a label (RFC 8017, section 7.1).
///
/// By OpenSSL, because the RSA of swift-crypto takes no label, and SealedSecrets bind their values by it.
final class OAEPKey: @unchecked Sendable {
    // Unchecked: the key is only read after it was made, which OpenSSL allows to several threads.
    private let key: OpaquePointer

    /// The text is no RSA key in PEM, or one with a passphrase.
    struct Malformed: Error {}

    init(privateKeyPEM: String) throws(Malformed) {
        key = try Self.read(privateKeyPEM) { bytes in
            // A key with a passphrase is refused; without this OpenSSL would ask for it on the terminal.
            PEM_read_bio_PrivateKey(bytes, nil, { _, _, _, _ in -1 }, nil)
        }
    }

    init(publicKeyPEM: String) throws(Malformed) {
        key = try Self.read(publicKeyPEM) { bytes in PEM_read_bio_PUBKEY(bytes, nil, nil, nil) }
    }

    deinit { EVP_PKEY_free(key) }

    private static func read(
        _ pem: String,
        _ parse: (OpaquePointer) -> OpaquePointer?
    ) throws(Malformed) -> OpaquePointer {
        var pem = pem
        let key = pem.withUTF8 { text -> OpaquePointer? in
            guard let bytes = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else { return nil }
            defer { BIO_free(bytes) }
            return parse(bytes)
        }
        ERR_clear_error()
        guard let key else { throw Malformed() }
        guard EVP_PKEY_is_a(key, "RSA") == 1 else {
            EVP_PKEY_free(key)
            throw Malformed()
        }
        return key
    }

    /// The sealed message; nil when it is too long for this key.
    func encrypt(_ message: [UInt8], label: [UInt8]) -> [UInt8]? {
        transform(message, label, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt)
    }

    /// The message; nil when it was not sealed to this key under this label.
    func decrypt(_ sealed: [UInt8], label: [UInt8]) -> [UInt8]? {
        transform(sealed, label, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt)
    }

    private typealias Operation = (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int
    ) -> Int32

    private func transform(
        _ input: [UInt8],
        _ label: [UInt8],
        _ start: (OpaquePointer?) -> Int32,
        _ operate: Operation
    ) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        guard start(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1, setLabel(label, of: context)
        else { return nil }
        var count = Int(EVP_PKEY_get_size(key))
        var output = [UInt8](repeating: 0, count: count)
        guard operate(context, &output, &count, input, input.count) == 1 else { return nil }
        return Array(output[..<count])
    }

    /// The context becomes the owner of a copy of the label.
    private func setLabel(_ label: [UInt8], of context: OpaquePointer) -> Bool {
        guard !label.isEmpty else { return true }
        guard let copy = CRYPTO_malloc(label.count, nil, 0) else { return false }
        copy.copyMemory(from: label, byteCount: label.count)
        guard EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, Int32(label.count)) == 1 else {
            CRYPTO_free(copy, nil, 0)
            return false
        }
        return true
    }
}
