package import KubernetesObjects
internal import Synchronization

/// A store in a bucket of S3 or of a server that speaks its language; see docs/stores.md for what each guarantees.
package final class S3Store: ObjectStore {
    package let location: String
    let client: S3Client
    let options: S3Location
    let clock: ServerClock
    /// What was found out about the server.
    let dialect: Mutex<S3Dialect>
    /// Of objects with several versions, the one whose bytes are those of the name; nil where there is but one.
    let provenVersions = Mutex<[String: String?]>([:])

    package convenience init(_ location: S3Location, environment: StoreEnvironment) throws(LifeboatError) {
        let settings = try AWSSettings(environment, profile: location.profile)
        var connection = WebConnections.Settings()
        connection.authorityFile = location.authorityFile ?? settings.authorityFile
        let connections = WebConnections(connection)
        let exchange: WebExchange = { (request) throws(WebFailure) in try connections.exchange(request) }
        try self.init(location, settings: settings, environment: environment, exchange: exchange)
    }

    init(
        _ options: S3Location,
        settings: AWSSettings,
        environment: StoreEnvironment,
        exchange: @escaping WebExchange
    ) throws(LifeboatError) {
        let endpoint = try S3Endpoint(options, settings: settings)
        let location = "s3://\(options.bucket)" + (options.prefix.isEmpty ? "" : "/\(options.prefix)")
        let region = endpoint.region
        let clock = ServerClock(environment.now)
        let credentials = AWSCredentialCache(now: { clock.now() }) { (isUrgent) throws(LifeboatError) in
            // Read anew each time: whoever rotates keys changes the files that they are in.
            switch try AWSSettings(environment, profile: options.profile).credentialSource() {
            case .keys(let keys): keys
            case .webIdentity(let identity):
                try identity.credentials(
                    region: region,
                    environment: environment,
                    exchange: exchange,
                    isPatient: isUrgent
                )
            }
        }
        client = S3Client(
            endpoint: endpoint,
            location: location,
            credentials: credentials,
            clock: clock,
            environment: environment,
            exchange: exchange
        )
        self.options = options
        self.location = location
        self.clock = clock
        dialect = Mutex(S3Dialect(options, isAWS: endpoint.isAWS))
    }

    package var mayLoseRaces: Bool { dialect.withLock { $0.condition } == .absent }

    package func size(_ name: String) throws(LifeboatError) -> Int? {
        let key = client.endpoint.key(name)
        var answer = try client.answer(S3Request(method: "HEAD", key: key), problem: Self.objectProblem)
        if [400, 403].contains(answer.status) || answer.status == 404 && !answer.isOfS3 {
            // An answer to HEAD does not say what is wrong, nor whether it comes from the store; one to GET does.
            var first = S3Request(method: "GET", key: key, headers: [("range", "bytes=0-0")])
            first.largestBody = LargestRead.bytes
            answer = try client.answer(first, problem: Self.objectProblem)
            if answer.status == 206, let range = ContentRange(answer) { return range.total }
            if answer.status == 416 { return 0 }
        }
        switch answer.status {
        case 200:
            guard let length = answer.headers["content-length"].flatMap({ Int($0) }), length >= 0 else {
                throw S3Errors.malformed(client, key, "it has no length")
            }
            return length
        case 404 where answer.errorCode != "NoSuchBucket": return nil
        default: throw S3Errors.refused(client, "read", key, answer)
        }
    }

    package func delete(_ name: String) throws(LifeboatError) {
        let key = client.endpoint.key(name)
        let answer = try client.answer(S3Request(method: "DELETE", key: key))
        let isGone = answer.isSuccess || (answer.status == 404 && answer.errorCode != "NoSuchBucket")
        guard isGone else { throw S3Errors.refused(client, "delete", key, answer) }
    }

    /// Every S3 server names the version of the bytes that it sends or took; nothing else in between does.
    static func objectProblem(_ answer: WebAnswer) -> String? {
        answer.headers["etag"] == nil ? "it has no ETag" : nil
    }
}
