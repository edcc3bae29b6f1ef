import KubernetesObjects

extension APIServer {
    /// The answers that are about no object: discovery, versions, health, OpenAPI. nil for all other paths.
    func document(_ request: APIRequest) throws(StatusError) -> APIAnswer? {
        let path = request.path
        guard request.method == "GET" || request.method == "HEAD" else {
            if path.count < 3, ["api", "apis"].contains(path.first) { throw RequestTarget.notAllowed }
            return nil
        }
        switch path.first {
        case nil: return .json(["paths": .array(Self.rootPaths.map { .string($0) })])
        case "version" where path.count == 1: return .json(versionInfo)
        case "healthz", "livez", "readyz": return .text("ok")
        case "openapi": return openAPI(request)
        case "api" where path.count <= 2, "apis" where path.count <= 3: return discovery(request)
        default: return nil
        }
    }

    private static let rootPaths = [
        "/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/readyz", "/version",
    ]

    private var versionInfo: JSONValue {
        let parts = version.drop { $0 == "v" }.split(separator: ".")
        return [
            "major": .string(String(parts.first ?? "1")), "minor": .string(String(parts.dropFirst().first ?? "0")),
            "gitVersion": .string(version), "gitCommit": "", "gitTreeState": "clean",
            "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swiftc", "platform": "linux/amd64",
        ]
    }

    private func discovery(_ request: APIRequest) -> APIAnswer {
        let path = request.path
        let discovery = Discovery(registry)
        if path.count == 1, let version = Self.aggregatedVersion(request.headers["accept"]) {
            var answer = APIAnswer.json(discovery.aggregated(core: path[0] == "api", version: version))
            answer.contentType = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
            return answer
        }
        let document: JSONValue?
        switch (path[0], path.count) {
        case ("api", 1): document = Discovery.coreVersions(at: request.headers["host"] ?? "localhost")
        case ("api", _): document = discovery.resourceList("", path[1])
        case (_, 1): document = discovery.groupList
        case (_, 2): document = discovery.group(path[1])
        default: document = discovery.resourceList(path[1], path[2])
        }
        return document.map { .json($0) } ?? .text("404 page not found\n", status: 404)
    }

    /// The version of the aggregated discovery that the client prefers over the single documents.
    private static func aggregatedVersion(_ accept: String?) -> String? {
        for part in (accept ?? "").split(separator: ",") {
            let fields = part.split(separator: ";").map { String($0).trimmingSpaces() }
            guard fields.first == "application/json" else { continue }
            guard fields.contains("as=APIGroupDiscoveryList"), fields.contains("g=apidiscovery.k8s.io") else {
                return nil
            }
            for version in ["v2", "v2beta1"] where fields.contains("v=\(version)") { return version }
        }
        return nil
    }

    private func openAPI(_ request: APIRequest) -> APIAnswer {
        let documents = OpenAPIDocuments(resources: registry.all, version: version)
        let path = request.path.dropFirst()
        if path == ["v2"] {
            guard request.headers["accept"]?.contains("proto-openapi.spec.v2") == true else {
                return .json(documents.v2)
            }
            return APIAnswer(
                contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                body: .bytes(documents.v2Protobuf)
            )
        }
        guard path.first == "v3" else { return .text("404 page not found\n", status: 404) }
        let rest = path.dropFirst()
        if rest.isEmpty { return .json(documents.v3Index) }
        let (group, version) =
            rest.first == "apis" ? (rest.dropFirst().first ?? "", rest.last ?? "") : ("", rest.last ?? "")
        return documents.v3(group, version).map { .json($0) } ?? .text("404 page not found\n", status: 404)
    }
}
