import KubernetesObjects

/// Where a list in pages goes on: after which key, and at which revision.
struct ContinueToken: Equatable, Sendable {
    /// The revision of the first page; -1 for a list that goes on with whatever is there now.
    let revision: Int64
    let namespace: String
    /// The name of the last object of the previous page.
    let name: String

    init(revision: Int64, namespace: String, name: String) {
        self.revision = revision
        self.namespace = namespace
        self.name = name
    }

    /// - Throws: 400 when the text is no token.
    init(parsing text: String) throws(StatusError) {
        guard let bytes = Base64URL.decode(text), let value = try? JSONValue(parsing: bytes),
            value["v"]?.string == "meta.k8s.io/v1", let revision = value["rv"]?.int, let start = value["start"]?.string
        else { throw .badRequest("continue key is not valid: illegal base64 data at input byte 0") }
        let key = start.hasSuffix("\0") ? String(start.dropLast()) : start
        let (namespace, name) = key.splitOnce("/") ?? ("", key)
        self.init(revision: Int64(revision), namespace: namespace, name: name)
    }

    var text: String {
        let start = (namespace.isEmpty ? name : "\(namespace)/\(name)") + "\0"
        let value: JSONValue = ["v": "meta.k8s.io/v1", "rv": .int(revision), "start": .string(start)]
        return Base64URL.encode(value.encoded())
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var value = 0
            for offset in 0..<3 { value = value << 8 | (offset < part.count ? Int(part[start + offset]) : 0) }
            for place in 0...part.count { output.append(alphabet[value >> (18 - 6 * place) & 63]) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var (value, bits) = (0, 0)
        for character in text.utf8 where character != 0x3D {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            value = (value << 6 | digit) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(value >> bits & 0xFF))
            }
        }
        return output
    }
}
