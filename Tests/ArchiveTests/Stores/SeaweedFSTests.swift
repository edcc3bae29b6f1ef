import Crypto
import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// What only a real server shows: signatures that are checked, versions, and objects that are locked.
@Suite(.enabled(if: RealParts.s3 != nil, SeaweedFS.reason))
struct `SeaweedFS as a real S3 server` {
    private let later = Timestamp(secondsSince1970: 2_000_000_000)

    @Test func `honours the condition and the checksum`() throws {
        let store = try SeaweedFS.store()
        #expect(try store.put("keys/a", [1]))
        #expect(store.dialect.withLock { $0 } == S3Dialect(condition: .honoured, sendsChecksums: true))
    }

    @Test func `refuses keys that are wrong, and writes of a reader`() throws {
        let prefix = "shared"
        let wrong = RealParts.s3Keys.merging(["AWS_SECRET_ACCESS_KEY": "hush"]) { _, last in last }
        let error = #expect(throws: LifeboatError.self) { try SeaweedFS.store(prefix: prefix, keys: wrong).list("") }
        #expect(error?.code == .storeDenied)
        #expect(error.map { "\($0)".contains("hush") } == false)
        let reader = try SeaweedFS.store(prefix: prefix, keys: RealParts.s3ReaderKeys)
        #expect(try reader.get("keys/none") == nil)
        let refusal = #expect(throws: LifeboatError.self) { try reader.put("keys/a", [1]) }
        #expect(refusal?.code == .storeDenied)
        #expect(refusal?.remedy.isEmpty == false)
    }

    @Test func `has no bucket that was not created`() throws {
        let store = try SeaweedFS.store()
        let text = "lifeboat-none?endpoint=\(RealParts.s3 ?? "")"
        let missing = try S3Store(
            S3Location(parsing: text[...]),
            environment: .test(RealParts.s3Keys, now: { store.clock.now() })
        )
        // A write is not tried: SeaweedFS makes a bucket for an administrator who writes to it.
        for operation in [{ _ = try missing.list("") }, { _ = try missing.get("keys/a") }] {
            let error = #expect(throws: LifeboatError.self) { try operation() }
            #expect(error?.code == .storeBucketMissing)
        }
    }

    @Test(.enabled(if: RealParts.s3TLS != nil, SeaweedFS.reason))
    func `is believed by its certificate alone`() throws {
        let store = try SeaweedFS.storeByTLS()
        #expect(try store.put("keys/a", [1]))
        // No authority that is believed has signed it; and it is of another host.
        let tls = try #require(RealParts.s3TLS)
        let other = tls.endpoint.replacing("s3.localhost", with: "other.localhost")
        for stranger in [
            try SeaweedFS.storeByTLS(authority: nil), try SeaweedFS.storeByTLS(endpoint: other),
        ] {
            let error = #expect(throws: LifeboatError.self) { try stranger.list("") }
            #expect(error?.code == .storeTLS)
            #expect(error?.remedy.contains("ca-file") == true)
        }
    }

    @Test func `with a clock that is an hour off it is asked again with its own`() throws {
        let now = try SeaweedFS.store().clock.now()
        let store = try SeaweedFS.store(now: now.adding(seconds: -3600))
        #expect(try store.put("keys/a", [1]))
        #expect(try store.get("keys/a") == [1])
    }

    @Test func `with a clock that is two days off locks are counted from its own`() throws {
        let now = try SeaweedFS.store().clock.now()
        let store = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            options: "&object-lock=governance&retention-days=1",
            now: now.adding(seconds: -2 * 86_400)
        )
        // A lock that ended yesterday would be refused.
        #expect(try store.put("keys/a", [1]))
        let head = try store.client.answer(S3Request(method: "HEAD", key: store.client.endpoint.key("keys/a")))
        let end = try Timestamp(parsing: #require(head.headers["x-amz-object-lock-retain-until-date"]))
        #expect(abs(end - now.adding(seconds: 86_400)) < 600)
    }

    @Test func `a pack that was written over with a key of somebody else is read from the version beneath`() throws {
        let options = "&object-lock=governance&retention-days=1"
        let store = try SeaweedFS.store(bucket: "lifeboat-tests-locked", options: options)
        let bytes = Array("the bytes of a pack".utf8)
        let name = "p/00/\(Hexadecimal.encode(contentDigest(bytes)))"
        #expect(try store.put(name, bytes))
        let secret = [UInt8](repeating: 7, count: 32)
        let sum = Array(Insecure.MD5.hash(data: secret))
        let algorithm = "x-amz-server-side-encryption-customer-"
        let over = S3Request(
            method: "PUT",
            key: store.client.endpoint.key(name),
            headers: [
                (algorithm + "algorithm", "AES256"), (algorithm + "key", Base64.encode(secret)),
                (algorithm + "key-md5", Base64.encode(sum)),
            ],
            body: Array("rubbish".utf8)[...]
        )
        #expect(try store.client.answer(over).isSuccess)
        let current = try store.client.answer(S3Request(method: "GET", key: store.client.endpoint.key(name)))
        #expect([400, 403].contains(current.status))
        // Where no other version can tell, it is damage and no right that is missing.
        let other = "v/" + Hexadecimal.encode(sum + sum)
        var alone = over
        alone.key = store.client.endpoint.key(other)
        #expect(try store.client.answer(alone).isSuccess)
        let error = #expect(throws: LifeboatError.self) { try store.get(other) }
        #expect(error?.code == .repositoryDamaged, "\(current.status) \(String(decoding: current.body, as: UTF8.self))")
        for options in [options, ""] {
            let prefix = store.options.prefix
            let reader = try SeaweedFS.store(bucket: "lifeboat-tests-locked", prefix: prefix, options: options)
            #expect(try reader.get(name) == bytes)
            #expect(try reader.get(name, range: 4..<9) == Array(bytes[4..<9]))
        }
        let longer = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            prefix: store.options.prefix,
            options: "&object-lock=governance&retention-days=10"
        )
        #expect(try longer.extendLocks(of: [name]) == 1)
    }

    @Test func `a pack that was written or deleted over is read from the version beneath`() throws {
        let store = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            options: "&object-lock=governance&retention-days=1"
        )
        let bytes = Array("the bytes of a pack".utf8)
        let digest = Hexadecimal.encode(contentDigest(bytes))
        for (number, name) in ["p/00/\(digest)", "s/w/0000000000000001-\(digest)"].enumerated() {
            #expect(try store.put(name, bytes))
            #expect(try store.get(name, range: 4..<9) == Array(bytes[4..<9]))
            // Whoever may write may write over, without the condition.
            let overwritten = S3Request(
                method: "PUT",
                key: store.client.endpoint.key(name),
                body: Array("rubbish".utf8)[...]
            )
            if number == 0 { #expect(try store.client.answer(overwritten).isSuccess) } else { try store.delete(name) }
            let reader = try SeaweedFS.store(
                bucket: "lifeboat-tests-locked",
                prefix: store.options.prefix,
                options: "&object-lock=governance&retention-days=1"
            )
            #expect(try reader.get(name, range: 4..<9) == Array(bytes[4..<9]))
            #expect(try reader.get(name) == bytes)
        }
        // Other objects are what the bucket says that they are.
        #expect(try store.put("keys/a", [1]))
        try store.delete("keys/a")
        #expect(try store.get("keys/a") == nil)
    }

    @Test func `the lock of the version that is needed is extended, and not that of what was written over it`() throws {
        let bytes = Array("the bytes of a pack".utf8)
        let digest = Hexadecimal.encode(contentDigest(bytes))
        let name = "p/00/\(digest)"
        let first = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            options: "&object-lock=governance&retention-days=1"
        )
        #expect(try first.put(name, bytes) && first.put("keys/a", [1]))
        let key = first.client.endpoint.key(name)
        let version = try #require(
            try first.client.answer(S3Request(method: "HEAD", key: key)).headers["x-amz-version-id"]
        )
        let over = S3Request(method: "PUT", key: key, body: Array("rubbish".utf8)[...])
        #expect(try first.client.answer(over).isSuccess)
        let longer = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            prefix: first.options.prefix,
            options: "&object-lock=governance&retention-days=10"
        )
        #expect(try longer.extendLocks(of: [name, "keys/a", "keys/none"]) == 2)
        #expect(try longer.extendLocks(of: [name, "keys/a"]) == 0)
        func end(_ key: String, _ query: [(name: String, value: String)]) throws -> Timestamp? {
            let head = try first.client.answer(S3Request(method: "HEAD", key: key, query: query))
            return try head.headers["x-amz-object-lock-retain-until-date"].map { try Timestamp(parsing: $0) }
        }
        let least = first.clock.now().adding(seconds: 9 * 86_400)
        #expect(try #require(try end(key, [("versionId", version)])) > least)
        #expect(try #require(try end(first.client.endpoint.key("keys/a"), [])) > least)
        #expect(try end(key, []).map { $0 < least } ?? true)
    }

    @Test func `a locked version cannot be removed before its time`() throws {
        let store = try SeaweedFS.store(
            bucket: "lifeboat-tests-locked",
            options: "&object-lock=compliance&retention-days=1"
        )
        #expect(try store.put("keys/a", [1]))
        let key = store.client.endpoint.key("keys/a")
        let head = try store.client.answer(S3Request(method: "HEAD", key: key))
        #expect(head.headers["x-amz-object-lock-mode"] == "COMPLIANCE")
        let version = try #require(head.headers["x-amz-version-id"])
        let removal = try store.client.answer(S3Request(method: "DELETE", key: key, query: [("versionId", version)]))
        #expect(removal.status == 403)
    }
}
