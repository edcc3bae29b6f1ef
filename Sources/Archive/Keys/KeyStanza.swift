package import KubernetesObjects

/// A secret of 32 bytes wrapped for one recipient, as packs and key objects hold it.
///
/// Its bytes: type 1, recipient 4, length of the encapsulated key 2 (little-endian), the encapsulated key, the wrapped secret 48.
package struct KeyStanza: Sendable, Equatable {
    package let kind: RecipientKind
    package let recipient: RecipientID
    package let encapsulated: [UInt8]
    package let wrapped: [UInt8]

    static let wrappedBytes = 48
    /// The most stanzas that one list may hold.
    static let mostStanzas = 64

    package var encoded: [UInt8] {
        let length = UInt16(encapsulated.count)
        return [kind.rawValue] + recipient.bytes + [UInt8(length & 255), UInt8(length >> 8)] + encapsulated + wrapped
    }

    /// The count of stanzas in one byte, then the stanzas.
    package static func encode(_ stanzas: [KeyStanza]) -> [UInt8] {
        [UInt8(stanzas.count)] + stanzas.flatMap(\.encoded)
    }

    /// Decodes a list of stanzas; `offset` moves past it.
    ///
    /// - Parameter atLeast: 0 where a list may be of nobody, as in packs of copies.
    package static func decodeList(
        _ bytes: [UInt8],
        at offset: inout Int,
        name: String,
        atLeast: Int = 1
    ) throws(LifeboatError) -> [KeyStanza] {
        var reader = KeyBytesReader(bytes: bytes, offset: offset, name: name)
        let count = Int(try reader.take(1)[0])
        guard (atLeast...mostStanzas).contains(count) else {
            throw damagedKeyObject(name, "it has \(count) key stanzas")
        }
        var stanzas: [KeyStanza] = []
        for _ in 0..<count { stanzas.append(try decode(&reader)) }
        offset = reader.offset
        return stanzas
    }

    static func decode(_ reader: inout KeyBytesReader) throws(LifeboatError) -> KeyStanza {
        let type = try reader.take(1)[0]
        guard let kind = RecipientKind(rawValue: type) else {
            throw LifeboatError(
                .repositoryUnsupported,
                "\(reader.name) has a key stanza of the unknown type \(type).",
                remedy: "Use a newer version of lifeboat."
            )
        }
        let recipient = RecipientID(truncating: try reader.take(4))
        let length = try reader.take(2)
        guard Int(length[0]) | Int(length[1]) << 8 == kind.encapsulatedBytes else {
            throw damagedKeyObject(reader.name, "a key stanza has a wrong length")
        }
        return KeyStanza(
            kind: kind,
            recipient: recipient,
            encapsulated: try reader.take(kind.encapsulatedBytes),
            wrapped: try reader.take(wrappedBytes)
        )
    }
}

/// A cursor over the bytes of a key object that never leaves them.
struct KeyBytesReader {
    let bytes: [UInt8]
    var offset: Int
    let name: String

    var remaining: Int { bytes.count - offset }

    mutating func take(_ count: Int) throws(LifeboatError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= remaining else { throw damagedKeyObject(name, "it is cut short") }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }
}
