internal import Crypto
internal import KubernetesObjects

/// What is signed of a request: all of it, its body by the SHA-256.
struct SignableRequest {
    var method: String
    /// Percent-encoded, as it stands in the request line.
    var path: String
    /// Not yet encoded.
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)]
    /// In hexadecimal.
    var payloadDigest: String
}

/// Signature Version 4 of AWS, by headers. Pure: the time comes in.
struct AWSSignature {
    let credentials: AWSCredentials
    let region: String
    let service: String

    /// The headers that make a request a signed one, to be sent beside those that it has.
    func headers(for request: SignableRequest, at time: Timestamp) -> [(name: String, value: String)] {
        var added: [(name: String, value: String)] = [("x-amz-date", Self.timeText(time))]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        var signed = request
        signed.headers += added
        added.append(("authorization", authorization(signed, at: time)))
        return added
    }

    func authorization(_ request: SignableRequest, at time: Timestamp) -> String {
        let signature = hex(hmac(signingKey(time), stringToSign(request, at: time)))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(time)), "
            + "SignedHeaders=\(Self.signedNames(request)), Signature=\(signature)"
    }

    func stringToSign(_ request: SignableRequest, at time: Timestamp) -> String {
        let digest = hex(Array(SHA256.hash(data: Array(Self.canonicalRequest(request).utf8))))
        return "AWS4-HMAC-SHA256\n\(Self.timeText(time))\n\(scope(time))\n\(digest)"
    }

    static func canonicalRequest(_ request: SignableRequest) -> String {
        let headers = grouped(request.headers).map { "\($0.name):\($0.value)\n" }.joined()
        return [
            request.method, request.path, canonicalQuery(request.query), headers, signedNames(request),
            request.payloadDigest,
        ]
        .joined(separator: "\n")
    }

    /// Encoded and in the order of the encoded names; the request line carries the same text.
    static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    /// `20130524T000000Z`.
    static func timeText(_ time: Timestamp) -> String { time.description.filter { $0 != "-" && $0 != ":" } }

    private static func signedNames(_ request: SignableRequest) -> String {
        grouped(request.headers).map(\.name).joined(separator: ";")
    }

    /// Names in lower case and in order; values trimmed, with single spaces; those of one name joined by commas.
    private static func grouped(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for (name, value) in headers {
            values[name.lowercased(), default: []].append(value.split(separator: " ").joined(separator: " "))
        }
        return values.map { ($0.key, $0.value.joined(separator: ",")) }.sorted { $0.0 < $1.0 }
    }

    private func scope(_ time: Timestamp) -> String {
        "\(Self.timeText(time).prefix(8))/\(region)/\(service)/aws4_request"
    }

    private func signingKey(_ time: Timestamp) -> [UInt8] {
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for text in [String(Self.timeText(time).prefix(8)), region, service, "aws4_request"] { key = hmac(key, text) }
        return key
    }

    private func hmac(_ key: [UInt8], _ text: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    private func hex(_ bytes: [UInt8]) -> String { Hexadecimal.encode(bytes) }
}
