/// A request as the transport sends it.
struct HTTPRequest: Sendable {
    let method: String
    let url: String
    var headers: [(String, String)] = []
    var body: [UInt8]?
    /// The longest silence: no byte in either direction. A long answer that keeps coming is no failure.
    var silenceSeconds: Int
    /// The longest time from the first byte out to the last byte in.
    var deadlineSeconds: Int
    var clientCertificate: ClientCertificate?
    /// Asks for another protocol on the connection (RFC 9110 section 7.8); what comes after a 101 is then the body.
    var isUpgrade = false
}

/// A client certificate and its key, both PEM, in memory only.
struct ClientCertificate: Sendable, Equatable {
    let certificate: [UInt8]
    let key: [UInt8]
}

/// Status and headers of an answer.
struct HTTPHead: Sendable {
    var status = 0
    /// Names in lower case; of several headers with one name the last.
    var fields: [String: String] = [:]
    /// The values of all Warning headers.
    var warnings: [String] = []
}

/// An answer, whole in memory.
struct HTTPResponse: Sendable {
    let head: HTTPHead
    let body: [UInt8]
}

/// Why no answer came.
struct TransportError: Error, Sendable {
    enum Kind: Sendable { case unreachable, tls, timeout, broken, tooLarge, cancelled, refusedByLibrary }

    let kind: Kind
    let message: String
    let mayHaveReachedServer: Bool
}

/// What all transfers of a client share.
struct TransportSettings: Sendable {
    var certificateAuthority: [UInt8]?
    var skipsVerification = false
    /// Name to expect in the server's certificate instead of the host of the URL.
    var serverName: String?
    var proxy: String?
    /// How many requests are on their way at a time; further ones wait. Streams do not count.
    var maximumRequests = 32
    var connectTimeoutSeconds = 20
    var maximumBodyBytes = 1 << 30
    var acceptsCompression = false
    var userAgent = "lifeboat"
}
