/// Reads the fields of a protobuf message one after the other. Every length is checked against the end of the message.
struct ProtobufReader {
    private var index: Int
    private let end: Int

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    struct Field {
        let number: Int
        /// Of fields that are numbers.
        let value: UInt64
        /// Of fields that have a length: texts, bytes and messages.
        let content: Range<Int>?
        let offset: Int

        func message() throws(ProtobufError) -> Range<Int> {
            guard let content else { throw ProtobufError(offset: offset) }
            return content
        }

        func text(_ bytes: Span<UInt8>) throws(ProtobufError) -> String {
            let range = try message()
            let text = bytes.extracting(range).withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
            guard let text else { throw ProtobufError(offset: range.lowerBound) }
            return text
        }
    }

    /// The next field; nil at the end of the message.
    mutating func next(_ bytes: Span<UInt8>) throws(ProtobufError) -> Field? {
        guard index < end else { return nil }
        let offset = index
        let key = try varint(bytes)
        guard let number = Int(exactly: key >> 3), number > 0 else { throw ProtobufError(offset: offset) }
        var value: UInt64 = 0
        var content: Range<Int>?
        switch key & 7 {
        case 0: value = try varint(bytes)
        case 1: try skip(8)
        case 2:
            let length = try varint(bytes)
            guard length <= UInt64(end - index) else { throw ProtobufError(offset: index) }
            content = index..<index + Int(length)
            index += Int(length)
        case 5: try skip(4)
        default: throw ProtobufError(offset: offset)
        }
        return Field(number: number, value: value, content: content, offset: offset)
    }

    private mutating func skip(_ count: Int) throws(ProtobufError) {
        guard count <= end - index else { throw ProtobufError(offset: index) }
        index += count
    }

    private mutating func varint(_ bytes: Span<UInt8>) throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < end, shift < 64 {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ProtobufError(offset: index)
    }
}

/// Bytes that are not the message they should be.
package struct ProtobufError: Error, Equatable, Sendable, CustomStringConvertible {
    package let offset: Int
    package var description: String { "the binary answer is wrong at byte \(offset)" }
}
