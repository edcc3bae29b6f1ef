/// How numbers are written in the binary files of the repository: little-endian, or as a base-128 varint.
extension [UInt8] {
    /// Appends an integer in little-endian order.
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends an unsigned integer in groups of seven bits, the lowest first.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a text as its length in bytes and its UTF-8.
    mutating func appendText(_ text: String) {
        appendVarint(UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}

/// Bytes that do not have the form they claim to have. Callers turn it into an error that names the file.
struct MalformedBytes: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Reads the binary files of the repository; every read is checked against the end.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var offset: Int
    let end: Int

    init(_ bytes: [UInt8], from offset: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.end = min(max(end ?? bytes.count, 0), bytes.count)
        self.offset = min(max(offset, 0), self.end)
    }

    var remaining: Int { end - offset }
    var isAtEnd: Bool { offset == end }

    mutating func take(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw MalformedBytes("it ends in the middle of a field") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func array(_ count: Int) throws(MalformedBytes) -> [UInt8] { Array(try take(count)) }

    mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard remaining >= 1 else { throw MalformedBytes("it ends in the middle of a field") }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type = Value.self
    ) throws(MalformedBytes) -> Value {
        var value: Value = 0
        for (position, byte) in try take(Value.bitWidth / 8).enumerated() {
            value |= Value(truncatingIfNeeded: byte) << Value(truncatingIfNeeded: position * 8)
        }
        return value
    }

    mutating func varint() throws(MalformedBytes) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw MalformedBytes("a number is too large") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw MalformedBytes("a number is not in its shortest form") }
                return value
            }
            shift += 7
        }
    }

    /// A varint that counts or measures something that is held in memory.
    mutating func count(limit: Int) throws(MalformedBytes) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw MalformedBytes("a length is over its limit") }
        return Int(value)
    }

    mutating func text(limit: Int = 65_535) throws(MalformedBytes) -> String {
        let length = try count(limit: limit)
        guard let text = String(validating: try take(length), as: UTF8.self) else {
            throw MalformedBytes("a text is not UTF-8")
        }
        return text
    }

    mutating func expect(_ magic: [UInt8], _ what: String) throws(MalformedBytes) {
        guard remaining >= magic.count, try take(magic.count).elementsEqual(magic) else {
            throw MalformedBytes("it does not begin as \(what)")
        }
    }

    mutating func skip(to position: Int) throws(MalformedBytes) {
        guard position >= offset, position <= end else { throw MalformedBytes("it ends in the middle of a field") }
        offset = position
    }
}
