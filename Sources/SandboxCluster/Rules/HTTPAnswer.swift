/// The status and the content of an HTTP/1.1 answer.
enum HTTPAnswer {
    /// Whether all bytes that the answer announces are there. Without a length it lasts until the connection ends.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let (fields, start) = head(of: bytes) else { return false }
        if let text = fields["content-length"], let length = Int(text) { return bytes.count - start >= length }
        return fields["transfer-encoding"]?.lowercased() == "chunked" && bytes.suffix(5) == Array("0\r\n\r\n".utf8)[...]
    }

    static func parse(_ bytes: [UInt8]) -> (status: Int, content: [UInt8])? {
        guard let (fields, start) = head(of: bytes), let status = fields[""].flatMap({ Int($0) }) else { return nil }
        let content = Array(bytes[start...])
        if fields["transfer-encoding"]?.lowercased() == "chunked" { return joined(content).map { (status, $0) } }
        guard let length = fields["content-length"].flatMap({ Int($0) }), length <= content.count else {
            return (status, content)
        }
        return (status, Array(content[..<length]))
    }

    /// The header fields by lower-case name, the status under the empty name, and where the content starts.
    private static func head(of bytes: [UInt8]) -> (fields: [String: String], start: Int)? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= end.count,
            let position = (0...bytes.count - end.count).first(where: { bytes[$0..<$0 + end.count] == end[...] })
        else { return nil }
        let lines = String(decoding: bytes[..<position], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first else { return nil }
        var fields: [String: String] = [:]
        let words = first.split(separator: " ")
        if words.count > 1 { fields[""] = String(words[1]) }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return (fields, position + end.count)
    }

    private static func joined(_ bytes: [UInt8]) -> [UInt8]? {
        var (content, index) = ([UInt8](), 0)
        while index < bytes.count {
            guard let end = bytes[index...].firstIndex(of: 0x0D) else { return nil }
            let size = String(decoding: bytes[index..<end], as: UTF8.self).prefix { $0 != ";" }
            guard let length = Int(size, radix: 16) else { return nil }
            if length == 0 { return content }
            let start = end + 2
            guard start + length <= bytes.count else { return nil }
            content += bytes[start..<start + length]
            index = start + length + 2
        }
        return nil
    }
}
