import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Watches of the sandbox` {
    @Test func `a watch from a list misses nothing`() async throws {
        let cluster = try await ServerHarness()
        let list = await cluster.get(ServerHarness.configMaps)
        let revision = try #require(list.json["metadata", "resourceVersion"]?.string)
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        await cluster.patch(ServerHarness.configMaps + "/a", ["data": ["b": "2"]])
        await cluster.delete(ServerHarness.configMaps + "/a")
        let events = await cluster.watch(ServerHarness.configMaps + "?watch=true&resourceVersion=\(revision)", count: 3)
        #expect(events.map { $0["type"]?.string } == ["ADDED", "MODIFIED", "DELETED"])
        #expect(events.last?["object", "data", "b"] == "2")
        let revisions = events.compactMap { $0["object", "metadata", "resourceVersion"]?.string.flatMap { Int($0) } }
        #expect(revisions == revisions.sorted() && Set(revisions).count == 3)
    }

    @Test func `a watch without a revision begins with what is there`() async throws {
        let cluster = try await ServerHarness()
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        await cluster.post(ServerHarness.configMaps, cluster.configMap("b"))
        let events = await cluster.watch(ServerHarness.configMaps + "?watch=1", count: 2)
        #expect(events.map { $0["object", "metadata", "name"]?.string } == ["a", "b"])
    }

    @Test func `watches may be cancelled while events come`() async throws {
        let cluster = try await ServerHarness()
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        for round in 0..<2000 {
            let events = try cluster.server.storage.events()
            let watch = Task { for await _ in events {} }
            // Both reach for the lock of the watching task and the one of the storage, in opposite orders if it is done wrong.
            let write = Task.detached {
                await cluster.patch(ServerHarness.configMaps + "/a", ["data": ["b": .string(String(round))]])
            }
            await Task.yield()
            watch.cancel()
            #expect(await write.value.status == 200)
            await watch.value
        }
        #expect(await cluster.get(ServerHarness.configMaps + "/a").json["data", "b"] == "1999")
    }

    @Test func `initial events end with a bookmark that says so`() async throws {
        let cluster = try await ServerHarness()
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        let query = "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        let events = await cluster.watch(ServerHarness.configMaps + query, count: 2)
        #expect(events.map { $0["type"]?.string } == ["ADDED", "BOOKMARK"])
        #expect(events.last?["object", "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
    }

    @Test func `an object that ceases to match is deleted for the watch`() async throws {
        let cluster = try await ServerHarness()
        let revision = cluster.server.storage.resourceVersion
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a", labels: ["tier": "web"]))
        await cluster.patch(ServerHarness.configMaps + "/a", ["metadata": ["labels": ["tier": "db"]]])
        await cluster.patch(ServerHarness.configMaps + "/a", ["metadata": ["labels": ["tier": "web"]]])
        let query = "?watch=1&labelSelector=tier%3Dweb&resourceVersion=\(revision)"
        let events = await cluster.watch(ServerHarness.configMaps + query, count: 3)
        #expect(events.map { $0["type"]?.string } == ["ADDED", "DELETED", "ADDED"])
    }

    @Test func `a watch from before the window is told that its version is too old`() async throws {
        let cluster = try await ServerHarness(watchWindow: 4)
        let revision = cluster.server.storage.resourceVersion
        for index in 0..<20 { await cluster.post(ServerHarness.configMaps, cluster.configMap("c\(index)")) }
        let events = await cluster.watch(ServerHarness.configMaps + "?watch=1&resourceVersion=\(revision)", count: 1)
        #expect(events.first?["type"] == "ERROR")
        #expect(events.first?["object", "code"] == 410)
        #expect(events.first?["object", "reason"] == "Expired")
    }

    @Test func `the events of a dry run and of a refused write reach no watch`() async throws {
        let cluster = try await ServerHarness()
        let revision = cluster.server.storage.resourceVersion
        await cluster.post(ServerHarness.configMaps + "?dryRun=All", cluster.configMap("dry"))
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        await cluster.post(ServerHarness.configMaps, cluster.configMap("a"))
        await cluster.post(ServerHarness.configMaps, cluster.configMap("b"))
        let events = await cluster.watch(ServerHarness.configMaps + "?watch=1&resourceVersion=\(revision)", count: 2)
        #expect(events.map { $0["object", "metadata", "name"]?.string } == ["a", "b"])
    }
}
