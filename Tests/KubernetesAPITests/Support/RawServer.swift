import Glibc
import Synchronization
import TestSupport

/// A server that sends given bytes for any request and closes the connection: for answers that no decent server gives.
final class RawServer: Sendable {
    let port: UInt16
    private let connections = Mutex(0)
    private let listener: Int32

    /// How many connections came.
    var count: Int { connections.withLock { $0 } }

    init(_ answer: String) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard listener >= 0, isBound else { throw StubError.noSocket }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(server: self, answer: answer)).toOpaque()
        pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            context
        )
        pthread_detach(thread)
    }

    /// Ends the thread, which holds the server until then.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private final class Work {
        let server: RawServer
        let answer: String

        init(server: RawServer, answer: String) {
            self.server = server
            self.answer = answer
        }

        func run() {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let connection = accept(server.listener, nil, nil)
                guard connection >= 0 else { break }
                server.connections.withLock { $0 += 1 }
                // One read holds the small requests of these tests whole.
                _ = read(connection, &buffer, buffer.count)
                let bytes = Array(answer.utf8)
                _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                shutdown(connection, Int32(SHUT_WR))
                while read(connection, &buffer, buffer.count) > 0 {}
                close(connection)
            }
            close(server.listener)
        }
    }
}
