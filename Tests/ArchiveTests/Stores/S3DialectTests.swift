import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

@Suite struct `What S3 servers understand` {
    private let key = "repository/keys/a"

    @Test func `a server that honours the condition is asked once whether it does`() throws {
        let server = try FakeS3()
        let store = try server.store()
        #expect(try store.put("keys/a", [1]))
        #expect(store.dialect.withLock { $0.condition } == .honoured)
        #expect(server.requests.map(\.method) == ["HEAD", "PUT", "PUT"])
        #expect(try store.put("keys/b", [1]))
        #expect(try !store.put("keys/a", [2]))
        #expect(server.requests.dropFirst(3).map(\.method) == ["PUT", "PUT"])
        #expect(server.requests.allSatisfy { $0.method != "PUT" || $0.headers["if-none-match"] == "*" })
    }

    @Test func `a server that ignores the condition is looked at before each write`() throws {
        let server = try FakeS3(FakeS3.Traits(honoursCondition: false))
        let store = try server.store()
        #expect(try store.put("keys/a", [1]))
        #expect(store.dialect.withLock { $0.condition } == .absent)
        #expect(try !store.put("keys/a", [2]))
        #expect(server.objects[key] == [1])
        #expect(try store.put("keys/b", [1]))
        #expect(server.requests.suffix(3).map(\.method) == ["HEAD", "HEAD", "PUT"])
    }

    @Test func `a server that refuses the condition gets writes without it`() throws {
        let refusal = "<Error><Code>NotImplemented</Code><Message>A header</Message></Error>"
        let server = try FakeS3 { request in
            request.headers["if-none-match"] != nil
                ? .answer(501, ["content-type": "application/xml"], refusal) : .serve
        }
        let store = try server.store()
        #expect(try store.put("keys/a", [1]))
        #expect(server.firedFaults == 2)
        #expect(store.dialect.withLock { $0 } == S3Dialect(condition: .absent, sendsChecksums: true))
        #expect(try store.put("keys/b", [1]))
        #expect(server.firedFaults == 2)
    }

    @Test func `a server that does not know checksum headers gets the MD5 that all know`() throws {
        let server = try FakeS3(FakeS3.Traits(knowsChecksums: false))
        let store = try server.store()
        #expect(try store.put("keys/a", [1]))
        #expect(store.dialect.withLock { $0 } == S3Dialect(condition: .honoured, sendsChecksums: false))
        #expect(try store.put("keys/b", [1]))
        let last = try #require(server.requests.last)
        #expect(last.headers["x-amz-checksum-sha256"] == nil)
        #expect(last.headers["content-md5"] == "VaVACK0bpYmqIQ0mKcHfQQ==")
    }

    @Test func `what the repository says about the server is not tried out`() throws {
        let server = try FakeS3(FakeS3.Traits(honoursCondition: false, knowsChecksums: false))
        let store = try server.store(options: "&conditional-put=false&checksums=false")
        #expect(try store.put("keys/a", [1]))
        #expect(server.requests.map(\.method) == ["HEAD", "PUT"])
        #expect(server.requests.allSatisfy { $0.headers["if-none-match"] == nil })
    }

    @Test func `every write carries the hash of its bytes twice`() throws {
        let server = try FakeS3()
        #expect(try server.store(options: "&conditional-put=true").put("keys/a", Array("abc".utf8)))
        let request = try #require(server.requests.first)
        #expect(
            request.headers["x-amz-content-sha256"]
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(request.headers["x-amz-checksum-sha256"] == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    @Test func `retention is asked for from the clock that was handed in`() throws {
        let server = try FakeS3()
        let store = try server.store(options: "&object-lock=compliance&retention-days=30&conditional-put=true")
        #expect(try store.put("keys/a", [1]))
        let request = try #require(server.requests.first)
        #expect(request.headers["x-amz-object-lock-mode"] == "COMPLIANCE")
        #expect(request.headers["x-amz-object-lock-retain-until-date"] == "2027-02-14T08:00:00Z")
    }

    private static func page(_ keys: [String], _ next: String?) -> FakeS3.Reaction {
        let items = keys.map { "<Contents><Key>repository/\($0)</Key><Size>1</Size></Contents>" }.joined()
        let more = next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" }
        let text = "<ListBucketResult>\(items)\(more ?? "")</ListBucketResult>"
        return .answer(200, ["content-type": "application/xml"], text)
    }

    @Test func `pages that come twice, or go round, give each object once or an error`() throws {
        let server = try FakeS3 { request in
            switch request.query["continuation-token"] {
            case nil: Self.page(["c", "d/", "b"], "2")
            case "2": Self.page(["b", "a"], "3")
            default: Self.page(["c"], nil)
            }
        }
        #expect(try server.store().list("").map(\.name) == ["a", "b", "c"])
        #expect(server.firedFaults == 3)
        let circle = try FakeS3 { _ in Self.page(["a"], "same") }
        let error = #expect(throws: LifeboatError.self) { try circle.store().list("") }
        #expect(error?.code == .storeMalformedAnswer)
    }
}
