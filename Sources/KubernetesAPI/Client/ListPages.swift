package import KubernetesObjects

/// The pages of a LIST, fetched one after the other as they are asked for.
///
/// When the server forgets the continue token (410), the list begins again: the page that comes then has `isRestart` set, and
/// what was taken from this list before must be dropped, or objects come twice and deleted ones stay. That keeps a list
/// consistent. `ListQuery.expiry` chooses the server's inconsistent continue token instead: nothing comes twice, but objects
/// that changed in the meantime may be missing or newer than the list. `collect()` takes care of restarts by itself.
package struct ListPages: AsyncSequence, Sendable {
    package typealias Element = ListPage
    package typealias Failure = ClusterError

    let client: ClusterClient
    let resource: APIResource
    let query: ListQuery

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self) }

    /// All pages of one consistent list; for lists that fit into memory.
    package func collect() async throws(ClusterError) -> [ListPage] {
        var result: [ListPage] = []
        var iterator = makeAsyncIterator()
        while let page = try await iterator.next() {
            if page.isRestart { result.removeAll() }
            result.append(page)
        }
        return result
    }

    package struct Iterator: AsyncIteratorProtocol, Sendable {
        private let pages: ListPages
        private var token: String?
        private var isAtEnd = false
        private var begins = false
        private var asksForMetadata: Bool
        /// How many times the list began again.
        package private(set) var restarts = 0
        private static let mostRestarts = 5

        init(pages: ListPages) {
            self.pages = pages
            asksForMetadata = pages.query.metadataOnly
        }

        package mutating func next() async throws(ClusterError) -> ListPage? { try await next(isolation: nil) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(ClusterError) -> ListPage? {
            guard !isAtEnd else { return nil }
            while true {
                do throws(ClusterError) {
                    var page = try await pages.fetch(token, metadataOnly: asksForMetadata)
                    page.isRestart = begins
                    begins = false
                    guard page.continueToken == nil || page.continueToken != token else {
                        throw pages.malformed("the list does not move on: its continue token stays the same")
                    }
                    token = page.continueToken
                    isAtEnd = token == nil
                    return page
                } catch {
                    try recover(error)
                }
            }
        }

        /// Prepares another request, or throws the error on.
        private mutating func recover(_ error: ClusterError) throws(ClusterError) {
            switch error.kind {
            // An aggregated API server may know no metadata-only form: whole objects hold the metadata as well.
            case .notAcceptable where asksForMetadata: asksForMetadata = false
            case .expired where token != nil && restarts < Self.mostRestarts:
                restarts += 1
                if pages.query.expiry == .goOnInconsistently, let offered = error.continueToken {
                    token = offered
                } else {
                    token = nil
                    begins = true
                }
            default: throw error
            }
        }
    }

    private func fetch(_ token: String?, metadataOnly: Bool) async throws(ClusterError) -> ListPage {
        let path =
            resource.path(namespace: query.namespace)
            + URLText.query([
                ("limit", query.pageSize > 0 ? String(query.pageSize) : nil), ("continue", token),
                // A continue token has its own moment, and the server refuses another one beside it.
                ("resourceVersion", query.mayBeCached && token == nil ? "0" : nil),
                ("labelSelector", query.labelSelector), ("fieldSelector", query.fieldSelector),
            ])
        var accept = "application/json"
        if metadataOnly {
            let form = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            accept += form
            // Custom resources of older servers have only the JSON form, which they then choose.
            if query.allowsBinaryMetadata { accept = "\(AnswerCheck.binary)\(form),\(accept)" }
        }
        let response = try await client.send("GET", path, accept: accept, scansAnswer: true)
        let body = response.body
        do {
            if metadataOnly, query.allowsBinaryMetadata, AnswerCheck.isBinary(response) {
                return try ListPage(parsingMetadata: body)
            }
            try AnswerCheck.json(response, isScanned: true, method: "GET", path: path)
            let page = try ListPage(parsing: body)
            guard try !page.items.isEmpty || AnswerCheck.hasMember("items", body) else {
                throw malformed("the answer is no list")
            }
            return page
        } catch let error as ClusterError {
            throw error
        } catch {
            throw malformed("the list is not valid: \(error)")
        }
    }

    private func malformed(_ message: String) -> ClusterError {
        ClusterError(
            .malformedAnswer,
            httpStatus: 200,
            message: message,
            method: "GET",
            path: resource.path(namespace: query.namespace)
        )
    }
}

extension ClusterClient {
    /// Lists a resource in pages. See `ListPages` for what happens when the server forgets the list in the middle.
    package func list(_ resource: APIResource, _ query: ListQuery = ListQuery()) -> ListPages {
        ListPages(client: self, resource: resource, query: query)
    }
}
