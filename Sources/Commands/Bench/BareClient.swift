internal import KubernetesAPI
internal import KubernetesObjects

/// A client that does the same requests as Lifeboat and nothing else: the limit that the machine sets.
struct BareClient {
    let client: ClusterClient
    let width: Int

    /// Posts all objects, `width` at a time.
    func post(_ objects: [JSONValue], resources: [GroupVersionKind: APIResource]) async throws {
        let bodies = objects.compactMap { object -> (APIResource, String?, [UInt8])? in
            guard let identity = ObjectIdentity(of: object), let resource = resources[identity.groupVersionKind] else {
                return nil
            }
            return (resource, identity.namespace, object.encoded())
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, (resource, namespace, body)) in bodies.enumerated() {
                if index >= width { try await group.next() }
                group.addTask { _ = try await client.create(resource, namespace: namespace, body: body) }
            }
            try await group.waitForAll()
        }
    }

    /// Fetches every page of the resources, `width` lists at a time, and throws the bytes away.
    ///
    /// - Parameter metadataOnly: asks for what a backup asks for when the last snapshot holds the objects.
    func fetch(_ resources: [APIResource], metadataOnly: Bool = false) async throws {
        var query = ListQuery()
        if metadataOnly {
            query.metadataOnly = true
            query.allowsBinaryMetadata = true
            query.pageSize = 1500
        }
        let pages = query
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, resource) in resources.enumerated() {
                if index >= width { try await group.next() }
                group.addTask { for try await _ in client.list(resource, pages) {} }
            }
            try await group.waitForAll()
        }
    }
}
