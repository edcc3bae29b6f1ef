/// Takes the frames that a WebSocket server sends out of a stream of bytes (RFC 6455 section 5).
///
/// Servers do not mask. Fragments of a message come as messages of their own: whoever reads a stream of output needs no more.
struct WebSocketFrames {
    enum Message: Equatable {
        case data([UInt8])
        case ping, pong, close
    }

    enum Malformed: Error { case reservedBits, masked, opcode, tooLarge }

    /// Larger than any frame of a container's output, and small enough to hold.
    static let largestFrame = 16 << 20
    private var buffer: [UInt8] = []

    /// The messages that are whole with these bytes.
    mutating func append(_ bytes: [UInt8]) throws(Malformed) -> [Message] {
        buffer += bytes
        var messages: [Message] = []
        var start = 0
        while let (message, end) = try Self.frame(buffer, from: start) {
            messages.append(message)
            start = end
        }
        buffer.removeFirst(start)
        return messages
    }

    private static func frame(_ bytes: [UInt8], from start: Int) throws(Malformed) -> (Message, end: Int)? {
        guard bytes.count >= start + 2 else { return nil }
        guard bytes[start] & 0x70 == 0 else { throw .reservedBits }
        guard bytes[start + 1] & 0x80 == 0 else { throw .masked }
        var length = UInt64(bytes[start + 1] & 0x7F)
        var body = start + 2
        let extended = length == 126 ? 2 : length == 127 ? 8 : 0
        if extended > 0 {
            guard bytes.count >= body + extended else { return nil }
            length = bytes[body..<(body + extended)].reduce(0) { $0 << 8 | UInt64($1) }
            body += extended
        }
        guard length <= UInt64(largestFrame) else { throw .tooLarge }
        let end = body + Int(length)
        guard bytes.count >= end else { return nil }
        switch bytes[start] & 0x0F {
        case 0, 1, 2: return (.data(Array(bytes[body..<end])), end)
        case 8: return (.close, end)
        case 9: return (.ping, end)
        case 10: return (.pong, end)
        default: throw .opcode
        }
    }
}
