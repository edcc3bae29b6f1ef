internal import KubernetesObjects

/// Reads the documents of discovery, the aggregated one (Kubernetes 1.26 and later) and the one of each group version.
enum DiscoveryDocuments {
    static let aggregatedAccept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

    /// Whether the answer is the aggregated document.
    static func isAggregated(_ document: JSONValue) -> Bool { document["kind"]?.string == "APIGroupDiscoveryList" }

    /// Whether the document has the member that makes it a document of discovery; an empty object means a wrong server, not an
    /// empty one.
    static func isDiscovery(_ document: JSONValue) -> Bool {
        ["items", "versions", "groups"].contains { document[$0] != nil }
    }

    static func aggregated(_ document: JSONValue) -> (resources: [APIResource], failures: [DiscoveryFailure]) {
        var resources: [APIResource] = []
        var failures: [DiscoveryFailure] = []
        for group in document["items"]?.array ?? [] {
            let name = group["metadata", "name"]?.string ?? ""
            for version in group["versions"]?.array ?? [] {
                let versionName = version["version"]?.string ?? ""
                if version["freshness"]?.string == "Stale" {
                    let groupVersion = name.isEmpty ? versionName : "\(name)/\(versionName)"
                    failures.append(
                        DiscoveryFailure(
                            groupVersion: groupVersion,
                            reason: "its aggregated API server does not answer"
                        )
                    )
                }
                for resource in version["resources"]?.array ?? [] {
                    resources.append(
                        APIResource(
                            group: name,
                            version: versionName,
                            resource: resource["resource"]?.string ?? "",
                            kind: resource["responseKind", "kind"]?.string ?? "",
                            isNamespaced: resource["scope"]?.string == "Namespaced",
                            verbs: Set(resource["verbs"]?.array?.compactMap(\.string) ?? []),
                            hasStatus: resource["subresources"]?.array?.contains {
                                $0["subresource"]?.string == "status"
                            } ?? false
                        )
                    )
                }
            }
        }
        return (resources.filter { !$0.resource.isEmpty && !$0.kind.isEmpty }, failures)
    }

    /// The group versions of `/api` or `/apis`, the preferred version of each group first.
    static func groupVersions(_ document: JSONValue) -> [String] {
        var result = document["versions"]?.array?.compactMap(\.string) ?? []
        for group in document["groups"]?.array ?? [] {
            let preferred = group["preferredVersion", "groupVersion"]?.string
            let all = group["versions"]?.array?.compactMap { $0["groupVersion"]?.string } ?? []
            result += (preferred.map { [$0] } ?? []) + all.filter { $0 != preferred }
        }
        return result
    }

    /// The resources of an APIResourceList.
    static func resources(_ document: JSONValue, groupVersion: String) -> [APIResource] {
        let (group, version) = splitAPIVersion(groupVersion)
        let entries = document["resources"]?.array ?? []
        let names = Set(entries.compactMap { $0["name"]?.string })
        return entries.compactMap { entry in
            guard let name = entry["name"]?.string, !name.contains("/"), let kind = entry["kind"]?.string else {
                return nil
            }
            return APIResource(
                group: group,
                version: version,
                resource: name,
                kind: kind,
                isNamespaced: entry["namespaced"]?.bool ?? false,
                verbs: Set(entry["verbs"]?.array?.compactMap(\.string) ?? []),
                hasStatus: names.contains("\(name)/status")
            )
        }
    }
}
