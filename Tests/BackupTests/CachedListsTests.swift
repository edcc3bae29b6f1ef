import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Policies
import Synchronization
import TestSupport
import Testing

@Suite struct `Lists from the server's cache` {
    @Test func `are asked for by a policy that allows them, once there is a snapshot to compare with`() async throws {
        try await CachedListsScenario.run { scenario in
            let first = try await scenario.backUp()
            #expect(first.objects == 31)
            #expect(first.cachedLists == 0)
            scenario.server.change { $0.set("settings-7", version: "900") }
            scenario.server.refreshCache()
            let second = try await scenario.backUp()
            #expect(second.objects == 31)
            #expect(second.objectsChanged == 1)
            #expect(second.cachedLists == 1)
            #expect(scenario.server.cachedRequests == 1)
        }
    }

    @Test func `are not asked for without leave`() async throws {
        try await CachedListsScenario.run { scenario in
            _ = try await scenario.backUp()
            _ = try await scenario.backUp(allowsCachedLists: false)
            #expect(scenario.server.cachedRequests == 0)
        }
    }

    @Test func `that lack an object of the last snapshot are not believed`() async throws {
        try await CachedListsScenario.run { scenario in
            scenario.server.refreshCache()
            scenario.server.change { $0.set("settings-new", version: "901") }
            _ = try await scenario.backUp()
            // The cache is from before the last snapshot.
            let second = try await scenario.backUp()
            #expect(second.objects == 32)
            #expect(second.objectsRemoved == 0)
            #expect(second.cachedLists == 0)
            #expect(scenario.server.cachedRequests == 1)
        }
    }

    @Test func `never bring back an older state of an object`() async throws {
        try await CachedListsScenario.run { scenario in
            scenario.server.refreshCache()
            scenario.server.change { $0.set("settings-7", version: "902") }
            let first = try await scenario.backUp()
            let second = try await scenario.backUp()
            #expect(second.cachedLists == 1)
            #expect(second.objectsChanged == 0)
            #expect(try scenario.difference(first, second).isEmpty)
        }
    }

    // C46
    @Test func `may name an object that is gone when it is fetched, which is no failure`() async throws {
        try await CachedListsScenario.run { scenario in
            _ = try await scenario.backUp()
            scenario.server.change { $0.set("settings-7", version: "903") }
            scenario.server.refreshCache()
            scenario.server.change { $0.remove("settings-7") }
            let second = try await scenario.backUp()
            #expect(second.isComplete)
            #expect(second.objects == 30)
        }
    }

    @Test func `leave an object out when a consistent list says that it is gone`() async throws {
        try await CachedListsScenario.run { scenario in
            _ = try await scenario.backUp()
            scenario.server.change { $0.remove("settings-7") }
            scenario.server.refreshCache()
            let second = try await scenario.backUp()
            #expect(second.objects == 30)
            #expect(second.objectsRemoved == 1)
            #expect(second.cachedLists == 0)
        }
    }
}

/// Backups of a server whose cache lags behind.
private struct CachedListsScenario {
    let server: LaggingServer
    let client: ClusterClient
    let repository: Repository

    static func run(_ body: @escaping @Sendable (CachedListsScenario) async throws -> Void) async throws {
        let server = LaggingServer()
        try await StubServer.with {
            server.answer($0)
        } _: { client, _ in
            let test = try TestRepository()
            let scenario = CachedListsScenario(server: server, client: client, repository: test.repository)
            try await body(scenario)
            let report = try test.repository.check(.data)
            #expect(report.ok)
        }
    }

    func backUp(allowsCachedLists: Bool = true) async throws -> BackupResult {
        let policy = BackupPolicy(name: "test", allowsCachedLists: allowsCachedLists)
        return try await BackupRun.ofStub(client, repository, policy).run()
    }

    func difference(_ first: BackupResult, _ second: BackupResult) throws -> SnapshotDifference {
        try repository.difference(first.snapshot, second.snapshot)
    }
}

/// An API server with thirty ConfigMaps and a namespace, whose watch cache is as old as a test wants it.
private final class LaggingServer: Sendable {
    struct Objects {
        var versions: [String: String]

        mutating func set(_ name: String, version: String) { versions[name] = version }
        mutating func remove(_ name: String) { versions[name] = nil }
    }

    private struct State {
        var current: Objects
        var cached: Objects
        var cachedRequests = 0
    }

    private let state: Mutex<State>
    var cachedRequests: Int { state.withLock { $0.cachedRequests } }

    init() {
        let names = (0..<30).map { "settings-\($0)" }
        let objects = Objects(versions: Dictionary(uniqueKeysWithValues: names.map { ($0, "100") }))
        state = Mutex(State(current: objects, cached: objects))
    }

    func change(_ body: (inout Objects) -> Void) { state.withLock { body(&$0.current) } }
    func refreshCache() { state.withLock { $0.cached = $0.current } }

    func answer(_ request: StubRequest) -> StubAnswer {
        switch request.path {
        case "/api/v1/configmaps":
            let objects = state.withLock { state in
                guard request.query["resourceVersion"] == "0" else { return state.current }
                state.cachedRequests += 1
                return state.cached
            }
            return StubCluster.list(objects.versions.sorted { $0.key < $1.key }.map(StubCluster.configMap))
        default:
            if let answer = StubCluster.answer(request) { return answer }
            let name = String(request.path.split(separator: "/").last ?? "")
            guard let version = state.withLock({ $0.current.versions[name] }) else { return .failure(404, "NotFound") }
            return .json(StubCluster.configMap(name, version))
        }
    }
}
