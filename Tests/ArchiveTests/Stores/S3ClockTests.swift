import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// One clock for all that the server judges: its own.
@Suite struct `The clock of the object storage` {
    /// 2027-01-15T08:00:00Z.
    private static let local: Int64 = 1_800_000_000

    /// A server that takes only requests whose time begins so, and says what its clock shows.
    private static func server(
        _ start: String,
        date: String,
        react: @escaping @Sendable (FakeS3.Request) -> FakeS3.Reaction = { _ in .serve }
    ) throws -> FakeS3 {
        let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>"
        return try FakeS3 { request in
            guard request.method != "POST", request.headers["x-amz-date"]?.hasPrefix(start) != true else {
                return react(request)
            }
            return .answer(403, ["content-type": "application/xml", "date": date], skewed)
        }
    }

    @Test func `is the one that locks are counted from`() throws {
        let server = try Self.server("20270120T08", date: "Wed, 20 Jan 2027 08:00:00 GMT") { request in
            if request.query["retention"] != nil { return .answer(200) }
            guard request.method == "HEAD" else { return .serve }
            return .change { $0.headers["x-amz-object-lock-retain-until-date"] = "2027-01-30T08:00:00Z" }
        }
        let options = "&object-lock=compliance&retention-days=30&conditional-put=true"
        #expect(try server.store(options: options).put("keys/a", [1]))
        let put = try #require(server.requests.last)
        #expect(put.headers["x-amz-object-lock-retain-until-date"] == "2027-02-19T08:00:00Z")
        #expect(put.headers["authorization"]?.contains("x-amz-object-lock-retain-until-date") == true)
        // A store of its own has yet to learn it: fifteen days are left by its clock, and ten by the server's.
        #expect(try server.store(options: options).extendLocks(of: ["keys/a"]) == 1)
        let extended = try #require(server.requests.last { $0.query["retention"] != nil })
        #expect(String(decoding: extended.body, as: UTF8.self).contains("2027-02-19T08:00:00Z"))
        #expect(server.firedFaults > 2)
    }

    @Test func `is the one by which temporary keys end`() throws {
        let exchanges = Mutex(0)
        // Two hours ahead; it gives out keys for one.
        let server = try Self.server("20270115T10", date: "Fri, 15 Jan 2027 10:00:00 GMT") { request in
            guard request.method == "POST" else { return .serve }
            let number = exchanges.withLock {
                $0 += 1
                return $0
            }
            let text = """
                <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
                <AccessKeyId>KEY\(number)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                <Expiration>2027-01-15T11:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
                </AssumeRoleWithWebIdentityResponse>
                """
            return .answer(200, ["content-type": "text/xml"], text)
        }
        let clock = Mutex(Self.local)
        let store = try server.store(
            now: { Timestamp(secondsSince1970: clock.withLock { $0 }) },
            variables: [
                "AWS_ROLE_ARN": "arn:r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
                "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:\(server.port)",
            ],
            files: ["/token": "hush"]
        )
        #expect(try store.list("").isEmpty)
        clock.withLock { $0 += 3200 }
        #expect(try store.list("").isEmpty)
        #expect(exchanges.withLock { $0 } == 1)
        clock.withLock { $0 += 200 }
        #expect(try store.list("").isEmpty)
        #expect(exchanges.withLock { $0 } == 2)
        #expect(server.requests.last?.headers["authorization"]?.contains("Credential=KEY2/") == true)
    }
}
