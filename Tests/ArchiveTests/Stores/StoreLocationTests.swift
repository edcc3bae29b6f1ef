import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Where a repository is` {
    private func s3(_ text: String) throws -> S3Location {
        guard case .s3(let location) = try StoreLocation(parsing: text) else {
            throw LifeboatError(.internalError, "\(text) is not read as S3")
        }
        return location
    }

    private func endpoint(_ text: String, variables: [String: String] = [:]) throws -> S3Endpoint {
        let location = try s3(text)
        return try S3Endpoint(location, settings: AWSSettings(StoreEnvironment.test(variables), profile: nil))
    }

    @Test func `paths and file URLs are folders`() throws {
        for (text, path) in [("backups/a", "backups/a"), ("/srv/x", "/srv/x"), ("file:///srv/x", "/srv/x")] {
            guard case .folder(path) = try StoreLocation(parsing: text) else {
                Issue.record("\(text) is no folder")
                continue
            }
        }
    }

    @Test func `an address that was mistyped is no folder`() throws {
        for text in ["s3:/bucket/x", "s3//bucket", "S3:bucket", "https:/host", "file:/srv", "rclone:remote"] {
            let error = #expect(throws: LifeboatError.self) { try StoreLocation(parsing: text) }
            #expect(error?.code == .usage && error?.remedy.contains("./\(text)") == true)
        }
        for text in ["./s3:/bucket", "s3", "s3-backups", "restic/x"] {
            guard case .folder(text) = try StoreLocation(parsing: text) else {
                Issue.record("\(text) is no folder")
                continue
            }
        }
    }

    @Test func `an S3 repository has a bucket, a prefix and options`() throws {
        let plain = try s3("s3://backups")
        #expect(plain.bucket == "backups")
        #expect(plain.prefix == "")
        let full = try s3(
            "s3://backups/prod//eu/?endpoint=http%3A%2F%2F127.0.0.1:8333&region=eu-west-1&path-style=true&object-lock=governance&retention-days=30"
                + "&profile=dr&ca-file=%2Fetc%2Fca.pem&conditional-put=false&checksums=false"
        )
        #expect(full.prefix == "prod/eu")
        #expect(full.endpoint == "http://127.0.0.1:8333")
        #expect(full.region == "eu-west-1")
        #expect(full.usesPathStyle == true)
        #expect(full.lockMode == .governance)
        #expect(full.retentionDays == 30)
        #expect(full.profile == "dr")
        #expect(full.authorityFile == "/etc/ca.pem")
        #expect(full.hasConditionalPut == false)
        #expect(full.hasChecksums == false)
        #expect(try s3("s3://backups?endpoint=http://127.0.0.1:8333").endpoint == "http://127.0.0.1:8333")
    }

    @Test(arguments: [
        "s3://", "s3:///prefix", "s3://ab", "s3://bad bucket/x", "s3://bucket/../x", "s3://bucket?colour=blue",
        "s3://bucket?secret-key=hush",
        "s3://bucket?endpoint=127.0.0.1", "s3://bucket?endpoint=http://user:hush@host", "s3://bucket?path-style=yes",
        "s3://bucket?object-lock=governance",
        "s3://bucket?retention-days=3", "s3://bucket?object-lock=always&retention-days=3",
        "s3://bucket?object-lock=compliance&retention-days=0",
        "s3://bucket?region", "gs://bucket/x", "http://host/x", "http://user:hush@host/x", "s3://AKID:hush@bucket/x",
        "ftp://hush@x/y",
    ])
    func `what cannot be meant is a usage error that repeats no value`(text: String) {
        let error = #expect(throws: LifeboatError.self) { try StoreLocation(parsing: text) }
        #expect(error?.code == .usage)
        #expect(error?.remedy.isEmpty == false)
        #expect("\(error.map(String.init(describing:)) ?? "")".contains("hush") == false)
    }

    @Test func `AWS is addressed by the host of the bucket, other servers by its path`() throws {
        let aws = try endpoint("s3://backups/prod?region=eu-west-1")
        #expect(aws.isAWS)
        #expect(aws.address.authority == "backups.s3.eu-west-1.amazonaws.com")
        #expect(aws.path(key: aws.key("p/00/a b")) == "/prod/p/00/a%20b")
        #expect(aws.path(key: nil) == "/")
        let dotted = try endpoint("s3://backups.example.com")
        #expect(dotted.address.authority == "s3.us-east-1.amazonaws.com")
        #expect(dotted.path(key: "x") == "/backups.example.com/x")
        let other = try endpoint("s3://backups?endpoint=http://127.0.0.1:8333/")
        #expect(!other.isAWS)
        #expect(other.path(key: "p/x") == "/backups/p/x")
        #expect(other.path(key: nil) == "/backups")
        let hosted = try endpoint("s3://backups?endpoint=https://objects.example.com&path-style=false")
        #expect(hosted.address.authority == "backups.objects.example.com")
        #expect(
            try endpoint("s3://backups?region=cn-north-1").address.authority == "backups.s3.cn-north-1.amazonaws.com.cn"
        )
    }

    @Test func `region and endpoint come from the environment where the location has none`() throws {
        let variables = ["AWS_REGION": "eu-north-1", "AWS_ENDPOINT_URL": "https://objects.example.com"]
        let given = try endpoint("s3://backups", variables: variables)
        #expect(given.region == "eu-north-1")
        #expect(given.address.authority == "objects.example.com")
        let named = try endpoint("s3://backups?region=eu-west-1&endpoint=http://h:1", variables: variables)
        #expect(named.region == "eu-west-1")
        #expect(named.address.authority == "h:1")
        let specific = try endpoint(
            "s3://backups",
            variables: ["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"]
        )
        #expect(specific.address.authority == "b")
    }

    @Test func `keys of other prefixes are no names of this repository`() throws {
        let endpoint = try endpoint("s3://backups/prod")
        #expect(endpoint.name("prod/p/00/a") == "p/00/a")
        #expect(endpoint.name("production/p/00/a") == nil)
        #expect(endpoint.name("other") == nil)
    }
}
