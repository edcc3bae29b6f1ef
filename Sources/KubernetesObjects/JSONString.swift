/// Decoding and encoding of JSON strings (RFC 8259 section 7).
package enum JSONString {
    /// Appends the decoded bytes of the string in `range`, which lies between the quotes.
    package static func decode(
        _ bytes: Span<UInt8>,
        range: Range<Int>,
        into output: inout [UInt8]
    ) throws(JSONError) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte == .backslash else {
                output.append(byte)
                index += 1
                continue
            }
            guard index + 1 < range.upperBound else { throw .invalidString(offset: index) }
            switch bytes[index + 1] {
            case .quote, .backslash, 0x2F: output.append(bytes[index + 1])
            case 0x62: output.append(0x08)
            case 0x66: output.append(0x0C)
            case 0x6E: output.append(0x0A)
            case 0x72: output.append(0x0D)
            case 0x74: output.append(0x09)
            case 0x75:
                let scalar = try unicodeEscape(bytes, &index, range.upperBound)
                output.append(contentsOf: Array(String(Character(scalar)).utf8))
                continue
            default: throw .invalidString(offset: index)
            }
            index += 2
        }
    }

    /// Appends `text` with quotes and the fewest escapes that RFC 8259 allows.
    package static func encode(_ text: some Sequence<UInt8>, into output: inout [UInt8]) {
        output.append(.quote)
        for byte in text {
            switch byte {
            case .quote, .backslash:
                output.append(.backslash)
                output.append(byte)
            case 0x20...: output.append(byte)
            case 0x08: output.append(contentsOf: [.backslash, 0x62])
            case 0x0C: output.append(contentsOf: [.backslash, 0x66])
            case 0x0A: output.append(contentsOf: [.backslash, 0x6E])
            case 0x0D: output.append(contentsOf: [.backslash, 0x72])
            case 0x09: output.append(contentsOf: [.backslash, 0x74])
            default:
                output.append(contentsOf: Array("\\u00".utf8))
                output.append(hexDigit(byte >> 4))
                output.append(hexDigit(byte & 0xF))
            }
        }
        output.append(.quote)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// Reads the escape of a UTF-16 code unit, or two of them as a surrogate pair, and moves `index` behind it.
    private static func unicodeEscape(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONError) -> Unicode.Scalar {
        let start = index
        let first = try codeUnit(bytes, at: index, end)
        index += 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < end, bytes[index] == .backslash, bytes[index + 1] == 0x75 else {
            throw .invalidString(offset: start)
        }
        let second = try codeUnit(bytes, at: index, end)
        index += 6
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .invalidString(offset: start) }
        return scalar
    }

    private static func codeUnit(_ bytes: Span<UInt8>, at index: Int, _ end: Int) throws(JSONError) -> UInt32 {
        guard index + 6 <= end else { throw .invalidString(offset: index) }
        var value: UInt32 = 0
        for offset in 2..<6 {
            let byte = bytes[index + offset]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: throw .invalidString(offset: index)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
