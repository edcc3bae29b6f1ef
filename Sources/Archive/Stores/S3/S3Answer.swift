internal import KubernetesObjects

/// What an answer of the S3 API says beyond its status.
extension WebAnswer {
    var isSuccess: Bool { (200..<300).contains(status) }

    /// `<Error>` of the body; an answer to HEAD has none.
    var error: XMLElement? {
        guard !isSuccess || body.count < 64 << 10 else { return nil }
        return XMLReader.read(body).flatMap { $0.name == "Error" ? $0 : nil }
    }

    var errorCode: String? { error?["Code"] }

    /// A page for people, as captive portals and proxies send: no S3 server does, whatever the status.
    var isPage: Bool {
        guard status < 500, status != 429 else { return false }
        return headers["content-type"]?.lowercased().hasPrefix("text/html") == true
    }

    /// Headers that S3 servers send with every answer, and nothing else in between does.
    var isOfS3: Bool { headers.keys.contains { $0.hasPrefix("x-amz-") } }

    /// Errors that pass: the server is busy, or two writes met.
    func isTransient(_ code: String?) -> Bool {
        switch status {
        case 429, 500, 502, 503, 504: return true
        case 400: return code == "RequestTimeout"
        case 409: return code == "ConditionalRequestConflict" || code == "OperationAborted"
        default: return false
        }
    }

    /// Keys that were good once.
    static let expiredCodes: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId",
    ]

    /// How far the server's clock is ahead of `time`, when the difference is one that signatures are refused for.
    func skewSeconds(_ time: Timestamp, code: String?) -> Int64? {
        guard status == 403 || status == 400, let date = headers["date"].flatMap(HTTPDate.parse) else { return nil }
        let difference = date - time
        let isTold = code == "RequestTimeTooSkewed" || code == "RequestExpired"
        // An answer to HEAD tells no code; AWS allows 15 minutes.
        return isTold || abs(difference) >= 300 ? difference : nil
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let day = Int(parts[1]), let year = Int(parts[3]), parts[4].utf8.count == 8
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return try? Timestamp(parsing: "\(year)-\(two(month + 1))-\(two(day))T\(parts[4])Z")
    }
}
