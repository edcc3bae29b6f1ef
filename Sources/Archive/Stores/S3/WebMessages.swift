/// A request as it goes over the wire.
struct WebRequest: Sendable {
    var method: String
    var url: String
    var headers: [(name: String, value: String)]
    /// Nil for a request without a body, which is something else than an empty one.
    var body: ArraySlice<UInt8>?
    /// A success with a larger body than this is given up.
    var largestBody = WebRequest.largestDocument

    /// More than any document of S3 or STS has: a page of a listing has a thousand keys.
    static let largestDocument = 16 << 20
}

/// What came back, whole; of an answer that is no success the beginning of its body.
struct WebAnswer: Sendable {
    var status: Int
    /// By their names in lower case; of several, the last.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
}

/// Why no whole answer came.
struct WebFailure: Error, Equatable {
    enum Kind: Equatable { case unreachable, tls, timeout, broken, tooLarge, refusedByLibrary }

    let kind: Kind
    let message: String
    /// Bytes of the request left this machine, so the server may have done what it asked for.
    let mayHaveArrived: Bool
}

/// Sends one request, once, and waits for the answer. Many threads may call it at once.
typealias WebExchange = @Sendable (WebRequest) throws(WebFailure) -> WebAnswer
