import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Logging
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `The main job` {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func backup(
        _ client: ClusterClient,
        _ repository: Repository,
        allowsCachedLists: Bool = false
    ) async throws -> BackupResult {
        try await BackupRun(
            client: client,
            repository: repository,
            policy: BackupPolicy(name: "test", allowsCachedLists: allowsCachedLists),
            logger: Self.logger,
            now: TestClock.wallClock,
            random: TestClock.random
        ).run()
    }

    private func restore(_ client: ClusterClient, _ reader: SnapshotReader) async throws -> RestoreResult {
        let run = RestoreRun(
            client: client,
            reader: reader,
            policy: RestorePolicy(name: "test"),
            logger: Self.logger,
            now: TestClock.wallClock
        )
        return try await run.apply(try await run.plan())
    }

    private static let kinds: [TestCluster] = RealParts.targetKubeconfig == nil ? [.sandbox] : TestCluster.allCases

    @Test(arguments: kinds)
    func `a lost cluster is rebuilt, only explained differences are left, and a second restore changes nothing`(
        kind: TestCluster
    ) async throws {
        let archive = try TestRepository()
        let clusters = try await ClusterPair.start(kind)
        try await WorkloadLoader(client: clusters.source).load()
        let first = try await backup(clusters.source, archive.repository)
        #expect(first.incomplete.isEmpty, "\(first.incomplete)")
        let reader = try archive.repository.reader(archive.repository.snapshot("latest"))
        let kinds = Set(try reader.resources().map(\.kind))
        #expect(kinds.count >= 30, "\(kinds.sorted())")

        // The controllers of a real cluster may still be writing status when the first backup is taken.
        var settled = first
        var cached = first
        var changed: [Int] = []
        repeat {
            settled = try await backup(clusters.source, archive.repository)
            cached = try await backup(clusters.source, archive.repository, allowsCachedLists: true)
            changed.append(settled.objectsChanged + cached.objectsChanged + cached.objectsRemoved)
        } while changed.last != 0 && changed.count < 10
        #expect(changed.last == 0, "\(changed)")
        #expect(cached.objects == settled.objects)
        #expect(cached.cachedLists > 0)
        let client = clusters.target
        let result = try await restore(client, reader)
        #expect(result.failed.isEmpty, "\(result.failed)")
        #expect(result.created > 50)
        let unexplained = try await Self.settledDifference(reader, client)
        #expect(unexplained.isEmpty, "\(unexplained.joined(separator: "\n"))")

        let second = try await restore(client, reader)
        #expect(
            second.created == 0 && second.updated == 0 && second.failed.isEmpty,
            "\(second.json.prettyPrinted().prefix(3000))"
        )
        try await Self.expectRelinkedOwners(client)
        await clusters.stop()
        #expect(try archive.repository.check(.data, subset: nil).ok)
    }

    /// What differs without an explanation, asked until the controllers of the target are done.
    private static func settledDifference(_ reader: SnapshotReader, _ client: ClusterClient) async throws -> [String] {
        var found: [String] = []
        for _ in 0..<100 {
            let difference = try await LiveComparison(client: client, reader: reader).run()
            found = (difference.added + difference.removed).filter { $0.explanation == nil }.map { "\($0.identity)" }
            found += difference.changed.filter { !$0.isExplained }.map {
                "\($0.identity) \($0.paths.filter { $0.explanation == nil }.map(\.path))"
            }
            if found.isEmpty { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        return found
    }

    /// The owned ConfigMap lives and names the new uid of its owner.
    private static func expectRelinkedOwners(_ client: ClusterClient) async throws {
        let discovery = try await client.discover()
        let widgets = try #require(
            discovery.resource(for: GroupVersionKind(apiVersion: "example.com/v1", kind: "Widget"))
        )
        let maps = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: "ConfigMap")))
        let gear = try JSONValue(parsing: await client.get(widgets, namespace: "shop", name: "gear"))
        let owned = try JSONValue(parsing: await client.get(maps, namespace: "shop", name: "gear-settings"))
        #expect(owned["metadata", "ownerReferences"]?.array?.first?["uid"] == gear["metadata", "uid"])
        #expect(gear["metadata", "finalizers"] == ["example.com/cleanup"])
        #expect(gear["spec", "serial"] == .number("9007199254740993"))
    }
}
