import Crypto
import FoundationEssentials

/// The binary payload of an age file: a nonce, then ChaCha20-Poly1305 in chunks of 64 KiB whose nonces count and mark the last.
enum AgePayload {
    static let chunkBytes = 65_536
    private static let nonceBytes = 16
    private static let tagBytes = 16

    static func seal(_ plaintext: [UInt8], fileKey: SecretBytes, random: RandomBytes) throws(AgeError) -> [UInt8] {
        let nonce = random(nonceBytes)
        let key = key(fileKey, nonce)
        var output = nonce
        output.reserveCapacity(nonceBytes + plaintext.count + (plaintext.count / chunkBytes + 1) * tagBytes)
        var start = 0
        var counter: UInt64 = 0
        repeat {
            let end = min(plaintext.count, start + chunkBytes)
            do {
                let box = try ChaChaPoly.seal(
                    plaintext[start..<end],
                    using: key,
                    nonce: chunkNonce(counter, isLast: end == plaintext.count)
                )
                output += box.ciphertext
                output += box.tag
            } catch { throw .unusableKey("the payload cannot be encrypted") }
            start = end
            counter += 1
        } while start < plaintext.count
        return output
    }

    static func open(_ file: [UInt8], from offset: Int, fileKey: SecretBytes) throws(AgeError) -> [UInt8] {
        guard file.count - offset >= nonceBytes + tagBytes else { throw .damaged("its payload is cut short") }
        let key = key(fileKey, Array(file[offset..<(offset + nonceBytes)]))
        var plaintext: [UInt8] = []
        plaintext.reserveCapacity(file.count - offset)
        var start = offset + nonceBytes
        var counter: UInt64 = 0
        repeat {
            let end = min(file.count, start + chunkBytes + tagBytes)
            let chunk = file[start..<end]
            // Only a payload that is empty as a whole has an empty chunk.
            guard chunk.count > tagBytes || (counter == 0 && chunk.count == tagBytes) else {
                throw .damaged("its payload has an empty chunk")
            }
            do {
                let box = try ChaChaPoly.SealedBox(
                    nonce: chunkNonce(counter, isLast: end == file.count),
                    ciphertext: chunk.dropLast(tagBytes),
                    tag: chunk.suffix(tagBytes)
                )
                plaintext += try ChaChaPoly.open(box, using: key)
            } catch { throw .damaged("its payload was changed or cut short") }
            start = end
            counter += 1
        } while start < file.count
        return plaintext
    }

    private static func key(_ fileKey: SecretBytes, _ nonce: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey.symmetricKey,
            salt: nonce,
            info: Array("payload".utf8),
            outputByteCount: 32
        )
    }

    private static func chunkNonce(_ counter: UInt64, isLast: Bool) throws -> ChaChaPoly.Nonce {
        let count = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * $0)) }
        return try ChaChaPoly.Nonce(data: [0, 0, 0] + count + [isLast ? 1 : 0])
    }
}
