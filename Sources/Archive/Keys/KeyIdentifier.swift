/// What an identifier names, and so how long it is and how it is written.
package protocol KeyIdentifierKind: Sendable {
    static var byteCount: Int { get }
    static func text(_ hex: String) -> String
}

extension KeyIdentifierKind {
    package static func text(_ hex: String) -> String { hex }
}

/// A short fixed-size name of a repository, domain, writer, session or recipient.
package struct KeyIdentifier<Kind: KeyIdentifierKind>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Nil when the count is not the kind's.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Kind.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Takes the first bytes of a digest.
    init(truncating digest: some Sequence<UInt8>) { bytes = Array(digest.prefix(Kind.byteCount)) }

    /// Parses the text form; hyphens are ignored.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hexadecimal.decode(String(hex.filter { $0 != "-" })), bytes.count == Kind.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    package var description: String { Kind.text(Hexadecimal.encode(bytes)) }

    package static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// The kinds of identifiers.
package enum KeyIdentifierKinds {
    package enum Repository: KeyIdentifierKind {
        package static var byteCount: Int { 16 }
        package static func text(_ hex: String) -> String {
            var text = ""
            for (index, character) in hex.enumerated() {
                if [8, 12, 16, 20].contains(index) { text.append("-") }
                text.append(character)
            }
            return text
        }
    }
    package enum Domain: KeyIdentifierKind { package static var byteCount: Int { 8 } }
    package enum Writer: KeyIdentifierKind { package static var byteCount: Int { 8 } }
    package enum Session: KeyIdentifierKind { package static var byteCount: Int { 16 } }
    package enum Recipient: KeyIdentifierKind { package static var byteCount: Int { 4 } }
}

/// The identity of a repository: 16 random bytes, written as a UUID.
package typealias RepositoryID = KeyIdentifier<KeyIdentifierKinds.Repository>
/// A deduplication domain, derived from its secret.
package typealias DomainID = KeyIdentifier<KeyIdentifierKinds.Domain>
/// A signing key, writer's or maintainer's, derived from its public half.
package typealias WriterID = KeyIdentifier<KeyIdentifierKinds.Writer>
/// One backup session: 16 random bytes.
package typealias SessionID = KeyIdentifier<KeyIdentifierKinds.Session>
/// A public key that data is encrypted to, derived from that key. It selects a stanza and authenticates nothing.
package typealias RecipientID = KeyIdentifier<KeyIdentifierKinds.Recipient>

/// Lower-case hexadecimal.
enum Hexadecimal {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 48 + digit : 87 + digit) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
