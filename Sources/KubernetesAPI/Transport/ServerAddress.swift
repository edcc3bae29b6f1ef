/// The parts of a server's URL.
struct ServerAddress: Equatable {
    let scheme: String
    /// With its brackets, when it is an IPv6 address.
    let host: String
    let port: Int
    let path: String
    /// Whether the URL carries a user and a password.
    let hasUserInformation: Bool

    init?(url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = url[separator.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        var authority = rest[..<slash]
        hasUserInformation = authority.contains("@")
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        let standard = scheme == "http" ? 80 : 443
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            host = String(authority[..<colon])
            port = number
        } else {
            host = String(authority)
            port = standard
        }
        guard !host.isEmpty else { return nil }
    }

    /// The value of a Host header: the port is named only when it is not the scheme's own.
    var authority: String { port == (scheme == "http" ? 80 : 443) ? host : "\(host):\(port)" }

    var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }
}
