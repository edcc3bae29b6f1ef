import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Lists of the sandbox` {
    private func filled(_ count: Int = 10) async throws -> ServerHarness {
        let cluster = try await ServerHarness()
        for index in 0..<count {
            await cluster.post(
                ServerHarness.configMaps,
                cluster.configMap("c\(index)", labels: ["odd": "\(index % 2)"])
            )
        }
        return cluster
    }

    @Test func `pages show one moment, whatever is written in between`() async throws {
        let cluster = try await filled()
        let first = await cluster.get(ServerHarness.configMaps + "?limit=4")
        #expect(first.names == ["c0", "c1", "c2", "c3"])
        #expect(first.json["metadata", "remainingItemCount"] == 6)
        await cluster.delete(ServerHarness.configMaps + "/c5")
        await cluster.post(ServerHarness.configMaps, cluster.configMap("c55"))
        let token = try #require(first.json["metadata", "continue"]?.string)
        let second = await cluster.get(ServerHarness.configMaps + "?limit=4&continue=\(token)")
        #expect(second.names == ["c4", "c5", "c6", "c7"])
        #expect(second.json["metadata", "resourceVersion"] == first.json["metadata", "resourceVersion"])
        let next = try #require(second.json["metadata", "continue"]?.string)
        let last = await cluster.get(ServerHarness.configMaps + "?limit=4&continue=\(next)")
        #expect(last.names == ["c8", "c9"])
        #expect(last.json["metadata", "continue"] == nil)
    }

    @Test func `an expired token is answered with 410 and a token that goes on`() async throws {
        let cluster = try await filled()
        let first = await cluster.get(ServerHarness.configMaps + "?limit=4")
        let token = try #require(first.json["metadata", "continue"]?.string)
        cluster.server.snapshots.forget()
        let expired = await cluster.get(ServerHarness.configMaps + "?limit=4&continue=\(token)")
        #expect(expired.status == 410)
        #expect(expired.json["reason"] == "Expired")
        let next = try #require(expired.json["metadata", "continue"]?.string)
        let rest = await cluster.get(ServerHarness.configMaps + "?continue=\(next)")
        #expect(rest.names == ["c4", "c5", "c6", "c7", "c8", "c9"])
    }

    @Test func `a broken token is a bad request`() async throws {
        let cluster = try await filled(1)
        #expect(await cluster.get(ServerHarness.configMaps + "?continue=%21").status == 400)
    }

    @Test(arguments: [
        ("labelSelector=odd%3D1", ["c1", "c3", "c5"]), ("labelSelector=odd%20in%20(0)", ["c0", "c2", "c4"]),
        ("labelSelector=!odd", []), ("fieldSelector=metadata.name%3Dc2", ["c2"]),
        ("fieldSelector=metadata.name!%3Dc2,metadata.namespace%3Dshop", ["c0", "c1", "c3", "c4", "c5"]),
        ("labelSelector=odd%3D1&limit=2", ["c1", "c3"]),
    ])
    func `selectors select`(query: String, names: [String]) async throws {
        let cluster = try await filled(6)
        #expect(await cluster.get("/api/v1/configmaps?\(query)").names == names)
    }

    @Test func `a field by which nothing can be selected is a bad request`() async throws {
        let cluster = try await filled(1)
        let answer = await cluster.get("/api/v1/configmaps?fieldSelector=data.a%3D1")
        #expect(answer.status == 400)
        #expect(answer.json["message"]?.string?.contains("field label not supported: data.a") == true)
    }

    @Test func `built-in list items carry no kind, metadata lists theirs`() async throws {
        let cluster = try await filled(1)
        let whole = await cluster.get(ServerHarness.configMaps)
        #expect(whole.json["kind"] == "ConfigMapList")
        #expect(whole.items.first?["kind"] == nil)
        let metadata = await cluster.get(
            ServerHarness.configMaps,
            accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        )
        #expect(metadata.json["kind"] == "PartialObjectMetadataList")
        #expect(metadata.items.first?["kind"] == "PartialObjectMetadata")
        #expect(metadata.items.first?["data"] == nil)
    }

    @Test func `kubectl gets a table`() async throws {
        let cluster = try await filled(2)
        let answer = await cluster.get(ServerHarness.configMaps, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        let columns = answer.json["columnDefinitions"]?.array?.compactMap { $0["name"]?.string }
        #expect(columns == ["Name", "Data", "Age"])
        #expect(answer.json["rows"]?.array?.first?["cells"] == ["c0", 1, "0s"])
    }

    @Test func `a revision from the future is told apart from one of the past`() async throws {
        let cluster = try await filled(1)
        #expect(await cluster.get(ServerHarness.configMaps + "?resourceVersion=99999").status == 504)
        let past = await cluster.get(ServerHarness.configMaps + "?resourceVersion=2&resourceVersionMatch=Exact")
        #expect(past.status == 410)
    }
}
