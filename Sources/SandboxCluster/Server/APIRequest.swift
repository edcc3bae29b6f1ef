import KubernetesObjects

/// One HTTP request, free of the HTTP library.
struct APIRequest: Sendable {
    let method: String
    /// The parts of the path between the slashes, percent-decoded.
    let path: [String]
    let query: [String: String]
    /// By lower-case name.
    let headers: [String: String]
    let body: [UInt8]

    init(method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []) {
        let (path, query) = target.splitOnce("?") ?? (target, "")
        self.method = method
        self.path = path.split(separator: "/").map { Self.decoded(String($0), plusIsSpace: false) }
        var pairs: [String: String] = [:]
        for part in query.split(separator: "&") {
            let (name, value) = String(part).splitOnce("=") ?? (String(part), "")
            pairs[Self.decoded(name, plusIsSpace: true)] = Self.decoded(value, plusIsSpace: true)
        }
        self.query = pairs
        self.headers = headers
        self.body = body
    }

    func flag(_ name: String) -> Bool { query[name].map { $0 == "true" || $0 == "1" } ?? false }

    var isDryRun: Bool { query["dryRun"].map { $0.split(separator: ",").contains("All") } ?? false }

    /// The media type of the body, without its parameters.
    var contentType: String {
        let text = headers["content-type"] ?? "application/json"
        return (text.splitOnce(";")?.0 ?? text).trimmingSpaces().lowercased()
    }

    /// Who owns the fields that this request writes: as asked for, or the first word of the user agent.
    var fieldManager: String {
        if let manager = query["fieldManager"], !manager.isEmpty { return manager }
        let agent = headers["user-agent"] ?? ""
        let name = String((agent.splitOnce("/")?.0 ?? agent).prefix(128))
        return name.isEmpty ? "unknown" : name
    }

    /// The bytes that a percent-encoded text stands for, as UTF-8.
    static func decoded(_ text: String, plusIsSpace: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B }) else { return text }
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                output.append(value)
                index += 3
            } else {
                output.append(plusIsSpace && bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// One HTTP answer, free of the HTTP library.
struct APIAnswer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Pieces that are sent as they come, until the stream ends.
        case stream(WatchLines)
    }

    var status = 200
    var contentType = "application/json"
    var headers: [String: String] = [:]
    var body: Body

    static func json(_ value: JSONValue, status: Int = 200) -> APIAnswer {
        APIAnswer(status: status, body: .bytes(value.encoded()))
    }

    static func text(_ text: String, status: Int = 200) -> APIAnswer {
        APIAnswer(status: status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
    }

    init(status: Int = 200, contentType: String = "application/json", body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(_ error: StatusError) {
        self.init(status: error.code, body: .bytes(error.status.encoded()))
        if let seconds = error.retryAfterSeconds { headers["Retry-After"] = String(seconds) }
    }
}
