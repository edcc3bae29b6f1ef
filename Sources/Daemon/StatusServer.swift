import FlyingFox
import FlyingSocks
import Foundation
package import KubernetesObjects
package import Logging
import ServiceLifecycle

/// Serves `/healthz`, `/readyz`, `/metrics` and `/status` over HTTP.
package struct StatusServer: Service {
    /// Where the server listens: an IP address and a port.
    package struct Address: Equatable, Sendable, CustomStringConvertible {
        package let host: String
        package let port: UInt16

        /// Parses `127.0.0.1:9090`, `[::1]:9090`, `localhost:9090` and `:9090`, which listens on all IPv4 addresses.
        package init(parsing text: String) throws(LifeboatError) {
            let wrong = LifeboatError(
                .usage,
                "“\(text)” is no address to listen on",
                remedy: "write an IP address and a port, for example 127.0.0.1:9090 or [::1]:9090"
            )
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                throw wrong
            }
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            if host == "localhost" { host = "127.0.0.1" }
            if host.isEmpty { host = "0.0.0.0" }
            self.host = host
            self.port = port
            guard inet4 != nil || inet6 != nil else { throw wrong }
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

        var inet4: sockaddr_in? {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            return inet_pton(AF_INET, host, &address.sin_addr) == 1 ? address : nil
        }

        var inet6: sockaddr_in6? {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            return inet_pton(AF_INET6, host, &address.sin6_addr) == 1 ? address : nil
        }
    }

    private let daemon: Daemon
    private let address: Address
    private let logger: Logger
    private let listening: (@Sendable (Address) -> Void)?

    /// - Parameter listening: called with the address once connections are taken.
    package init(daemon: Daemon, address: Address, logger: Logger, listening: (@Sendable (Address) -> Void)? = nil) {
        self.logger = logger
        self.daemon = daemon
        self.address = address
        self.listening = listening
    }

    /// Serves until a graceful shutdown or a cancellation.
    ///
    /// - Throws: `daemon.listen-failed` when the address cannot be listened on.
    package func run() async throws {
        let server: HTTPServer
        if let inet4 = address.inet4 {
            server = HTTPServer(address: inet4, logger: ServerLog(logger: logger))
        } else if let inet6 = address.inet6 {
            server = HTTPServer(address: inet6, logger: ServerLog(logger: logger))
        } else {
            throw LifeboatError(.daemonListenFailed, "“\(address)” is no address to listen on")
        }
        for path in ["/healthz", "/readyz", "/metrics", "/status"] {
            await server.appendRoute(HTTPRoute("GET \(path)")) { [daemon] _ in
                let answer = StatusPages(daemon.currentStatus, now: daemon.now).answer(to: path)
                return HTTPResponse(
                    statusCode: answer.isGood ? .ok : .serviceUnavailable,
                    headers: [.contentType: answer.contentType],
                    body: Data(answer.body.utf8)
                )
            }
        }
        do {
            try await cancelWhenGracefulShutdown { [address, listening] in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run() }
                    if let listening {
                        group.addTask {
                            try await server.waitUntilListening(timeout: 60)
                            listening(await Self.boundAddress(of: server) ?? address)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        } catch {
            guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
            throw LifeboatError(
                .daemonListenFailed,
                "the daemon cannot serve on \(address): \(error)",
                remedy: "choose a free address with --listen ADDRESS:PORT"
            )
        }
    }

    /// The address with the port that the system chose for port 0.
    private static func boundAddress(of server: HTTPServer) async -> Address? {
        switch await server.listeningAddress {
        case .ip4(let host, let port): try? Address(parsing: "\(host):\(port)")
        case .ip6(let host, let port): try? Address(parsing: "[\(host)]:\(port)")
        case .unix, nil: nil
        }
    }
}
