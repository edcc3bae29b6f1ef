import KubernetesObjects

/// A container image's name in its parts, with the defaults that container runtimes fill in.
struct ImageReference: Hashable, Sendable {
    /// `docker.io` when the name has none.
    let registry: String
    /// Without registry, tag and digest: `library/nginx`.
    let repository: String
    let tag: String?
    let digest: String?
    let text: String

    /// Rules of the reference grammar: the first part is a registry when it has a dot or a colon or is `localhost`.
    init(_ text: String) {
        self.text = text
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        } else {
            digest = nil
        }
        let nameStart = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[nameStart...].lastIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        } else {
            tag = nil
        }
        let first = rest.prefix { $0 != "/" }
        if first.endIndex != rest.endIndex, first.contains(".") || first.contains(":") || first == "localhost" {
            let host = String(first)
            registry = host == "index.docker.io" ? "docker.io" : host
            rest = rest[rest.index(after: first.endIndex)...]
        } else {
            registry = "docker.io"
        }
        repository = registry == "docker.io" && !rest.contains("/") ? "library/\(rest)" : String(rest)
    }

    /// Whether the image is of a repository, wherever it is mirrored: the last parts of the whole name are the same.
    func hasSuffix(_ suffix: String) -> Bool {
        let name = "\(registry)/\(repository)"
        return name == suffix || name.hasSuffix("/\(suffix)")
    }

    /// How firmly the name says which bytes run.
    enum Pinning: Equatable, Sendable {
        case digest
        /// A tag that carries a Git commit.
        case commit
        /// A tag with a version number, which is fixed by convention only.
        case version
        /// `latest`, a branch, or no tag at all.
        case moving
    }

    var pinning: Pinning {
        if digest != nil { return .digest }
        guard let tag else { return .moving }
        if Self.carriesCommit(tag) { return .commit }
        return tag.contains(where: \.isNumber) && tag != "latest" ? .version : .moving
    }

    /// A part of 7 to 40 hexadecimal digits, with a digit and a letter in it so that dates and words do not count.
    private static func carriesCommit(_ tag: String) -> Bool {
        tag.split { $0 == "-" || $0 == "_" || $0 == "." }
            .contains { part in
                (7...40).contains(part.count) && part.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
                    && (part.count == 40 || (part.contains(where: \.isNumber) && part.contains(where: \.isLetter)))
            }
    }
}

extension Workload {
    /// The images of the containers, each with its place.
    var images: [(path: String, image: ImageReference)] {
        containers.compactMap { place in
            place.container["image"]?.string.map { ("\(place.path)/image", ImageReference($0)) }
        }
    }
}
