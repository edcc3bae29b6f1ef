internal import KubernetesObjects

/// How the objects of a repository are addressed: by a path that begins with the bucket, or by a host that does.
struct S3Endpoint: Equatable {
    let address: WebAddress
    let bucket: String
    let prefix: String
    let region: String
    /// The service of AWS itself, whose behaviour is known.
    let isAWS: Bool
    private let usesPathStyle: Bool

    init(_ location: S3Location, settings: AWSSettings) throws(LifeboatError) {
        let region = location.region ?? settings.region ?? "us-east-1"
        let given = location.endpoint ?? settings.endpoint
        isAWS = given == nil
        // A certificate of AWS covers one label before its name, so a bucket with dots needs a path.
        let pathStyle = location.usesPathStyle ?? (given != nil || location.bucket.contains("."))
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        guard let base = WebAddress(parsing: given ?? "https://s3.\(region).\(domain)") else {
            throw LifeboatError(
                .usage,
                "the S3 endpoint or region cannot be used as it is",
                remedy: "write the endpoint as http://HOST:PORT or https://HOST"
            )
        }
        address =
            pathStyle ? base : WebAddress(scheme: base.scheme, authority: "\(location.bucket).\(base.authority)")
        bucket = location.bucket
        prefix = location.prefix
        self.region = region
        usesPathStyle = pathStyle
    }

    /// The key of an object in the bucket.
    func key(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)/\(name)" }

    /// The name of an object of this repository; nil for the key of another.
    func name(_ key: String) -> String? {
        guard !prefix.isEmpty else { return key }
        return key.hasPrefix(prefix + "/") ? String(key.dropFirst(prefix.count + 1)) : nil
    }

    /// The encoded path of an object, or of the bucket.
    func path(key: String?) -> String {
        let bucketPath = usesPathStyle ? "/\(bucket)" : ""
        guard let key else { return usesPathStyle ? bucketPath : "/" }
        return bucketPath + "/" + PercentEncoding.encode(key, keepsSlashes: true)
    }
}
