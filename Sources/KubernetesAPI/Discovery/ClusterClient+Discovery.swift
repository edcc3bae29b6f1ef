internal import KubernetesObjects

extension ClusterClient {
    /// Everything that the server serves: by two requests where it has aggregated discovery, else by one for each group version.
    ///
    /// - Throws: only when the server does not answer at all; a failing group version is in `Discovery.failures`.
    package func discover() async throws(ClusterError) -> Discovery {
        let core = try await discovery("/api")
        let groups = try await discovery("/apis")
        return Discovery(resources: core.resources + groups.resources, failures: core.failures + groups.failures)
    }

    private typealias Found = (resources: [APIResource], failures: [DiscoveryFailure])

    private func discovery(_ path: String) async throws(ClusterError) -> Found {
        let answer = try await send("GET", path, accept: DiscoveryDocuments.aggregatedAccept).body
        let document = try Self.parse(answer, "GET", path)
        guard DiscoveryDocuments.isDiscovery(document) else {
            throw ClusterError(
                .malformedAnswer,
                httpStatus: 200,
                message: "the answer names no API groups: this is no Kubernetes API server",
                method: "GET",
                path: path
            )
        }
        if DiscoveryDocuments.isAggregated(document) { return DiscoveryDocuments.aggregated(document) }
        return await resources(of: DiscoveryDocuments.groupVersions(document))
    }

    private func resources(of versions: [String]) async -> Found {
        let answers = await withTaskGroup(of: (Int, Result<[APIResource], ClusterError>).self) { group in
            for (index, version) in versions.enumerated() {
                group.addTask { (index, await self.resources(of: version)) }
            }
            return await group.reduce(into: [Int: Result<[APIResource], ClusterError>]()) { $0[$1.0] = $1.1 }
        }
        var found: Found = ([], [])
        for (index, version) in versions.enumerated() {
            switch answers[index] {
            case .success(let resources): found.resources += resources
            case .failure(let error):
                found.failures.append(DiscoveryFailure(groupVersion: version, reason: error.description))
            case nil: break
            }
        }
        return found
    }

    private func resources(of version: String) async -> Result<[APIResource], ClusterError> {
        let path = version.contains("/") ? "/apis/\(version)" : "/api/\(version)"
        do throws(ClusterError) {
            let document = try Self.parse(try await send("GET", path).body, "GET", path)
            guard document["resources"] != nil else {
                throw ClusterError(
                    .malformedAnswer,
                    httpStatus: 200,
                    message: "the answer names no resources",
                    method: "GET",
                    path: path
                )
            }
            return .success(DiscoveryDocuments.resources(document, groupVersion: version))
        } catch {
            return .failure(error)
        }
    }
}
