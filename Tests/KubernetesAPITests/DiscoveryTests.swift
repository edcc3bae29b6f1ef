import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `Discovery of a server` {
    private static let core = #"""
        {"kind":"APIResourceList","groupVersion":"v1","resources":[
        {"name":"pods","kind":"Pod","namespaced":true,"verbs":["get","list"]},
        {"name":"pods/status","kind":"Pod","namespaced":true,"verbs":["get"]},
        {"name":"nodes","kind":"Node","namespaced":false,"verbs":["list"]}]}
        """#

    @Test func `asks each group version, and a failing one is reported`() async throws {
        try await StubServer.with { request in
            switch request.path {
            case "/api": .json(#"{"kind":"APIVersions","versions":["v1"]}"#)
            case "/apis":
                .json(
                    #"""
                    {"kind":"APIGroupList","groups":[
                    {"name":"apps","versions":[{"groupVersion":"apps/v1beta1"},{"groupVersion":"apps/v1"}],
                     "preferredVersion":{"groupVersion":"apps/v1"}},
                    {"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1"}]}]}
                    """#
                )
            case "/api/v1": .json(Self.core)
            case "/apis/apps/v1", "/apis/apps/v1beta1":
                .json(#"{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":[]}]}"#)
            default: .failure(503, "ServiceUnavailable")
            }
        } _: { client, server in
            let discovery = try await client.discover()
            #expect(discovery.resources.map(\.resource) == ["pods", "nodes", "deployments", "deployments"])
            #expect(discovery.preferred.map(\.version) == ["v1", "v1", "v1"])
            #expect(discovery.resources.map(\.hasStatus) == [true, false, false, false])
            #expect(discovery.failures.map(\.groupVersion) == ["metrics.k8s.io/v1"])
            #expect(discovery.failures.first?.reason.contains("no: ServiceUnavailable") ?? false)
            let kind = GroupKind(group: "apps", kind: "Deployment")
            #expect(discovery.resources(for: kind).map(\.version) == ["v1", "v1beta1"])
            let accept = server.requests.first?.headers["accept"]
            #expect(accept?.contains("v=v2;as=APIGroupDiscoveryList") ?? false)
        }
    }

    @Test func `takes two requests where the server aggregates it, and stale groups are reported`() async throws {
        try await StubServer.with { request in
            .json(
                request.path == "/api"
                    ? #"""
                    {"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","freshness":"Current",
                    "resources":[{"resource":"pods","responseKind":{"group":"","kind":"Pod"},"scope":"Namespaced",
                    "verbs":["list"],"subresources":[{"subresource":"status"}]}]}]}]}
                    """#
                    : #"""
                    {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[
                    {"version":"v1","freshness":"Current","resources":[{"resource":"deployments",
                    "responseKind":{"group":"apps","kind":"Deployment"},"scope":"Namespaced","verbs":[]}]},
                    {"version":"v1beta1","freshness":"Stale"}]}]}
                    """#
            )
        } _: { client, server in
            let discovery = try await client.discover()
            #expect(discovery.resources.map(\.groupVersionKind.description) == ["v1 Pod", "apps/v1 Deployment"])
            #expect(discovery.resources[0].hasStatus)
            #expect(discovery.resources[0].isNamespaced)
            #expect(discovery.failures.map(\.groupVersion) == ["apps/v1beta1"])
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a group that goes away while it is asked is no failure, and one that comes late is found`() async throws
    {
        let lists = Mutex(0)
        try await StubServer.with { request in
            switch request.path {
            case "/api": return .json(#"{"kind":"APIVersions","versions":[]}"#)
            case "/apis":
                let first = lists.withLock { count in
                    count += 1
                    return count == 1
                }
                let gone = first ? #"{"name":"gone.io","versions":[{"groupVersion":"gone.io/v1"}]},"# : ""
                return .json(
                    #"{"kind":"APIGroupList","groups":["# + gone
                        + #"{"name":"late.io","versions":[{"groupVersion":"late.io/v1"}]},"#
                        + #"{"name":"never.io","versions":[{"groupVersion":"never.io/v1"}]}]}"#
                )
            case "/apis/late.io/v1" where lists.withLock({ $0 }) > 1:
                return .json(#"{"resources":[{"name":"lates","kind":"Late","namespaced":true,"verbs":["list"]}]}"#)
            default: return .failure(404, "NotFound")
            }
        } _: { client, _ in
            let discovery = try await client.discover()
            #expect(discovery.resources.map(\.resource) == ["lates"])
            #expect(discovery.failures.map(\.groupVersion) == ["never.io/v1"])
        }
    }

    @Test func `an empty object is no API server`() async throws {
        try await StubServer.with { _ in
            .json("{}")
        } _: { client, _ in
            let error = await #expect(throws: ClusterError.self) { try await client.discover() }
            #expect(error?.kind == .malformedAnswer)
        }
    }
}
