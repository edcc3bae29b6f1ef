/// One session of the protocol. Requests are sent ahead of the answers to those before them. One thread uses it at a time.
final class SFTPConnection {
    /// A packet of a server is at most this long; OpenSSH's are at most 256 KiB.
    static let largestPacket = 1 << 20
    /// Bytes of one read or write that every server takes.
    static let chunk = 32 << 10
    /// So many requests wait for their answers at most.
    static let window = 64

    private let process: SSHProcess
    private var lastID: UInt32 = 0
    /// What the server can do beyond the protocol.
    let extensions: Set<String>

    init(_ process: SSHProcess) throws(SFTPError) {
        self.process = process
        var hello = SFTPWriter(SFTPType.initialize)
        hello.number(3)
        try process.send(Self.framed(hello.bytes))
        let packet = try Self.packet(process)
        var reader = SFTPReader(packet[...])
        guard reader.byte() == SFTPType.version, let version = reader.number() else {
            throw .malformed("what answers is no SFTP server")
        }
        guard version == 3 else { throw .malformed("the server speaks version \(version) of SFTP, and not 3") }
        var names: Set<String> = []
        while let name = reader.text(), reader.bytes() != nil { names.insert(name) }
        extensions = names
    }

    /// Sends requests, in order and without waiting for one another, and gives their answers in the same order.
    ///
    /// - Parameter fields: what follows the number of each request.
    func ask(_ requests: [(type: UInt8, fields: [UInt8])]) throws(SFTPError) -> [SFTPAnswer] {
        var answers: [SFTPAnswer?] = Array(repeating: nil, count: requests.count)
        var waiting: [UInt32: Int] = [:]
        var next = 0
        while next < requests.count || !waiting.isEmpty {
            while next < requests.count, waiting.count < Self.window {
                lastID &+= 1
                waiting[lastID] = next
                try send(requests[next], lastID)
                next += 1
            }
            let (id, answer) = try receive()
            guard let index = waiting.removeValue(forKey: id) else {
                throw .malformed("an answer that nobody asked for came")
            }
            answers[index] = answer
        }
        return answers.compactMap { $0 }
    }

    func ask(_ type: UInt8, _ fields: (inout SFTPWriter) -> Void) throws(SFTPError) -> SFTPAnswer {
        guard let answer = try ask([(type, Self.fields(fields))]).first else { throw .malformed("no answer came") }
        return answer
    }

    static func fields(_ write: (inout SFTPWriter) -> Void) -> [UInt8] {
        var writer = SFTPWriter(0)
        write(&writer)
        return Array(writer.bytes.dropFirst())
    }

    private func send(_ request: (type: UInt8, fields: [UInt8]), _ id: UInt32) throws(SFTPError) {
        var writer = SFTPWriter(request.type)
        writer.number(id)
        try process.send(Self.framed(writer.bytes + request.fields))
    }

    private func receive() throws(SFTPError) -> (id: UInt32, answer: SFTPAnswer) {
        let packet = try Self.packet(process)
        var reader = SFTPReader(packet[...])
        guard let type = reader.byte(), let id = reader.number(), let answer = SFTPAnswer.read(type, &reader) else {
            throw .malformed("a packet is not what the protocol has")
        }
        return (id, answer)
    }

    private static func framed(_ bytes: [UInt8]) -> [UInt8] {
        var writer = SFTPWriter(0)
        writer.number(UInt32(bytes.count))
        return Array(writer.bytes.dropFirst()) + bytes
    }

    private static func packet(_ process: SSHProcess) throws(SFTPError) -> [UInt8] {
        var reader = SFTPReader(try process.receive(4)[...])
        guard let length = reader.number(), length > 0, length <= largestPacket else {
            throw .malformed("a packet has a length that none can have; a shell of the server may print when it starts")
        }
        return try process.receive(Int(length))
    }
}
