internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects

extension ResourceCapture {
    private static let fetchWidth = 8

    /// Fetches objects one by one, some at a time, and adds them.
    func fetch(_ places: [Place], _ outcome: inout Outcome) async throws {
        var encoder = CanonicalJSON()
        var buffer: [UInt8] = []
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            var next = 0
            func begin() {
                guard next < places.count else { return }
                let place = places[next]
                next += 1
                group.addTask { try await get(place) }
            }
            for _ in 0..<Self.fetchWidth { begin() }
            while let answer = try await group.next() {
                begin()
                guard let answer else { continue }
                let page = try Self.page(of: answer, resource)
                for item in page.items where !item.isTerminating {
                    needs?.note(item, page.bytes, resource)
                    if needs != nil, try reuse(item) {
                        outcome.objects += 1
                        continue
                    }
                    try add(item, page.bytes, &encoder, &buffer, &outcome)
                }
            }
        }
    }

    /// nil when the object was deleted after the list.
    private func get(_ place: Place) async throws -> [UInt8]? {
        do {
            return try await client.get(
                resource,
                namespace: place.namespace.isEmpty ? nil : place.namespace,
                name: place.name
            )
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    /// A single object as a page, so that it is scanned as all others are.
    private static func page(of object: [UInt8], _ resource: APIResource) throws -> ListPage {
        do {
            return try ListPage(parsing: Array(#"{"items":["#.utf8) + object + Array("]}".utf8))
        } catch {
            throw ClusterError(
                .malformedAnswer,
                message: "the object is not valid: \(error)",
                method: "GET",
                path: "\(resource.groupResource)"
            )
        }
    }
}
