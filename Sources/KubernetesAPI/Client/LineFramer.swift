/// Cuts a stream of bytes into lines, wherever the stream was cut into parts.
struct LineFramer {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// Everything before it was searched for a line feed.
    private var searched = 0

    /// - Parameter limit: the most bytes of a line.
    init(limit: Int) { self.limit = limit }

    /// Whether no part of an unfinished line is left.
    var isEmpty: Bool { start == buffer.count }

    /// Takes a part; false when the unfinished line is over the limit.
    mutating func append(_ part: [UInt8]) -> Bool {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        guard buffer.count + part.count <= limit else { return false }
        if buffer.isEmpty { buffer = part } else { buffer += part }
        return true
    }

    /// The next whole line, without its line feed.
    mutating func next() -> [UInt8]? {
        guard let end = buffer[searched...].firstIndex(of: 0x0A) else {
            searched = buffer.count
            return nil
        }
        let line = Array(buffer[start..<end])
        start = end + 1
        searched = start
        return line
    }
}
