import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import Synchronization
import TestSupport
import Testing

/// A7: a thousand custom resources whose definition takes its time.
@Suite struct `A definition that is slow` {
    private static let objects = 1000
    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

    /// What stands between a restore and the cluster.
    enum Slowness: String, CaseIterable, Sendable {
        /// So many lists of definitions do not say that it is established, and its kind is not served before.
        case established
        /// It is established at once, and so many objects of its kind are answered by 404: more than are sent at the first try.
        case served

        var answers: Int { self == .established ? 20 : 2500 }
        var group: String { "\(rawValue).slow.example.com" }
        var namespace: String { "slow-\(rawValue)" }
        var definition: String { "gears.\(group)" }
    }

    /// What the proxy has seen.
    private struct Seen {
        var lists = 0
        var refused = 0
        var writes = 0
        var isHeldBack = true
    }

    private static func definition(_ slowness: Slowness) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(slowness.namespace)}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: \(slowness.definition)}
        spec:
          group: \(slowness.group)
          scope: Namespaced
          names: {kind: Gear, plural: gears, singular: gear}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {number: {type: integer}}}}}}
        """
    }

    private static func create(_ slowness: Slowness, in client: ClusterClient) async throws {
        let kind = GroupVersionKind(group: slowness.group, version: "v1", kind: "Gear")
        let resource = try await served(kind, client)
        for number in 0..<objects {
            let gear: JSONValue = [
                "apiVersion": .string("\(slowness.group)/v1"), "kind": "Gear",
                "metadata": ["name": .string("gear-\(number)"), "namespace": .string(slowness.namespace)],
                "spec": ["number": .int(number)],
            ]
            _ = try await client.create(resource, namespace: slowness.namespace, body: gear.encoded())
        }
    }

    private static func served(_ kind: GroupVersionKind, _ client: ClusterClient) async throws -> APIResource {
        for _ in 0..<200 {
            if let resource = try await client.discover().resource(for: kind) { return resource }
            try await Task.sleep(for: .milliseconds(25))
        }
        return try #require(try await client.discover().resource(for: kind))
    }

    /// Passes everything on but for what makes the definition slow.
    private static func answer(
        _ request: StubRequest,
        _ slowness: Slowness,
        _ seen: borrowing Mutex<Seen>,
        _ target: ClusterClient
    ) async -> StubAnswer {
        // Questions about permissions are sent as objects, too.
        if request.method != "GET", !request.path.hasSuffix("/selfsubjectaccessreviews") {
            seen.withLock { $0.writes += 1 }
        }
        if request.method == "POST", request.path.hasPrefix("/apis/\(slowness.group)/") {
            let isRefused = seen.withLock { seen in
                guard seen.isHeldBack else { return false }
                seen.refused += 1
                if slowness == .served { seen.isHeldBack = seen.refused < slowness.answers }
                return true
            }
            if isRefused { return .failure(404, "NotFound") }
        }
        var answer = await request.forwarded(to: target)
        guard slowness == .established, request.method == "GET", request.path == definitions,
            answer.body.contains(slowness.definition)
        else { return answer }
        let isHidden = seen.withLock { seen in
            seen.lists += 1
            seen.isHeldBack = seen.lists <= slowness.answers
            return seen.isHeldBack
        }
        if isHidden { answer.body = answer.body.replacing(#""type":"Established""#, with: #""type":"Waits""#) }
        return answer
    }

    private static func numbers(_ slowness: Slowness, _ client: ClusterClient) async throws -> Set<Int> {
        let resource = try await served(GroupVersionKind(group: slowness.group, version: "v1", kind: "Gear"), client)
        var query = ListQuery()
        query.namespace = slowness.namespace
        var numbers: Set<Int> = []
        for page in try await client.list(resource, query).collect() {
            for item in page.items {
                let number = try JSONValue(parsing: page.bytes.span, range: item.range)["spec", "number"]?.int
                if let number, item.name == "gear-\(number)" { numbers.insert(number) }
            }
        }
        return numbers
    }

    @Test(arguments: TestCluster.available, Slowness.allCases)
    func `loses none of a thousand objects, and a second restore writes nothing`(
        cluster: TestCluster,
        slowness: Slowness
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.definition(slowness), into: cluster) { source in
            try await Self.create(slowness, in: source)
        }
        let target = scenario.client
        let reader = try scenario.run().reader
        let seen = Mutex(Seen())
        let paused = Mutex(0.0)
        try await StubServer.with { request in
            await Self.answer(request, slowness, seen, target)
        } _: { client, _ in
            var policy = RestorePolicy(name: "slow")
            policy.selection.includedNamespaces = [NamePattern(slowness.namespace)]
            let run = RestoreRun(
                client: client,
                reader: reader,
                policy: policy,
                logger: RestoreScenario.logger,
                now: TestClock.wallClock,
                sleep: { seconds in
                    // A minute of the restore is a second of the test; the real cluster needs some of it.
                    paused.withLock { $0 += seconds }
                    try await Task.sleep(for: .milliseconds(Int(seconds * 1000 / 60)))
                }
            )
            let result = try await run.apply(try await run.plan())
            #expect(result.failed.isEmpty, "\(result.failed.prefix(3))")
            // The definition comes unasked, because its objects could not stand without it.
            // What is sent again because its answer came too late is there already.
            let lost = Self.objects + 2 - result.created
            #expect(lost >= 0 && lost <= client.statistics.retries)
            let first = seen.withLock { $0 }
            switch slowness {
            case .established:
                // It waits for the definition and bothers nobody with objects before that.
                #expect(first.lists > slowness.answers && first.refused == 0)
            case .served: #expect(first.refused == slowness.answers)
            }
            #expect(paused.withLock { $0 } > 0)
            let again = try await run.apply(try await run.plan())
            #expect(again.created == 0 && again.updated == 0 && again.failed.isEmpty, "\(again.json.prettyPrinted())")
            #expect(again.unchanged >= Self.objects)
            #expect(seen.withLock { $0.writes } == first.writes)
        }
        #expect(try await Self.numbers(slowness, target) == Set(0..<Self.objects))
        // Other tests share the cluster and list all of it.
        try await scenario.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", nil, slowness.definition)
        try await scenario.delete("v1", "Namespace", nil, slowness.namespace)
    }
}
