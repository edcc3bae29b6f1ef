import KubernetesObjects
import Synchronization

@testable import SandboxCluster

/// The API server without HTTP, without controllers, and with a clock that stands still.
struct ServerHarness: Sendable {
    let server: APIServer

    init(watchWindow: Int = 20_000) async throws {
        let counter = Mutex<UInt64>(7)
        let environment = SandboxEnvironment(
            now: { Timestamp(secondsSince1970: 1_700_000_000) },
            random: { count in
                counter.withLock { state in
                    (0..<count).map { _ in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return UInt8(truncatingIfNeeded: state >> 33)
                    }
                }
            }
        )
        let registry = ResourceRegistry()
        let storage = ClusterStorage(environment: environment, registry: registry, watchWindow: watchWindow)
        server = APIServer(
            operations: ResourceOperations(storage: storage, registry: registry),
            snapshots: ListSnapshots(),
            version: "v1.32.0",
            clock: ContinuousClock()
        )
        let answer = await post("/api/v1/namespaces", ["metadata": ["name": "shop"]])
        guard answer.status == 201 else { throw StatusError.internalError("no namespace: \(answer.json)") }
    }

    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let json: JSONValue

        var items: [JSONValue] { json["items"]?.array ?? [] }
        var names: [String] { items.compactMap { $0["metadata", "name"]?.string } }
    }

    func send(
        _ method: String,
        _ target: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        accept: String = "application/json"
    ) async -> Answer {
        let headers = ["content-type": type, "accept": accept, "user-agent": "test/1.0"]
        let request = APIRequest(method: method, target: target, headers: headers, body: body?.encoded() ?? [])
        let answer = await server.answer(request)
        guard case .bytes(let bytes) = answer.body else { return Answer(status: 0, contentType: "", json: .null) }
        let json = (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
        return Answer(status: answer.status, contentType: answer.contentType, json: json)
    }

    func get(_ target: String, accept: String = "application/json") async -> Answer {
        await send("GET", target, accept: accept)
    }

    @discardableResult
    func post(_ target: String, _ body: JSONValue) async -> Answer { await send("POST", target, body) }

    @discardableResult
    func put(_ target: String, _ body: JSONValue) async -> Answer { await send("PUT", target, body) }

    @discardableResult
    func patch(_ target: String, _ body: JSONValue, _ type: String = "merge-patch+json") async -> Answer {
        await send("PATCH", target, body, type: "application/\(type)")
    }

    @discardableResult
    func apply(_ target: String, _ body: JSONValue, manager: String, force: Bool = false) async -> Answer {
        let query = "?fieldManager=\(manager)&force=\(force)"
        return await send("PATCH", target + query, body, type: "application/apply-patch+yaml")
    }

    @discardableResult
    func delete(_ target: String, _ body: JSONValue? = nil) async -> Answer { await send("DELETE", target, body) }

    /// The lines of a watch that come before it is cut off, at least `count` of them.
    func watch(_ target: String, count: Int) async -> [JSONValue] {
        let request = APIRequest(method: "GET", target: target, headers: ["accept": "application/json"])
        guard case .stream(let lines) = await server.answer(request).body else { return [] }
        var events: [JSONValue] = []
        for await bytes in lines {
            for line in bytes.split(separator: 0x0A) {
                if let event = try? JSONValue(parsing: Array(line)) { events.append(event) }
            }
            if events.count >= count { break }
        }
        return events
    }

    func configMap(_ name: String, _ data: [String: String] = ["a": "1"], labels: [String: String] = [:]) -> JSONValue {
        var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
        for (key, value) in data { object["data", key] = .string(value) }
        for (key, value) in labels { object["metadata", "labels", key] = .string(value) }
        return object
    }

    static let configMaps = "/api/v1/namespaces/shop/configmaps"
}
