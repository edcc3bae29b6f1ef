import KubernetesObjects
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `A command in a container` {
    private static let command = ContainerCommand(
        namespace: "shop",
        pod: "db-0",
        container: "db",
        command: ["sh", "-c", "a & b"],
        timeoutSeconds: 10
    )

    /// One frame whose bytes are text: opcode 2 without FIN, and a length of two bytes.
    private static func frame(_ channel: Int, _ text: String) -> String {
        let length = text.utf8.count + 1
        return
            "\u{2}\u{7E}\(Character(UnicodeScalar(UInt8(length >> 7))))\(Character(UnicodeScalar(UInt8(length & 127))))"
            + "\(Character(UnicodeScalar(UInt8(channel))))\(text)"
    }

    private static let switched =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n"

    private func run(_ answer: String) async throws -> ContainerCommand.Outcome {
        let server = try RawServer(answer)
        defer { server.stop() }
        let client = try ClusterClient(.stub("http://127.0.0.1:\(server.port)"))
        return try await client.run(Self.command)
    }

    @Test func `ends with the status that the last channel tells`() async throws {
        // Lengths below 128, so that their low byte is text as well.
        let success = #"{"metadata":{},"status":"Success"}"#
        #expect(try await run(Self.switched + Self.frame(1, "printed") + Self.frame(3, success)) == .exited(0))
        let failure = #"{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}"#
        #expect(try await run(Self.switched + Self.frame(3, failure)) == .exited(7))
        let unknown = #"{"status":"Failure","message":"no such program"}"#
        #expect(try await run(Self.switched + Self.frame(3, unknown)) == .failed("no such program"))
    }

    @Test func `that is cut off is no success`() async throws {
        let ending = ContainerCommand.Outcome.failed("the connection ended before the command did")
        #expect(try await run(Self.switched + Self.frame(1, "printed")) == ending)
        #expect(try await run(Self.switched + "\u{2}\u{7E}\u{1}") == ending)
        let foreign = Self.switched.replacing("v4.channel.k8s.io", with: "other")
        #expect(try await run(foreign) == .failed("the server does not speak v4.channel.k8s.io"))
        #expect(
            try await run(Self.switched + "GET / no frames") == .failed("the server sent what is no WebSocket frame")
        )
    }

    @Test func `that the server refuses is an error of its kind`() async throws {
        let answer = try await #require(throws: ClusterError.self) {
            try await StubServer.with { _ in
                .failure(403, "Forbidden")
            } _: { client, _ in
                _ = try await client.run(Self.command)
            }
        }
        #expect(answer.kind == .forbidden)
    }

    @Test func `comes as the protocol wants it`() async throws {
        try await StubServer.with { request in
            #expect(request.path == "/api/v1/namespaces/shop/pods/db-0/exec")
            #expect(request.query["container"] == "db" && request.query["stdout"] == "true")
            return .failure(404, "NotFound")
        } _: { client, _ in
            await #expect(throws: ClusterError.self) { try await client.run(Self.command) }
        }
    }
}

@Suite struct `Frames of a WebSocket` {
    @Test func `are the same in whatever pieces they come`() throws {
        let long = [UInt8](repeating: 7, count: 70_000)
        var bytes: [UInt8] = [0x82, 2, 1, 9, 0x89, 0, 0x8A, 1, 5]
        bytes += [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70] + long + [0x82, 126, 0, 200] + long[..<200] + [0x88, 0]
        let expected: [WebSocketFrames.Message] = [
            .data([1, 9]), .ping, .pong, .data(long), .data(Array(long[..<200])), .close,
        ]
        for size in [1, 3, 1000, bytes.count] {
            var frames = WebSocketFrames()
            var messages: [WebSocketFrames.Message] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                messages += try frames.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(messages == expected)
        }
    }

    @Test(arguments: [
        ([0xF2, 0], WebSocketFrames.Malformed.reservedBits), ([0x82, 0x80], .masked), ([0x83, 0], .opcode),
        ([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0], .tooLarge),
        ([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255], .tooLarge),
    ])
    func `that break the rules are refused`(bytes: [UInt8], error: WebSocketFrames.Malformed) {
        var frames = WebSocketFrames()
        #expect(throws: error) { try frames.append(bytes) }
    }
}
