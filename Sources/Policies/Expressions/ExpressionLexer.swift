/// Splits the text of an expression into its words, by the lexical rules of CEL.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// All words, the end last.
    static func tokens(of text: String) throws(ExpressionError) -> [ExpressionToken] {
        var lexer = ExpressionLexer(text)
        var tokens: [ExpressionToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
    private func byte(after count: Int) -> UInt8? {
        position + count < bytes.count ? bytes[position + count] : nil
    }
    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private mutating func next() throws(ExpressionError) -> ExpressionToken {
        let end = position
        skipBlanks()
        let start = position
        // What is missing at the end is missing behind the last word, not behind the blanks.
        guard let byte = current else { return ExpressionToken(kind: .end, offset: end) }
        if byte.isDigit || (byte == UInt8(ascii: "."), self.byte(after: 1)?.isDigit == true) == (true, true) {
            return ExpressionToken(kind: try number(), offset: start)
        }
        if byte.startsName {
            // r"…" is a text without escapes.
            if byte == UInt8(ascii: "r") || byte == UInt8(ascii: "R"), self.byte(after: 1)?.isQuote == true {
                position += 1
                return ExpressionToken(kind: .string(try string(isRaw: true)), offset: start)
            }
            while current?.continuesName == true { position += 1 }
            return ExpressionToken(kind: .name(text(from: start)), offset: start)
        }
        if byte.isQuote { return ExpressionToken(kind: .string(try string(isRaw: false)), offset: start) }
        for symbol in ["==", "!=", "<=", ">=", "&&", "||"] where starts(with: symbol) {
            position += 2
            return ExpressionToken(kind: .symbol(symbol), offset: start)
        }
        guard "+-*/%<>!?:.,()[]{}".utf8.contains(byte) else {
            let isAscii = byte < 0x80 && byte >= 0x20
            let shown = isAscii ? "“\(Character(UnicodeScalar(byte)))”" : "this character"
            throw ExpressionError(start, "\(shown) has no meaning here")
        }
        position += 1
        return ExpressionToken(kind: .symbol(text(from: start)), offset: start)
    }

    private func starts(with symbol: String) -> Bool { bytes[position...].starts(with: symbol.utf8) }

    /// Blanks, and comments from `//` to the end of the line.
    private mutating func skipBlanks() {
        while let byte = current {
            if byte == UInt8(ascii: "/"), self.byte(after: 1) == UInt8(ascii: "/") {
                while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
            } else if [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func number() throws(ExpressionError) -> ExpressionToken.Kind {
        let start = position
        if starts(with: "0x") || starts(with: "0X") {
            position += 2
            while let byte = current, byte.isHexDigit { position += 1 }
            guard let value = Int(text(from: start + 2), radix: 16), current?.continuesName != true else {
                throw ExpressionError(start, "this is no number that fits 64 bits")
            }
            return .int(value)
        }
        var isDouble = false
        while current?.isDigit == true { position += 1 }
        if current == UInt8(ascii: "."), byte(after: 1)?.isDigit == true {
            isDouble = true
            position += 1
            while current?.isDigit == true { position += 1 }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isDouble = true
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            while current?.isDigit == true { position += 1 }
        }
        guard current?.continuesName != true else {
            throw ExpressionError(position, "a name cannot start in a number")
        }
        let text = text(from: start)
        if isDouble, let value = Double(text), value.isFinite { return .double(value) }
        if !isDouble, let value = Int(text) { return .int(value) }
        throw ExpressionError(start, "this is no number that fits 64 bits")
    }

    private mutating func string(isRaw: Bool) throws(ExpressionError) -> String {
        let start = position
        let quote = bytes[position]
        let isLong = byte(after: 1) == quote && byte(after: 2) == quote
        position += isLong ? 3 : 1
        var content: [UInt8] = []
        while let byte = current {
            if byte == quote, !isLong || (self.byte(after: 1) == quote && self.byte(after: 2) == quote) {
                position += isLong ? 3 : 1
                return String(decoding: content, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\n"), !isLong { break }
            if byte == UInt8(ascii: "\\"), !isRaw {
                content += try escape()
            } else {
                content.append(byte)
                position += 1
            }
        }
        throw ExpressionError(start, "this text has no closing quote")
    }

    private mutating func escape() throws(ExpressionError) -> [UInt8] {
        let start = position
        position += 1
        guard let byte = current else { throw ExpressionError(start, "this text has no closing quote") }
        position += 1
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "a"): 0x07,
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "'"): 0x27, UInt8(ascii: "`"): 0x60, UInt8(ascii: "?"): 0x3F,
        ]
        if let value = simple[byte] { return [value] }
        let digits = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8][byte]
        if let digits, position + digits <= bytes.count {
            let text = String(decoding: bytes[position..<position + digits], as: UTF8.self)
            if text.utf8.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16),
                let scalar = UnicodeScalar(value)
            {
                position += digits
                return Array(String(Character(scalar)).utf8)
            }
        }
        throw ExpressionError(start, "this escape is not known; write \\\\ for a backslash, or r\"…\" for a pattern")
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isHexDigit: Bool { isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self) }
    fileprivate var startsName: Bool {
        self == 0x5F || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
    fileprivate var continuesName: Bool { startsName || isDigit }
    fileprivate var isQuote: Bool { self == 0x22 || self == 0x27 }
}
