package import KubernetesObjects

/// The pages of a LIST, fetched one after the other as they are asked for.
///
/// When the server forgets the continue token (410), the list begins again: the next page then has `isRestart` set in the
/// iterator's `restarts`, and everything taken from this list before must be dropped. That keeps a list consistent, which the
/// server's inconsistent continue token would not.
package struct ListPages: AsyncSequence, Sendable {
    package typealias Element = ListPage
    package typealias Failure = ClusterError

    let client: ClusterClient
    let resource: APIResource
    let query: ListQuery

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let pages: ListPages
        private var token: String?
        private var isAtEnd = false
        /// How many times the list began again; look at it after each page.
        package private(set) var restarts = 0
        private static let mostRestarts = 5

        init(pages: ListPages) { self.pages = pages }

        package mutating func next() async throws(ClusterError) -> ListPage? { try await next(isolation: nil) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(ClusterError) -> ListPage? {
            guard !isAtEnd else { return nil }
            while true {
                do {
                    let page = try await pages.fetch(token)
                    token = page.continueToken
                    isAtEnd = token == nil
                    return page
                } catch {
                    guard error.kind == .expired, token != nil, restarts < Self.mostRestarts else { throw error }
                    token = nil
                    restarts += 1
                }
            }
        }
    }

    private func fetch(_ token: String?) async throws(ClusterError) -> ListPage {
        let path =
            resource.path(namespace: query.namespace)
            + URLText.query([
                ("limit", String(query.pageSize)), ("continue", token), ("labelSelector", query.labelSelector),
                ("fieldSelector", query.fieldSelector),
            ])
        let accept =
            query.metadataOnly ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" : "application/json"
        let body = try await client.send("GET", path, accept: accept).body
        do {
            return try ListPage(parsing: body)
        } catch {
            throw ClusterError(.malformedAnswer, message: "the list is not valid: \(error)", method: "GET", path: path)
        }
    }
}

extension ClusterClient {
    /// Lists a resource in pages. See `ListPages` for what happens when the server forgets the list in the middle.
    package func list(_ resource: APIResource, _ query: ListQuery = ListQuery()) -> ListPages {
        ListPages(client: self, resource: resource, query: query)
    }
}
