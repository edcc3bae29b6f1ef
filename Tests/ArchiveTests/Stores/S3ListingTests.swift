import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// Lists that do not come to their end, or are of something else.
@Suite struct `Listings of object storage` {
    private static func document(_ name: String, _ text: String) -> FakeS3.Reaction {
        .answer(200, ["content-type": "application/xml"], "<\(name)>\(text)</\(name)>")
    }

    private static func entry(_ key: String) -> String { "<Contents><Key>\(key)</Key><Size>1</Size></Contents>" }

    /// A page with always another token.
    private static func page(_ request: FakeS3.Request, _ keys: [String]) -> FakeS3.Reaction {
        let next = "<IsTruncated>true</IsTruncated><NextContinuationToken>\(request.number)</NextContinuationToken>"
        return document("ListBucketResult", keys.map(entry).joined() + next)
    }

    @Test(arguments: [[], ["repository/keys/a"]])
    func `that add nothing for more than a thousand pages are malformed`(keys: [String]) throws {
        let server = try FakeS3 { Self.page($0, keys) }
        let error = #expect(throws: LifeboatError.self) { try server.store().list("keys/") }
        #expect(error?.code == .storeMalformedAnswer)
        #expect((1001...1003).contains(server.firedFaults))
    }

    @Test func `with empty pages in between are whole`() throws {
        let server = try FakeS3 { request in
            switch request.number {
            case 0..<20: Self.page(request, [])
            case 20: Self.page(request, ["repository/keys/a"])
            case 21..<40: Self.page(request, [])
            default: Self.document("ListBucketResult", Self.entry("repository/keys/b"))
            }
        }
        #expect(try server.store().list("keys/").map(\.name) == ["keys/a", "keys/b"])
        #expect(server.firedFaults == 41)
    }

    @Test(arguments: ["other/keys/a", "repository/key", "repository/p/a", ""])
    func `of keys that were not asked for are malformed`(key: String) throws {
        let server = try FakeS3 { _ in
            Self.document("ListBucketResult", Self.entry("repository/keys/a") + Self.entry(key))
        }
        let error = #expect(throws: LifeboatError.self) { try server.store().list("keys/") }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(server.firedFaults == 8)
    }

    @Test func `keep what only looks like another prefix`() throws {
        // With a mark that combines with the slash: a key of this prefix, in bytes, and no name of a repository.
        let server = try FakeS3 { _ in
            Self.document("ListBucketResult", Self.entry("repository/keys/\u{301}") + Self.entry("repository/keys/a"))
        }
        #expect(try server.store().list("keys/").map(\.name) == ["keys/a"])
    }

    private static let name = "p/00/" + Hexadecimal.encode(contentDigest([1]))

    /// A bucket with something else in the place of an object, and a list of versions whose next page is told by a rule.
    private static func versions(
        next: @escaping @Sendable (Int) -> (id: String, marker: String?)
    ) throws -> FakeS3 {
        let pages = Mutex(0)
        let server = try FakeS3 { request in
            if request.query["versionId"] != nil { return .answer(200, ["etag": "1"], "another") }
            guard request.query["versions"] != nil else { return .serve }
            let number = pages.withLock { pages in
                defer { pages += 1 }
                return pages
            }
            let (id, marker) = next(number)
            let key = "<Key>repository/\(name)</Key>"
            let rest = marker.map {
                "<NextKeyMarker>repository/\(name)</NextKeyMarker><NextVersionIdMarker>\($0)</NextVersionIdMarker>"
            }
            return document(
                "ListVersionsResult",
                "<IsTruncated>true</IsTruncated>\(rest ?? "")<Version>\(key)<VersionId>\(id)</VersionId></Version>"
            )
        }
        server.replace("repository/\(name)", [2])
        return server
    }

    @Test func `of versions that go round in a circle or stand still are malformed`() throws {
        let rules: [@Sendable (Int) -> (id: String, marker: String?)] = [
            { ("v\($0)", "m\($0 % 3)") }, { ("v", "m\($0)") }, { ("v\($0)", nil) },
        ]
        for (rule, pages) in zip(rules, [4, 2, 1]) {
            let server = try Self.versions(next: rule)
            let error = #expect(throws: LifeboatError.self) { try server.store().get(Self.name) }
            #expect(error?.code == .storeMalformedAnswer)
            #expect(server.requests.count { $0.query["versions"] != nil } == pages)
        }
    }
}
