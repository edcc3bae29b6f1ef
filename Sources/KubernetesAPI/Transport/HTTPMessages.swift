/// A request as the transport sends it.
struct HTTPRequest: Sendable {
    let method: String
    let url: String
    var headers: [(String, String)] = []
    var body: [UInt8]?
    var timeoutSeconds: Int
    var clientCertificate: ClientCertificate?
}

/// A client certificate and its key, both PEM, in memory only.
struct ClientCertificate: Sendable {
    let certificate: [UInt8]
    let key: [UInt8]
}

/// An answer, whole in memory.
struct HTTPResponse: Sendable {
    let status: Int
    /// Names in lower case; of several headers with one name the last.
    let headers: [String: String]
    let body: [UInt8]
}

/// Why no answer came.
struct TransportError: Error, Sendable {
    enum Kind: Sendable { case unreachable, tls, timeout, broken, tooLarge, cancelled }

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
    var maximumConnections = 32
    var connectTimeoutSeconds = 20
    var maximumBodyBytes = 1 << 30
    var userAgent = "lifeboat"
}
