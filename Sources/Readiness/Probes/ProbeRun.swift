import Foundation
internal import KubernetesAPI
package import KubernetesObjects

extension ProbePlan {
    /// Makes the requests. Only those that the plan names are made, and nothing is sent but credentials of pull secrets.
    ///
    /// - Throws: `internal.error` when libcurl cannot be started.
    package func answers() async throws(LifeboatError) -> [String: ProbeAnswer] {
        let client = try WebClient()
        defer { client.close() }
        return await ProbeRun.answers(self, client)
    }
}

/// Makes the requests of a plan.
enum ProbeRun {
    /// A probe that waits for its turn would use up its own time.
    private static let maximumAtOnce = 8

    /// The answers by the keys of their probes.
    static func answers(_ plan: ProbePlan, _ client: WebClient) async -> [String: ProbeAnswer] {
        await withTaskGroup(of: (String, ProbeAnswer).self) { group in
            var waiting = plan.probes.makeIterator()
            func addNext() {
                guard let probe = waiting.next() else { return }
                group.addTask { (probe.key, await answer(probe, client)) }
            }
            for _ in 0..<maximumAtOnce { addNext() }
            var answers: [String: ProbeAnswer] = [:]
            for await (key, answer) in group {
                answers[key] = answer
                addNext()
            }
            return answers
        }
    }

    private static func answer(_ probe: Probe, _ client: WebClient) async -> ProbeAnswer {
        switch probe.kind {
        case .http:
            let answer = await client.send("GET", probe.target)
            guard let status = answer.status else { return ProbeAnswer(isGood: false, problem: answer.problem) }
            // Who asks for a password or redirects answers; a gateway without a server behind it does not.
            return ProbeAnswer(isGood: status < 500 && status != 404, problem: "it answers \(status)")
        case .oidc: return await discovery(probe.target, client)
        case .registry: return await manifest(probe, client)
        case .dns: return await HostAddresses.answer(for: probe.target)
        }
    }

    /// https://openid.net/specs/openid-connect-discovery-1_0.html, section 4.
    private static func discovery(_ issuer: String, _ client: WebClient) async -> ProbeAnswer {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let answer = await client.send("GET", "\(base)/.well-known/openid-configuration")
        guard let status = answer.status else { return ProbeAnswer(isGood: false, problem: answer.problem) }
        guard status == 200 else { return ProbeAnswer(isGood: false, problem: "it answers \(status)") }
        guard let named = (try? JSONValue(parsing: answer.body))?["issuer"]?.string else {
            return ProbeAnswer(isGood: false, problem: "its answer names no issuer")
        }
        return ProbeAnswer(isGood: named == issuer, problem: "it calls itself \(named)")
    }

    /// https://github.com/opencontainers/distribution-spec: HEAD of a manifest, with a token when the registry asks for one.
    private static func manifest(_ probe: Probe, _ client: WebClient) async -> ProbeAnswer {
        let image = ImageReference(probe.target)
        let host = image.registry == "docker.io" ? "registry-1.docker.io" : image.registry
        let name = host.prefix { $0 != ":" }
        let scheme = name == "localhost" || name.hasPrefix("127.") ? "http" : "https"
        let url = "\(scheme)://\(host)/v2/\(image.repository)/manifests/\(image.digest ?? image.tag ?? "latest")"
        let kinds = [
            "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json",
        ]
        let accept = ("Accept", kinds.joined(separator: ", "))
        var answer = await client.send("HEAD", url, headers: [accept])
        if answer.status == 401 {
            let header = await authorization(answer.fields["www-authenticate"] ?? "", probe.authorization, client)
            if let header { answer = await client.send("HEAD", url, headers: [accept, ("Authorization", header)]) }
        }
        switch answer.status {
        case nil: return ProbeAnswer(isGood: false, problem: answer.problem)
        case 200: return ProbeAnswer(isGood: true)
        case 401, 403: return ProbeAnswer(isGood: false, problem: "the registry refuses the credentials of the Pod")
        case 404: return ProbeAnswer(isGood: false, problem: "the registry does not have it")
        case let status?: return ProbeAnswer(isGood: false, problem: "the registry answers \(status)")
        }
    }

    /// What the challenge asks for: the credential itself, or a token that is fetched with it.
    private static func authorization(_ challenge: String, _ credential: String?, _ client: WebClient) async -> String?
    {
        guard challenge.lowercased().hasPrefix("bearer ") else { return credential }
        let parts = challenge.matches(of: /([a-z]+)="([^"]*)"/).map { (String($0.1), String($0.2)) }
        guard let realm = parts.first(where: { $0.0 == "realm" })?.1 else { return nil }
        // A token server of any host may be named, so that a credential goes out only where nobody can read it on the way.
        let isLocal = realm.hasPrefix("http://127.") || realm.hasPrefix("http://localhost")
        guard realm.hasPrefix("https://") || isLocal else { return nil }
        let query = parts.filter { $0.0 == "service" || $0.0 == "scope" }
            .map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        let url = "\(realm)\(realm.contains("?") ? "&" : "?")\(query.joined(separator: "&"))"
        let answer = await client.send("GET", url, headers: credential.map { [("Authorization", $0)] } ?? [])
        guard answer.status == 200, let document = try? JSONValue(parsing: answer.body) else { return nil }
        return (document["token"]?.string ?? document["access_token"]?.string).map { "Bearer \($0)" }
    }
}
