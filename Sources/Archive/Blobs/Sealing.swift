internal import Crypto
internal import FoundationEssentials

/// Authenticated encryption of the parts of a file: AES-256-GCM, the nonce is a counter under a key used for one file.
enum Sealing {
    static let overhead = 16

    private static func nonce(_ ordinal: UInt64) throws -> AES.GCM.Nonce {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12)
        bytes.appendLittleEndian(ordinal)
        bytes.appendLittleEndian(UInt32(0))
        return try AES.GCM.Nonce(data: bytes)
    }

    /// Appends the sealed bytes and their tag to `output`.
    static func seal(
        _ bytes: UnsafeRawBufferPointer,
        key: SymmetricKey,
        ordinal: UInt64,
        authenticating data: [UInt8],
        into output: inout [UInt8]
    ) throws(MalformedBytes) {
        do {
            let box = try AES.GCM.seal(bytes, using: key, nonce: nonce(ordinal), authenticating: data)
            box.ciphertext.withUnsafeBytes { output.append(contentsOf: $0) }
            box.tag.withUnsafeBytes { output.append(contentsOf: $0) }
        } catch {
            throw MalformedBytes("it could not be encrypted")
        }
    }

    /// Opens sealed bytes with their tag.
    static func open(
        _ sealed: UnsafeRawBufferPointer,
        key: SymmetricKey,
        ordinal: UInt64,
        authenticating data: [UInt8]
    ) throws(MalformedBytes) -> Data {
        guard sealed.count >= overhead else { throw MalformedBytes("it is too short to be sealed") }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce(ordinal),
                ciphertext: UnsafeRawBufferPointer(rebasing: sealed[..<(sealed.count - overhead)]),
                tag: UnsafeRawBufferPointer(rebasing: sealed[(sealed.count - overhead)...])
            )
            return try AES.GCM.open(box, using: key, authenticating: data)
        } catch {
            throw MalformedBytes("its authentication fails")
        }
    }
}
