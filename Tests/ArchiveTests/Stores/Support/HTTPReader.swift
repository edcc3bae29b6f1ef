import Glibc

@testable import Archive

/// Reads the requests of one connection, with bodies whose length is given.
struct HTTPReader {
    let connection: Int32
    private var buffer: [UInt8] = []

    init(connection: Int32) { self.connection = connection }

    /// Nil at the end of the connection.
    mutating func next() -> FakeS3.Request? {
        var end: Int?
        while true {
            end = Self.end(of: buffer)
            if end != nil { break }
            guard receive() else { return nil }
        }
        guard let end else { return nil }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst(end)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard receive() else { return nil } }
        let body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        let target = words[1].split(separator: "?", maxSplits: 1)
        let path = (PercentEncoding.decode(target[0]) ?? "").split(separator: "/", omittingEmptySubsequences: true)
        var query: [String: String] = [:]
        for pair in target.count > 1 ? target[1].split(separator: "&") : [] {
            let parts = pair.split(separator: "=", maxSplits: 1).map { PercentEncoding.decode($0) ?? "" }
            query[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return FakeS3.Request(
            method: String(words[0]),
            key: path.dropFirst().joined(separator: "/"),
            query: query,
            headers: headers,
            body: body,
            number: 0
        )
    }

    private mutating func receive() -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = read(connection, &part, part.count)
        guard count > 0 else { return false }
        buffer += part[..<count]
        return true
    }

    private static func end(of bytes: [UInt8]) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(mark) }.map { $0 + 4 }
    }

    static func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
