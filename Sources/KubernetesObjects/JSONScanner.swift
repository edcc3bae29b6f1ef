/// A position in JSON bytes, moved forward over whole tokens without building anything.
///
/// The scanner is total: truncated or malformed bytes throw with their offset, nothing traps, and nesting is counted
/// instead of recursed. The bytes are passed to each call, because a struct may not keep a `Span`.
package struct JSONScanner {
    package var index: Int
    package let end: Int

    package init(at index: Int = 0, end: Int) {
        self.index = index
        self.end = end
    }

    /// Moves to the next byte that is not white space and returns it.
    package mutating func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        while index < end {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            index += 1
        }
        throw .truncated(offset: index)
    }

    /// Consumes `byte` after white space.
    package mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
        guard try peek(bytes) == byte else { throw .unexpected(byte: bytes[index], offset: index) }
        index += 1
    }

    /// Consumes white space up to the end, where nothing else may be.
    package mutating func expectEnd(_ bytes: Span<UInt8>) throws(JSONError) {
        while index < end {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: throw .trailingBytes(offset: index)
            }
        }
    }

    /// Consumes a string and returns the range between its quotes, escapes undecoded.
    package mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        try expect(.quote, bytes)
        let start = index
        while true {
            index = bytes.endOfPlainText(from: index, to: end)
            guard index < end else { throw .truncated(offset: index) }
            if bytes[index] == .quote { break }
            index += 2
        }
        index += 1
        return start..<(index - 1)
    }

    /// Consumes any value. Containers are only matched by depth: use `JSONTape` where the bytes must be valid.
    package mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONError) {
        switch try peek(bytes) {
        case .quote: _ = try string(bytes)
        case .openBrace, .openBracket: try skipContainer(bytes)
        case .closeBrace, .closeBracket, .comma, .colon: throw .unexpected(byte: bytes[index], offset: index)
        default: skipLiteral(bytes)
        }
    }

    private mutating func skipContainer(_ bytes: Span<UInt8>) throws(JSONError) {
        var depth = 0
        var position = index
        let end = end
        while position < end {
            let byte = bytes[position]
            position += 1
            if byte == .quote {
                while true {
                    position = bytes.endOfPlainText(from: position, to: end)
                    guard position < end else { throw .truncated(offset: position) }
                    if bytes[position] == .quote { break }
                    position += 2
                }
                position += 1
            } else if byte == .openBrace || byte == .openBracket {
                depth += 1
            } else if byte == .closeBrace || byte == .closeBracket {
                depth -= 1
                if depth == 0 {
                    index = position
                    return
                }
            }
        }
        throw .truncated(offset: end)
    }

    /// Consumes the key of the next member and its colon; nil at the end of the object.
    ///
    /// Call it with `isFirst` true right after the opening brace was consumed.
    package mutating func nextKey(_ bytes: Span<UInt8>, isFirst: inout Bool) throws(JSONError) -> Range<Int>? {
        guard try hasNext(bytes, isFirst: &isFirst, close: .closeBrace) else { return nil }
        let key = try string(bytes)
        try expect(.colon, bytes)
        return key
    }

    /// Consumes the separator before the next element; false at the end of the array, whose bracket is consumed.
    package mutating func nextElement(_ bytes: Span<UInt8>, isFirst: inout Bool) throws(JSONError) -> Bool {
        try hasNext(bytes, isFirst: &isFirst, close: .closeBracket)
    }

    private mutating func hasNext(_ bytes: Span<UInt8>, isFirst: inout Bool, close: UInt8) throws(JSONError) -> Bool {
        let byte = try peek(bytes)
        if byte == close {
            index += 1
            return false
        }
        if !isFirst { try expect(.comma, bytes) }
        isFirst = false
        return true
    }

    private mutating func skipLiteral(_ bytes: Span<UInt8>) {
        index += 1
        while index < end {
            switch bytes[index] {
            case .comma, .closeBrace, .closeBracket, .colon, .quote, 0x20, 0x0A, 0x0D, 0x09: return
            default: index += 1
            }
        }
    }
}

/// Why bytes are not JSON, with the offset of the first wrong byte.
package enum JSONError: Error, Equatable, Sendable {
    case truncated(offset: Int)
    case unexpected(byte: UInt8, offset: Int)
    case invalidNumber(offset: Int)
    case invalidString(offset: Int)
    case duplicateKey(offset: Int)
    case tooDeep(offset: Int)
    case trailingBytes(offset: Int)
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset): "the JSON ends too early, at byte \(offset)"
        case .unexpected(_, let offset): "unexpected character in JSON at byte \(offset)"
        case .invalidNumber(let offset): "invalid number in JSON at byte \(offset)"
        case .invalidString(let offset): "invalid string in JSON at byte \(offset)"
        case .duplicateKey(let offset): "the same key twice in one JSON object at byte \(offset)"
        case .tooDeep(let offset): "JSON nested too deeply at byte \(offset)"
        case .trailingBytes(let offset): "bytes after the end of the JSON, at byte \(offset)"
        }
    }
}

extension UInt8 {
    package static let quote: UInt8 = 0x22
    package static let backslash: UInt8 = 0x5C
    package static let openBrace: UInt8 = 0x7B
    package static let closeBrace: UInt8 = 0x7D
    package static let openBracket: UInt8 = 0x5B
    package static let closeBracket: UInt8 = 0x5D
    package static let comma: UInt8 = 0x2C
    package static let colon: UInt8 = 0x3A
}
