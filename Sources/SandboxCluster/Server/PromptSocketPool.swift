import FlyingFox
import FlyingSocks

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A pool of sockets that send at once, without waiting for more to send (TCP_NODELAY).
///
/// The HTTP library writes head and body of an answer one after the other. With Nagle's algorithm the body would wait
/// for the acknowledgement of the head, which the client delays by 40 ms. The listening socket is suspended here before
/// its first connection, and connections inherit the option from it.
struct PromptSocketPool<Base: AsyncSocketPool>: AsyncSocketPool {
    let base: Base

    func prepare() async throws { try await base.prepare() }

    func run() async throws { try await base.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        if events == .connection {
            try socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
        }
        try await base.suspendSocket(socket, untilReadyFor: events)
    }
}
