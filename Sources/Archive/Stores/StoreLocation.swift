package import KubernetesObjects

/// Where a repository is, as users write it: a folder, `file://FOLDER`, `s3://BUCKET/PREFIX?OPTIONS`.
package enum StoreLocation: Sendable {
    case folder(String)
    case s3(S3Location)

    package init(parsing text: String) throws(LifeboatError) {
        guard let scheme = text.firstRange(of: "://") else {
            self = .folder(text)
            return
        }
        switch text[..<scheme.lowerBound] {
        case "file": self = .folder(String(text[scheme.upperBound...]))
        case "s3": self = .s3(try S3Location(parsing: text[scheme.upperBound...]))
        default:
            throw LifeboatError(
                .usage,
                "the repository “\(text.prefix { $0 != "?" })” is in no kind of store that this version knows",
                remedy: "give a folder or s3://BUCKET/PREFIX"
            )
        }
    }

    /// The store at this place. Nothing is connected to before its first use.
    package func store(_ environment: StoreEnvironment) throws(LifeboatError) -> any ObjectStore {
        switch self {
        case .folder(let path): FolderStore(path: path)
        case .s3(let location): try S3Store(location, environment: environment)
        }
    }
}
