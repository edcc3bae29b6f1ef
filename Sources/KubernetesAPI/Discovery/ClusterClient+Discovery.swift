internal import KubernetesObjects

extension ClusterClient {
    /// Everything that the server serves: by two requests where it has aggregated discovery, else by one for each group version.
    ///
    /// - Throws: only when the server does not answer at all; a failing group version is in `Discovery.failures`.
    package func discover() async throws(ClusterError) -> Discovery {
        async let named = Self.result { () async throws(ClusterError) in try await self.discovery("/apis") }
        let core = try await discovery("/api")
        let groups = try await named.get()
        return Discovery(resources: core.resources + groups.resources, failures: core.failures + groups.failures)
    }

    private static func result<Value>(
        _ body: @Sendable () async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        do throws(ClusterError) { return .success(try await body()) } catch { return .failure(error) }
    }

    private typealias Found = (resources: [APIResource], failures: [DiscoveryFailure])

    private func discovery(_ path: String) async throws(ClusterError) -> Found {
        let document = try await groups(path)
        if DiscoveryDocuments.isAggregated(document) { return DiscoveryDocuments.aggregated(document) }
        let listed = DiscoveryDocuments.groupVersions(document)
        var answers = await resources(of: listed)
        // A CustomResourceDefinition that comes or goes is listed by the aggregator a moment before or after it is served.
        for attempt in 1..<max(options.retryPolicy.attempts, 2) {
            let missing = listed.filter { answers[$0]?.isNotFound == true }
            guard !missing.isEmpty else { break }
            await pauseBeforeAskingAgain(attempt)
            let stillListed = Set(DiscoveryDocuments.groupVersions(try await groups(path)))
            for version in missing { answers[version] = nil }
            answers.merge(await resources(of: missing.filter(stillListed.contains))) { $1 }
        }
        var found: Found = ([], [])
        for version in listed {
            switch answers[version] {
            case .success(let resources): found.resources += resources
            case .failure(let error):
                found.failures.append(DiscoveryFailure(groupVersion: version, reason: error.description))
            case nil: break
            }
        }
        return found
    }

    private func groups(_ path: String) async throws(ClusterError) -> JSONValue {
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
        return document
    }

    private func pauseBeforeAskingAgain(_ attempt: Int) async {
        let pause = options.retryPolicy.firstPauseSeconds * Double(1 << attempt)
        // A cancelled pause needs no answer of its own: the next request throws.
        try? await options.sleep(pause)
    }

    private func resources(of versions: [String]) async -> [String: Result<[APIResource], ClusterError>] {
        await withTaskGroup(of: (String, Result<[APIResource], ClusterError>).self) { group in
            for version in versions {
                group.addTask { (version, await self.resources(of: version)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
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

extension Result where Success == [APIResource], Failure == ClusterError {
    fileprivate var isNotFound: Bool {
        if case .failure(let error) = self { error.httpStatus == 404 } else { false }
    }
}
