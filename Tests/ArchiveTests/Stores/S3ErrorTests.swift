import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

@Suite struct `Errors of object storage` {
    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var code: String
        var headers: [String: String] = [:]
        var error: ErrorCode
        var remedy: String
        var testDescription: String { "\(status) \(code)" }
    }

    static let cases = [
        Case(status: 403, code: "AccessDenied", error: .storeDenied, remedy: "permission"),
        Case(status: 403, code: "SignatureDoesNotMatch", error: .storeDenied, remedy: "AWS_SECRET_ACCESS_KEY"),
        Case(status: 404, code: "NoSuchBucket", error: .storeBucketMissing, remedy: "create the bucket"),
        Case(
            status: 301,
            code: "PermanentRedirect",
            headers: ["x-amz-bucket-region": "eu-west-3"],
            error: .storeDenied,
            remedy: "region=eu-west-3"
        ),
        Case(status: 507, code: "XMinioStorageFull", error: .storageFull, remedy: "free space"),
        Case(status: 400, code: "EntityTooLarge", error: .storageFailed, remedy: "what the server says"),
    ]

    @Test(arguments: cases)
    func `have a code, name the object and say what to do`(refusal: Case) throws {
        let body = "<Error><Code>\(refusal.code)</Code><Message>line\none</Message></Error>"
        let headers = refusal.headers.merging(["content-type": "application/xml"]) { first, _ in first }
        let server = try FakeS3 { _ in .answer(refusal.status, headers, body) }
        let error = #expect(throws: LifeboatError.self) {
            try server.store(options: "&conditional-put=true").put("keys/a", [1])
        }
        #expect(error?.code == refusal.error)
        #expect(error?.message.contains("bucket") == true)
        #expect(error?.message.contains("\n") == false)
        #expect(error?.remedy.contains(refusal.remedy) == true)
        #expect(error.map { "\($0)".contains("hush") } == false)
        #expect(throws: LifeboatError.self) { try server.store().get("keys/a") }
        #expect(throws: LifeboatError.self) { try server.store().list("keys/") }
        #expect(server.firedFaults > 2)
    }

    @Test func `no connection is store unreachable, after a few tries`() throws {
        let pauses = PauseRecord()
        let text = "bucket?endpoint=http://127.0.0.1:1"
        let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush"]
        let store = try S3Store(S3Location(parsing: text[...]), environment: .test(keys, pauses: pauses))
        let error = #expect(throws: LifeboatError.self) { try store.get("keys/a") }
        #expect(error?.code == .storeUnreachable)
        #expect(error?.message.contains("s3://bucket") == true)
        #expect(pauses.all.count == 3)
    }

    @Test func `a missing bucket is no repository`() {
        #expect(ErrorCode.storeBucketMissing.exitStatus == .noRepository)
        #expect(ErrorCode.storeDenied.exitStatus == .failed)
    }

    @Test func `are thrown by a check, and are no damage`() throws {
        let isDown = Mutex(false)
        let server = try FakeS3 { _ in isDown.withLock { $0 } ? .answer(503) : .serve }
        let store = try server.store()
        _ = try Fixture.backup(try Fixture.repository(store), Fixture.objects(20))
        let opened = try Fixture.open(store)
        isDown.withLock { $0 = true }
        let error = #expect(throws: LifeboatError.self) { try opened.check(.data) }
        #expect(error?.code == .storeOverloaded)
        #expect(server.firedFaults > 0)
        for code in ErrorCode.allCases { #expect(code.isOfStore == code.rawValue.hasPrefix("stor")) }
    }
}
