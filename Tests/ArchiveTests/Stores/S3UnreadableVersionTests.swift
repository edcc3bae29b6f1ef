import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// Versions that were written over objects with a key that nobody else has: they answer 400 (SSE-C) or 403 (KMS).
@Suite struct `Versions that may not be read` {
    private static let bytes = Array("the bytes of a pack".utf8)
    private static let name = "p/00/" + Hexadecimal.encode(contentDigest(bytes))
    private static let options = "&object-lock=governance&retention-days=30&conditional-put=true"

    /// A bucket in which somebody has written over an object; some of the older versions may not be read either.
    ///
    /// - Parameter hasOriginal: whether one of the versions is the original.
    private static func bucket(_ status: Int, hasOriginal: Bool = true) throws -> FakeS3 {
        let listed = ["newest", "older"] + (hasOriginal ? ["original"] : [])
        let server = try FakeS3 { request in
            if request.query["retention"] != nil { return .answer(200) }
            if request.query["versions"] != nil {
                guard request.query["prefix"] == "repository/\(name)" else {
                    return .answer(
                        200,
                        ["content-type": "application/xml"],
                        "<ListVersionsResult></ListVersionsResult>"
                    )
                }
                let versions = listed.map {
                    "<Version><Key>repository/\(name)</Key><VersionId>\($0)</VersionId></Version>"
                }
                let text = "<ListVersionsResult>\(versions.joined())</ListVersionsResult>"
                return .answer(200, ["content-type": "application/xml"], text)
            }
            let isOriginal = request.query["versionId"] == "original"
            let isOfOthers = !["repository/\(name)", "repository/keys/hidden"].contains(request.key)
            guard ["GET", "HEAD"].contains(request.method), !isOriginal, !isOfOthers else { return .serve }
            let said = "The object was stored using a form of Server Side Encryption."
            let text = "<Error><Code>InvalidRequest</Code><Message>\(said)</Message></Error>"
            return .answer(status, ["content-type": "application/xml", "x-amz-request-id": "1"], text)
        }
        server.replace("repository/\(name)", bytes)
        for name in ["keys/a", "keys/hidden", "keys/z"] { server.replace("repository/\(name)", [1]) }
        return server
    }

    @Test(arguments: [400, 403], ["", options])
    func `do not hide the version that is named by its bytes`(status: Int, options: String) throws {
        let server = try Self.bucket(status)
        #expect(try server.store(options: options).get(Self.name) == Self.bytes)
        #expect(try server.store(options: options).get(Self.name, range: 4..<9) == Array(Self.bytes[4..<9]))
        #expect(server.firedFaults > 4)
    }

    @Test(arguments: [400, 403]) func `are an error where no other is the object`(status: Int) throws {
        let server = try Self.bucket(status, hasOriginal: false)
        for range in [nil, 4..<9] {
            let error = #expect(throws: LifeboatError.self) {
                try server.store(options: Self.options).get(Self.name, range: range)
            }
            #expect(error?.code == (status == 400 ? .repositoryDamaged : .storeDenied))
            #expect(error?.message.contains(Self.name) == true)
        }
        // Other names say nothing about their bytes.
        #expect(throws: LifeboatError.self) { try server.store(options: Self.options).get("keys/hidden") }
    }

    @Test(arguments: [400, 403]) func `keep no lock of other objects from being extended, and are told at the end`(
        status: Int
    ) throws {
        let server = try Self.bucket(status)
        let store = try server.store(options: Self.options)
        let names = ["keys/hidden", "keys/a", "keys/z", Self.name]
        let error = #expect(throws: LifeboatError.self) { try store.extendLocks(of: names) }
        #expect(error?.message.contains("keys/hidden") == true)
        let extended = server.requests.filter { $0.query["retention"] != nil }
        #expect(Set(extended.map(\.key)) == Set(["keys/a", "keys/z", Self.name].map { "repository/\($0)" }))
        #expect(extended.first { $0.key.hasSuffix(Self.name) }?.query["versionId"] == "original")
    }

    @Test func `that were written since the lock was last looked at are passed by`() throws {
        let isOver = Mutex(false)
        let bucket = try Self.bucket(403)
        let server = try FakeS3 { request in
            if request.query["versions"] != nil {
                let ids = isOver.withLock { $0 } ? ["newest", "original"] : ["original"]
                let versions = ids.map {
                    "<Version><Key>repository/\(Self.name)</Key><VersionId>\($0)</VersionId></Version>"
                }
                let text = "<ListVersionsResult>\(versions.joined())</ListVersionsResult>"
                return .answer(200, ["content-type": "application/xml"], text)
            }
            if request.query["retention"] != nil { return .answer(200) }
            return isOver.withLock { $0 } && request.query["versionId"] != "original" ? .answer(403) : .serve
        }
        for (key, bytes) in bucket.objects { server.replace(key, bytes) }
        let store = try server.store(options: Self.options)
        #expect(try store.extendLocks(of: [Self.name]) == 1)
        isOver.withLock { $0 = true }
        #expect(try store.extendLocks(of: [Self.name]) == 1)
        #expect(server.requests.last?.query["versionId"] == "original")
        #expect(try store.get(Self.name, range: 4..<9) == Array(Self.bytes[4..<9]))
    }
}
