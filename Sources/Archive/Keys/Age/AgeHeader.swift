import Crypto
import FoundationEssentials

/// The textual header of an age file: the file key wrapped for each recipient, and a MAC over all of it.
struct AgeHeader: Equatable, Sendable {
    var stanzas: [AgeStanza]
    var authenticationCode: [UInt8] = []

    private static let versionLine = "age-encryption.org/v1"

    /// The header up to and including the mark `---`, which is what the MAC covers.
    private var authenticatedBytes: [UInt8] {
        var text = AgeHeader.versionLine + "\n"
        for stanza in stanzas { for line in stanza.lines { text += line + "\n" } }
        return Array((text + "---").utf8)
    }

    /// The whole header with the MAC that the file key gives it.
    func encoded(fileKey: SecretBytes) -> [UInt8] {
        let code = Array(HMAC<SHA256>.authenticationCode(for: authenticatedBytes, using: AgeHeader.key(fileKey)))
        return authenticatedBytes + Array(" \(Base64.encode(code, padded: false))\n".utf8)
    }

    func isAuthentic(fileKey: SecretBytes) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            authenticationCode,
            authenticating: authenticatedBytes,
            using: AgeHeader.key(fileKey)
        )
    }

    private static func key(_ fileKey: SecretBytes) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey.symmetricKey,
            salt: [UInt8](),
            info: Array("header".utf8),
            outputByteCount: 32
        )
    }

    /// Parses the header at the start of `file`.
    ///
    /// - Returns: the header, and the offset at which the payload begins.
    static func parse(_ file: [UInt8], limits: AgeLimits) throws(AgeError) -> (header: AgeHeader, payload: Int) {
        var reader = LineReader(bytes: file, end: min(file.count, limits.headerBytes))
        guard let version = try reader.next(), version.hasPrefix("age-encryption.org/") else {
            throw .malformed("it is not an age file")
        }
        guard version == versionLine else { throw .malformed("its age version is not v1") }
        var header = AgeHeader(stanzas: [])
        while let line = try reader.next() {
            if line.hasPrefix("-> ") {
                guard header.stanzas.count < limits.stanzas else { throw .tooExpensive("it has too many recipients") }
                header.stanzas.append(try stanza(firstLine: line, &reader))
            } else if line.hasPrefix("--- ") {
                guard !header.stanzas.isEmpty else { throw .malformed("it has no recipient") }
                guard let code = Base64.decode(String(line.dropFirst(4)), padded: false), code.count == 32 else {
                    throw .malformed("its header has no valid MAC")
                }
                header.authenticationCode = code
                return (header, reader.offset)
            } else {
                throw .malformed("its header has a line that is neither a stanza nor the MAC")
            }
        }
        throw .malformed("its header does not end")
    }

    private static func stanza(firstLine: String, _ reader: inout LineReader) throws(AgeError) -> AgeStanza {
        let arguments = firstLine.dropFirst(3).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard arguments.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (33...126).contains($0) } }) else {
            throw .malformed("a stanza has an argument that is empty or not printable")
        }
        var body: [UInt8] = []
        while let line = try reader.next() {
            guard line.utf8.count <= AgeStanza.columns, let bytes = Base64.decode(line, padded: false) else {
                throw .malformed("a stanza's body is not canonical base 64 of 64 columns")
            }
            body += bytes
            if line.utf8.count < AgeStanza.columns { return AgeStanza(arguments: arguments, body: body) }
        }
        throw .malformed("a stanza's body does not end")
    }
}

/// Lines of printable ASCII that end with a line feed, out of bytes that may be hostile.
private struct LineReader {
    let bytes: [UInt8]
    let end: Int
    var offset = 0

    /// The next line without its line feed; nil when no whole line is left.
    mutating func next() throws(AgeError) -> String? {
        guard let feed = bytes[offset..<end].firstIndex(of: 10) else { return nil }
        let line = bytes[offset..<feed]
        guard line.allSatisfy({ (32...126).contains($0) }) else {
            throw .malformed("its header is not printable ASCII")
        }
        offset = feed + 1
        return String(decoding: line, as: UTF8.self)
    }
}
