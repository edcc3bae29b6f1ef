/// Bytes from a cryptographically secure source, so many as asked for. Injected, so that tests are repeatable.
package typealias RandomBytes = @Sendable (Int) -> [UInt8]

/// The age v1 file format (https://age-encryption.org/v1), so that stock `age` opens what Lifeboat writes and the other way round.
///
/// Files are held in memory: they carry keys, which are small.
package enum AgeFile {
    /// Encrypts to recipients: either one passphrase, or public keys that are all post-quantum or all not.
    package static func encrypt(_ plaintext: [UInt8], to recipients: [AgeRecipient], random: RandomBytes)
        throws(AgeError) -> [UInt8]
    {
        try checkTogether(recipients)
        var bytes = random(AgeFileKey.byteCount)
        let fileKey = SecretBytes(erasing: &bytes)
        var header = AgeHeader(stanzas: [])
        for recipient in recipients { header.stanzas.append(try recipient.wrap(fileKey, random: random)) }
        return header.encoded(fileKey: fileKey) + (try AgePayload.seal(plaintext, fileKey: fileKey, random: random))
    }

    /// Decrypts a file, armored or not, with the first of the identities that opens it.
    package static func decrypt(_ file: [UInt8], with identities: [AgeIdentity], limits: AgeLimits = AgeLimits())
        throws(AgeError) -> [UInt8]
    {
        let file = AgeArmor.isArmored(file) ? try AgeArmor.decode(file) : file
        let (header, payload) = try AgeHeader.parse(file, limits: limits)
        // A passphrase vouches for who wrote the file only when nobody else could have.
        if header.stanzas.contains(where: { $0.type == AgePassphrase.type }), header.stanzas.count > 1 {
            throw .malformed("it mixes a passphrase with other recipients")
        }
        for identity in identities {
            guard let fileKey = try identity.unwrap(header.stanzas, limits: limits) else { continue }
            guard header.isAuthentic(fileKey: fileKey) else { throw .damaged("its header was changed") }
            return try AgePayload.open(file, from: payload, fileKey: fileKey)
        }
        throw .noMatchingIdentity
    }

    /// The work factor of a file that one passphrase opens; nil for any other file.
    static func passphraseWorkFactor(of file: [UInt8]) -> Int? {
        guard let bytes = AgeArmor.isArmored(file) ? try? AgeArmor.decode(file) : file,
            let header = try? AgeHeader.parse(bytes, limits: AgeLimits()).header, header.stanzas.count == 1,
            header.stanzas[0].type == AgePassphrase.type, header.stanzas[0].arguments.count == 3
        else { return nil }
        return Int(header.stanzas[0].arguments[2])
    }

    private static func checkTogether(_ recipients: [AgeRecipient]) throws(AgeError) {
        guard !recipients.isEmpty else { throw .unusableKey("there is no recipient") }
        var passphrases = 0
        var hybrids = 0
        for recipient in recipients {
            switch recipient {
            case .passphrase: passphrases += 1
            case .x25519: continue
            case .hybrid: hybrids += 1
            }
        }
        guard passphrases == 0 || recipients.count == 1 else {
            throw .unusableKey("a passphrase cannot be mixed with other recipients")
        }
        guard hybrids == 0 || hybrids == recipients.count else {
            throw .unusableKey("post-quantum recipients cannot be mixed with others: the weaker ones would decide")
        }
    }
}
