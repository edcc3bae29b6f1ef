/// `http://HOST[:PORT]` or `https://…`, with no user, path or query.
struct WebAddress: Equatable {
    let scheme: String
    /// Host and port, as they stand in the header.
    let authority: String

    init?(parsing text: String) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        var rest = text[mark.upperBound...]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        scheme = String(text[..<mark.lowerBound])
        authority = String(rest)
        guard scheme == "http" || scheme == "https", !rest.isEmpty,
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !rest.contains(where: { "/?#@\\\"".contains($0) })
        else { return nil }
    }

    init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }
}
