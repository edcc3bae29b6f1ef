import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

@Suite struct `Credentials of the object storage` {
    private static let config = """
        # shared
        [default]
        region = eu-west-1
        [profile dr]
        region=eu-north-1   # near
        endpoint_url = https://objects.example.com
        s3 =
          max_concurrent_requests = 20
        [profile chained]
        role_arn = arn:aws:iam::1:role/x
        source_profile = default
        [profile web]
        role_arn = arn:aws:iam::1:role/backup
        web_identity_token_file = /token
        """
    private static let credentials = """
        [default]
        aws_access_key_id = DEFAULTKEY
        aws_secret_access_key = default/secret#with;marks
        [dr]
        aws_access_key_id=DRKEY
        aws_secret_access_key=dr-secret
        aws_session_token=dr-token
        """

    private func settings(_ variables: [String: String], profile: String? = nil) throws(LifeboatError) -> AWSSettings {
        let files = ["/users/u/.aws/config": Self.config, "/users/u/.aws/credentials": Self.credentials]
        return try AWSSettings(
            .test(variables.merging(["HOME": "/users/u"]) { first, _ in first }, files: files),
            profile: profile
        )
    }

    private func keys(_ variables: [String: String], profile: String? = nil) throws -> AWSCredentials {
        guard case .keys(let keys) = try settings(variables, profile: profile).credentialSource() else {
            throw LifeboatError(.internalError, "no keys")
        }
        return keys
    }

    @Test func `the environment wins over the shared files, and a profile that the repository names over both`() throws
    {
        let variables = ["AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"]
        #expect(try keys(variables) == AWSCredentials(accessKeyID: "ENVKEY", secretAccessKey: "s", sessionToken: "t"))
        #expect(try keys(variables, profile: "dr").accessKeyID == "DRKEY")
        #expect(try keys([:]).secretAccessKey == "default/secret#with;marks")
        #expect(try keys(["AWS_PROFILE": "dr"]).sessionToken == "dr-token")
    }

    @Test func `settings of a profile are read, and the environment wins`() throws {
        let named = try settings(["AWS_PROFILE": "dr"])
        #expect(named.region == "eu-north-1")
        #expect(named.endpoint == "https://objects.example.com")
        #expect(try settings(["AWS_PROFILE": "dr", "AWS_DEFAULT_REGION": "us-west-2"]).region == "us-west-2")
        #expect(try settings([:]).region == "eu-west-1")
    }

    @Test(arguments: [
        ["AWS_ACCESS_KEY_ID": "ONLY"], ["AWS_PROFILE": "chained"], ["AWS_PROFILE": "nobody"],
        ["AWS_SHARED_CREDENTIALS_FILE": "/none", "AWS_CONFIG_FILE": "/none"],
    ])
    func `what gives no credential says so and what to set`(variables: [String: String]) {
        let error = #expect(throws: LifeboatError.self) { try settings(variables).credentialSource() }
        #expect(error?.code == .storeCredentials)
        #expect(error?.remedy.isEmpty == false)
    }

    private static func answer(_ id: String, until: String) -> WebAnswer {
        let text = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>\
            <Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
            <Expiration>\(until)</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """
        return WebAnswer(status: 200, body: Array(text.utf8))
    }

    @Test func `a web identity is exchanged for keys, with the token in the body, and again before they expire`() throws
    {
        let sent = Mutex<[WebRequest]>([])
        let clock = Mutex<Int64>(1_800_000_000)
        let environment = StoreEnvironment.test([:], files: ["/token": "hush-token\n"])
        let identity = AWSWebIdentity(role: "arn:aws:iam::1:role/b", tokenFile: "/token", sessionName: nil)
        let cache = AWSCredentialCache(now: { Timestamp(secondsSince1970: clock.withLock { $0 }) }) {
            (_) throws(LifeboatError) in
            try identity.credentials(region: "eu-west-1", environment: environment) { request in
                let count = sent.withLock {
                    $0.append(request)
                    return $0.count
                }
                let end = Timestamp(secondsSince1970: clock.withLock { $0 } + 3600)
                return Self.answer("KEY\(count)", until: end.description)
            }
        }
        #expect(try cache.current().accessKeyID == "KEY1")
        clock.withLock { $0 += 3200 }
        #expect(try cache.current().accessKeyID == "KEY1")
        clock.withLock { $0 += 150 }
        let renewed = try cache.current()
        #expect(renewed.accessKeyID == "KEY2")
        #expect(try cache.renew(after: AWSCredentials(accessKeyID: "KEY1", secretAccessKey: "s")).accessKeyID == "KEY2")
        #expect(try cache.renew(after: renewed).accessKeyID == "KEY3")
        let request = try #require(sent.withLock { $0.first })
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(String(decoding: request.body ?? [], as: UTF8.self).hasSuffix("WebIdentityToken=hush-token"))
    }

    @Test func `STS that is busy, away or cannot ask who gave the token out is asked again`() throws {
        let pauses = PauseRecord()
        let environment = StoreEnvironment.test([:], files: ["/token": "hush"], pauses: pauses)
        let identity = AWSWebIdentity(role: "arn:r", tokenFile: "/token", sessionName: nil)
        let count = Mutex(0)
        func ask(_ faults: [Result<WebAnswer, WebFailure>]) throws(LifeboatError) -> AWSCredentials {
            count.withLock { $0 = 0 }
            return try identity.credentials(region: "r", environment: environment) { (_) throws(WebFailure) in
                let number = count.withLock { count in
                    defer { count += 1 }
                    return count
                }
                return number < faults.count
                    ? try faults[number].get() : Self.answer("KEY", until: "2027-01-16T08:00:00Z")
            }
        }
        let code = "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"
        let faults: [Result<WebAnswer, WebFailure>] = [
            .failure(WebFailure(kind: .timeout, message: "m", mayHaveArrived: true)),
            .success(WebAnswer(status: 500)), .success(WebAnswer(status: 429, headers: ["retry-after": "3"])),
            .success(WebAnswer(status: 400, body: Array(code.utf8))),
        ]
        #expect(try ask(faults).accessKeyID == "KEY")
        #expect(pauses.all.count == 4 && pauses.all[2] > 3)
        let always = Array(repeating: faults[3], count: 20)
        let error = #expect(throws: LifeboatError.self) { try ask(always) }
        #expect(error?.code == .storeCredentials && error?.message.contains("IDPCommunicationError") == true)
        #expect(count.withLock { $0 } == 8)
    }

    @Test func `an STS that hangs keeps nobody waiting while the keys are good, and is then asked but once`() throws {
        let clock = Mutex<Int64>(0)
        let urgencies = Mutex<[Bool]>([])
        let seen = Mutex<[String]>([])
        let caches = Mutex<[AWSCredentialCache]>([])
        @Sendable func now() -> Timestamp { Timestamp(secondsSince1970: clock.withLock { $0 }) }
        let cache = AWSCredentialCache(now: now) { (isUrgent) throws(LifeboatError) in
            let number = urgencies.withLock {
                $0.append(isUrgent)
                return $0.count
            }
            guard number > 1 else {
                let end = now().adding(seconds: 3600)
                return AWSCredentials(accessKeyID: "KEY", secretAccessKey: "s", expiresAt: end)
            }
            // Somebody else asks while this one waits for an answer, which does not come for a minute.
            if !isUrgent, let cache = caches.withLock({ $0.first }) {
                let other = try cache.current().accessKeyID
                seen.withLock { $0.append(other) }
            }
            clock.withLock { $0 += 60 }
            throw LifeboatError(.storeUnreachable, "no answer")
        }
        caches.withLock { $0 = [cache] }
        #expect(try cache.current().accessKeyID == "KEY")
        clock.withLock { $0 = 3400 }
        #expect(try cache.current().accessKeyID == "KEY")
        #expect(seen.withLock { $0 } == ["KEY"])
        // The pause is counted from the end of the wait.
        clock.withLock { $0 += 20 }
        #expect(try cache.current().accessKeyID == "KEY")
        #expect(urgencies.withLock { $0 } == [true, false])
        // Keys that expired during the wait are not given out.
        clock.withLock { $0 = 3590 }
        #expect(throws: LifeboatError.self) { try cache.current() }
        #expect(throws: LifeboatError.self) { try cache.current() }
        #expect(urgencies.withLock { $0 } == [true, false, false, true])
        caches.withLock { $0 = [] }
    }

    @Test func `keys that cannot be renewed are used until their end, and whoever gives new ones is left in peace`()
        throws
    {
        let clock = Mutex<Int64>(0)
        let loads = Mutex(0)
        let isAway = Mutex(false)
        @Sendable func now() -> Timestamp { Timestamp(secondsSince1970: clock.withLock { $0 }) }
        let cache = AWSCredentialCache(now: now) { (_) throws(LifeboatError) in
            let number = loads.withLock {
                $0 += 1
                return $0
            }
            if isAway.withLock({ $0 }) { throw LifeboatError(.storeUnreachable, "away") }
            return AWSCredentials(
                accessKeyID: "KEY\(number)",
                secretAccessKey: "s",
                expiresAt: now().adding(seconds: 3600)
            )
        }
        #expect(try cache.current().accessKeyID == "KEY1")
        isAway.withLock { $0 = true }
        for (time, expected) in [(3400, 2), (3410, 2), (3440, 3), (3599, 4)] as [(Int64, Int)] {
            clock.withLock { $0 = time }
            #expect(try cache.current().accessKeyID == "KEY1")
            #expect(loads.withLock { $0 } == expected)
        }
        clock.withLock { $0 = 3600 }
        #expect(throws: LifeboatError.self) { try cache.current() }
        isAway.withLock { $0 = false }
        #expect(try cache.current().accessKeyID == "KEY6")
    }

    @Test func `a token that STS refuses is an error without the token in it`() throws {
        let environment = StoreEnvironment.test([:], files: ["/token": "hush-token"])
        let identity = AWSWebIdentity(role: "arn:r", tokenFile: "/token", sessionName: nil)
        let body =
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>hush-token?</Message></Error></ErrorResponse>"
        let error = #expect(throws: LifeboatError.self) {
            try identity.credentials(region: "r", environment: environment) { _ in
                WebAnswer(status: 403, body: Array(body.utf8))
            }
        }
        #expect(error?.code == .storeCredentials)
        #expect(error?.message.contains("AccessDenied") == true)
        #expect(error?.message.contains("hush") == false)
        let missing = AWSWebIdentity(role: "arn:r", tokenFile: "/none", sessionName: nil)
        #expect(throws: LifeboatError.self) {
            try missing.credentials(region: "r", environment: environment) { _ in WebAnswer(status: 200) }
        }
    }
}
