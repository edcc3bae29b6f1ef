import Daemon
import Foundation
import FoundationNetworking
import KubernetesObjects
import Policies
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@Suite struct `The status server` {
    @Test(arguments: [
        ("127.0.0.1:9090", "127.0.0.1:9090"), ("[::1]:80", "[::1]:80"), (":9090", "0.0.0.0:9090"),
        ("localhost:1", "127.0.0.1:1"),
    ])
    func `reads addresses`(text: String, expected: String) throws {
        #expect(try StatusServer.Address(parsing: text).description == expected)
    }

    @Test(arguments: ["", "9090", "127.0.0.1", "127.0.0.1:", "example.com:80", "127.0.0.1:70000", "1.2.3.4.5:1"])
    func `refuses what is no address`(text: String) {
        #expect(throws: LifeboatError.self) { try StatusServer.Address(parsing: text) }
    }

    @Test func `answers over HTTP and refuses a second server on its port`() async throws {
        let daemon = Daemon(
            policies: PolicySet(),
            actions: DaemonActions(runBackup: { _ in .sample }, runDrill: { _ in .sample }),
            history: MemoryHistory().history,
            clock: ManualClock(try moment("2026-01-01T00:00:00Z")).clock,
            version: "1.0.0",
            logger: .silent
        )
        let (ports, found) = AsyncStream.makeStream(of: StatusServer.Address.self)
        let address = try StatusServer.Address(parsing: "127.0.0.1:0")
        let server = StatusServer(daemon: daemon, address: address, logger: .silent) { found.yield($0) }
        try await testGracefulShutdown { trigger in
            async let run: Void = server.run()
            var iterator = ports.makeAsyncIterator()
            let bound = try #require(await iterator.next())
            let url = try #require(URL(string: "http://\(bound)/metrics"))
            let (body, answer) = try await URLSession.shared.data(from: url)
            #expect((answer as? HTTPURLResponse)?.statusCode == 200)
            #expect(String(decoding: body, as: UTF8.self).contains("lifeboat_build_info"))
            let ready = try #require(URL(string: "http://\(bound)/readyz"))
            let (_, notReady) = try await URLSession.shared.data(from: ready)
            #expect((notReady as? HTTPURLResponse)?.statusCode == 503)
            let second = StatusServer(daemon: daemon, address: bound, logger: .silent)
            let error = await #expect(throws: LifeboatError.self) { try await second.run() }
            #expect(error?.code == .daemonListenFailed)
            trigger.triggerGracefulShutdown()
            try await run
        }
    }
}
