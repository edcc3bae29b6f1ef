/// The text form of an age file: strict PEM.
package enum AgeArmor {
    private static let first = "-----BEGIN AGE ENCRYPTED FILE-----"
    private static let last = "-----END AGE ENCRYPTED FILE-----"
    private static let columns = 64

    package static func encode(_ file: [UInt8]) -> String {
        var text = first + "\n"
        var rest = Substring(Base64.encode(file))
        while !rest.isEmpty {
            text += rest.prefix(columns) + "\n"
            rest = rest.dropFirst(columns)
        }
        return text + last + "\n"
    }

    /// Whether bytes begin like an armored file, after white space.
    static func isArmored(_ bytes: [UInt8]) -> Bool {
        bytes.drop { isWhitespace($0) }.starts(with: first.utf8)
    }

    /// The binary file in an armored one. Only white space may stand before and after it.
    static func decode(_ bytes: [UInt8]) throws(AgeError) -> [UInt8] {
        var body = bytes.drop { isWhitespace($0) }
        while let byte = body.last, isWhitespace(byte) { body.removeLast() }
        var lines = body.split(separator: 10, omittingEmptySubsequences: false)
            .map { $0.last == 13 ? $0.dropLast() : $0 }
        guard lines.count >= 2, lines.removeFirst().elementsEqual(first.utf8),
            lines.removeLast().elementsEqual(last.utf8)
        else { throw .malformed("its armor has no beginning or no end") }
        var file: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            guard isLast ? (1...columns).contains(line.count) : line.count == columns,
                let part = Base64.decode(String(decoding: line, as: UTF8.self)),
                isLast || line.last != UInt8(ascii: "=")
            else { throw .malformed("its armor is not canonical base 64 of 64 columns") }
            file += part
        }
        return file
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
