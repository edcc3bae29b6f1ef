import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@testable import Readiness

/// A registry, a route and an issuer on loopback.
@Suite struct `The answers of other servers` {
    private static func answers(_ probes: [(Probe.Kind, String, String?)], _ port: UInt16) async throws -> [String] {
        let plan = ProbePlan(
            probes.map { kind, target, authorization in
                Probe(
                    kind: kind,
                    target: target.replacing("PORT", with: "\(port)"),
                    authorization: authorization
                )
            }
        )
        let client = try WebClient(timeoutSeconds: 300)
        defer { client.close() }
        let answers = await ProbeRun.answers(plan, client)
        return plan.probes.map { probe in
            guard let answer = answers[probe.key] else { return "none" }
            return answer.isGood ? "good" : answer.problem
        }
    }

    @Test func `a registry gives a token for the credential of the Pod and then the manifest`() async throws {
        try await StubServer.with(answer: { request in
            let port = request.headers["host"]?.split(separator: ":").last ?? ""
            switch (request.path, request.headers["authorization"]) {
            case ("/token", "Basic eDp5"): return .json(#"{"token": "abc"}"#)
            case ("/token", _): return .json("{}", status: 401)
            case ("/v2/shop/web/manifests/1", "Bearer abc"): return StubAnswer(status: 200, body: "")
            case (_, "Bearer abc"): return StubAnswer(status: 404, body: "")
            default:
                let challenge =
                    "Bearer realm=\"http://localhost:\(port)/token\",service=\"hub\",scope=\"repository:shop/web:pull\""
                return StubAnswer(status: 401, headers: ["WWW-Authenticate": challenge], body: "")
            }
        }) { _, server in
            let image = "localhost:PORT/shop/web"
            let found = try await Self.answers(
                [
                    (.registry, "\(image):1", "Basic eDp5"), (.registry, "\(image):2", "Basic eDp5"),
                    (.registry, "\(image):3", "Basic wrong"), (.registry, "\(image):4", nil),
                ],
                server.port
            )
            #expect(
                found == [
                    "good", "the registry does not have it", "the registry refuses the credentials of the Pod",
                    "the registry refuses the credentials of the Pod",
                ]
            )
            let token = server.requests.first { $0.path == "/token" }
            #expect(token?.query == ["service": "hub", "scope": "repository:shop/web:pull"])
            // The credential goes to the token server that was named, and never to the registry without being asked.
            #expect(
                server.requests.filter { $0.path != "/token" }.allSatisfy {
                    $0.headers["authorization"] != "Basic eDp5"
                }
            )
        }
    }

    @Test func `the resolver knows a host, and not one that cannot be`() async throws {
        let plan = ProbePlan([
            Probe(kind: .dns, target: "127.0.0.1", authorization: nil),
            Probe(kind: .dns, target: "nowhere.invalid", authorization: nil),
        ])
        let answers = try await plan.answers()
        #expect(answers["dns 127.0.0.1"]?.isGood == true && answers["dns 127.0.0.1"]?.addresses == ["127.0.0.1"])
        let nowhere = try #require(answers["dns nowhere.invalid"])
        #expect(!nowhere.isGood && nowhere.addresses.isEmpty && !nowhere.problem.isEmpty)
    }

    @Test func `a route and an issuer answer well, badly or not at all`() async throws {
        try await StubServer.with(answer: { request in
            switch request.path {
            case "/broken": return StubAnswer(status: 503)
            case "/good/.well-known/openid-configuration":
                let host = request.headers["host"] ?? ""
                return .json(#"{"issuer": "http://\#(host)/good"}"#)
            case "/other/.well-known/openid-configuration": return .json(#"{"issuer": "http://elsewhere"}"#)
            case "/login": return StubAnswer(status: 302)
            default: return StubAnswer(status: 404)
            }
        }) { _, server in
            let base = "http://localhost:PORT"
            let found = try await Self.answers(
                [
                    (.http, "\(base)/login", nil), (.http, "\(base)/broken", nil), (.http, "\(base)/none", nil),
                    (.oidc, "\(base)/good", nil), (.oidc, "\(base)/other", nil), (.oidc, "\(base)/none", nil),
                ],
                server.port
            )
            #expect(
                found == [
                    "good", "it answers 503", "it answers 404", "good", "it calls itself http://elsewhere",
                    "it answers 404",
                ]
            )
            let refused = try await Self.answers([(.http, "http://127.0.0.1:1/", nil)], server.port)
            #expect(refused.first?.isEmpty == false && refused != ["good"])
        }
    }
}
