/// One recipient stanza of an age header: arguments, the first of which is its type, and a body.
struct AgeStanza: Equatable, Sendable {
    var arguments: [String]
    var body: [UInt8]

    var type: String { arguments.first ?? "" }

    /// The lines of the stanza: the arguments, then the body in base 64 of 64 columns whose last line is shorter.
    var lines: [String] {
        var lines = ["-> " + arguments.joined(separator: " ")]
        var rest = Substring(Base64.encode(body, padded: false))
        while rest.utf8.count >= AgeStanza.columns {
            lines.append(String(rest.prefix(AgeStanza.columns)))
            rest = rest.dropFirst(AgeStanza.columns)
        }
        lines.append(String(rest))
        return lines
    }

    static let columns = 64
}
