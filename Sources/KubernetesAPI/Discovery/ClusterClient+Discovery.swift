internal import KubernetesObjects

extension ClusterClient {
    /// Everything that the server serves: by two requests where it has aggregated discovery, else by one for each group version.
    ///
    /// - Throws: only when the server does not answer at all; a failing group version is in `Discovery.failures`.
    package func discover() async throws(ClusterError) -> Discovery {
        let core = try await document("/api")
        let groups = try await document("/apis")
        if DiscoveryDocuments.isAggregated(core), DiscoveryDocuments.isAggregated(groups) {
            let (coreResources, coreFailures) = DiscoveryDocuments.aggregated(core)
            let (groupResources, groupFailures) = DiscoveryDocuments.aggregated(groups)
            return Discovery(resources: coreResources + groupResources, failures: coreFailures + groupFailures)
        }
        let versions = DiscoveryDocuments.groupVersions(core: core, groups: groups)
        let answers = await withTaskGroup(of: (Int, Result<[APIResource], ClusterError>).self) { group in
            for (index, version) in versions.enumerated() {
                group.addTask { (index, await self.resources(of: version)) }
            }
            return await group.reduce(into: [Int: Result<[APIResource], ClusterError>]()) { $0[$1.0] = $1.1 }
        }
        var resources: [APIResource] = []
        var failures: [DiscoveryFailure] = []
        for (index, version) in versions.enumerated() {
            switch answers[index] {
            case .success(let found): resources += found
            case .failure(let error): failures.append(DiscoveryFailure(groupVersion: version, reason: error.message))
            case nil: break
            }
        }
        return Discovery(resources: resources, failures: failures)
    }

    private func document(_ path: String) async throws(ClusterError) -> JSONValue {
        try Self.parse(try await send("GET", path, accept: DiscoveryDocuments.aggregatedAccept).body, "GET", path)
    }

    private func resources(of version: String) async -> Result<[APIResource], ClusterError> {
        let path = version.contains("/") ? "/apis/\(version)" : "/api/\(version)"
        do throws(ClusterError) {
            let document = try Self.parse(try await send("GET", path).body, "GET", path)
            return .success(DiscoveryDocuments.resources(document, groupVersion: version))
        } catch {
            return .failure(error)
        }
    }
}
