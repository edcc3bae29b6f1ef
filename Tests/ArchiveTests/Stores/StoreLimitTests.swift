import Foundation
import KubernetesObjects
import Testing

@testable import Archive

/// What stores say about sizes is not believed: it would be memory that is asked for.
@Suite struct `Limits of what is read from stores` {
    @Test func `a file of a folder that is larger than any object is an error, and no memory is given to it`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-store-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = FolderStore(path: path)
        #expect(try store.put("keys/a", [1]))
        #expect(truncate(path + "/keys/a", 1 << 40) == 0)
        let error = #expect(throws: LifeboatError.self) { try store.get("keys/a") }
        #expect(error?.code == .repositoryDamaged)
        #expect(error?.message.contains("keys/a") == true)
        #expect(error?.remedy.isEmpty == false)
        #expect(try store.get("keys/a", range: 0..<3) == [1, 0, 0])
        #expect(try store.size("keys/a") == 1 << 40)
    }

    private static func saying(_ length: Int) -> FakeS3.Reaction {
        .change { $0.headers["content-length"] = String(length) }
    }

    @Test func `an object of a bucket that is larger than any is an error, and is asked for once`() throws {
        let server = try FakeS3 { _ in Self.saying(LargestRead.bytes + 1) }
        server.replace("repository/keys/a", [1])
        let error = #expect(throws: LifeboatError.self) { try server.store().get("keys/a") }
        #expect(error?.code == .repositoryDamaged)
        #expect(error?.message.contains("keys/a") == true)
        #expect(server.firedFaults == 1)
    }

    @Test func `a document that is larger than any of S3 is malformed, and a large object is none`() throws {
        let server = try FakeS3 { _ in Self.saying(WebRequest.largestDocument + 1) }
        let error = #expect(throws: LifeboatError.self) { try server.store().list("") }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(server.firedFaults == 1)
        let large = try FakeS3()
        large.replace("repository/keys/a", [UInt8](repeating: 7, count: WebRequest.largestDocument + 1))
        #expect(try large.store().get("keys/a")?.count == WebRequest.largestDocument + 1)
        let request = S3Request(method: "GET", key: "repository/keys/a")
        #expect(throws: LifeboatError.self) { try large.store().client.answer(request) }
    }

    @Test func `of an answer that is no success the beginning is kept`() throws {
        let text = "<Error><Code>AccessDenied</Code><Message>m</Message></Error>"
        let padding = String(repeating: " ", count: 1 << 20)
        let server = try FakeS3 { request in
            .answer(403, ["content-type": "application/xml"], request.method == "GET" ? text + padding : text)
        }
        let store = try server.store()
        let answer = try store.client.answer(S3Request(method: "GET", key: "repository/keys/a"))
        #expect(answer.status == 403 && answer.body == Array((text + padding).utf8.prefix(64 << 10)))
        #expect(answer.errorCode == "AccessDenied")
        #expect(#expect(throws: LifeboatError.self) { try store.get("keys/a") }?.code == .storeDenied)
    }
}
