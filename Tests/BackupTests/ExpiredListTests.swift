import Archive
import Backup
import Policies
import Synchronization
import TestSupport
import Testing

@Suite struct `A list that the server forgets` {
    /// Thirty ConfigMaps in pages of ten; the second page is refused the first time.
    private final class ForgetfulServer: Sendable {
        let offersToken: Bool
        let refusals = Mutex(0)

        init(offersToken: Bool) { self.offersToken = offersToken }

        func answer(_ request: StubRequest) -> StubAnswer {
            guard request.path == "/api/v1/configmaps" else {
                return StubCluster.answer(request) ?? .failure(404, "NotFound")
            }
            let start = request.query["continue"].flatMap { Int($0) } ?? 0
            let isRefused = refusals.withLock { refusals in
                guard start == 10, refusals == 0 else { return false }
                refusals += 1
                return true
            }
            if isRefused {
                return .failure(410, "Expired", offersToken ? #","metadata":{"continue":"10"}"# : "")
            }
            let names = (start..<start + 10).map { "settings-\($0 < 10 ? "0" : "")\($0)" }
            return StubCluster.list(
                names.map { StubCluster.configMap($0, "100") },
                continueToken: start == 20 ? "" : String(start + 10)
            )
        }
    }

    @Test(arguments: [true, false])
    func `is captured with every object once, and the result says that it is of several moments`(
        offersToken: Bool
    ) async throws {
        let server = ForgetfulServer(offersToken: offersToken)
        try await StubServer.with {
            server.answer($0)
        } _: { client, _ in
            let test = try TestRepository()
            let result = try await BackupRun.ofStub(client, test.repository, BackupPolicy(name: "test")).run()
            #expect(result.objects == 31)
            #expect(result.warnings.contains { $0.contains("configmaps") && $0.contains("several moments") })
            #expect(server.refusals.withLock { $0 } == 1)
            #expect(try test.repository.check(.data).ok)
        }
    }
}
