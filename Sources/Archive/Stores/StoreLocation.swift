package import KubernetesObjects

/// Where a repository is, as users write it: a folder, `file://FOLDER`, `s3://BUCKET/PREFIX?OPTIONS`,
/// `sftp://USER@HOST/FOLDER` or `sftp:USER@HOST:FOLDER`.
package enum StoreLocation: Sendable {
    case folder(String)
    case s3(S3Location)
    case sftp(SFTPLocation)

    package init(parsing text: String) throws(LifeboatError) {
        if text.hasPrefix("sftp:"), !text.hasPrefix("sftp://") {
            self = .sftp(try SFTPLocation(scp: text.dropFirst(5)))
            return
        }
        guard let scheme = text.firstRange(of: "://") else {
            if let mistaken = Self.mistakenScheme(text) {
                // In a pod, a folder that nobody meant is gone with it.
                throw LifeboatError(
                    .usage,
                    "“\(text)” is no address of a store: after \(mistaken) there must be ://",
                    remedy: "give s3://BUCKET/PREFIX or sftp://USER@HOST/FOLDER; for a folder of this name, ./\(text)"
                )
            }
            self = .folder(text)
            return
        }
        switch text[..<scheme.lowerBound] {
        case "file": self = .folder(String(text[scheme.upperBound...]))
        case "s3": self = .s3(try S3Location(parsing: text[scheme.upperBound...]))
        case "sftp": self = .sftp(try SFTPLocation(url: text[scheme.upperBound...]))
        default:
            throw LifeboatError(
                .usage,
                "no store of this version is written as “\(text[..<scheme.upperBound])…”",
                remedy: "give a folder, s3://BUCKET/PREFIX or sftp://USER@HOST/FOLDER"
            )
        }
    }

    /// The scheme of an address that was mistyped, such as `s3:/bucket` and `s3//bucket`; nil for the path of a folder.
    private static func mistakenScheme(_ text: String) -> String? {
        let schemes = ["s3", "sftp", "ssh", "file", "http", "https", "gs", "azure", "b2", "rclone", "rest", "swift"]
        return schemes.first { scheme in
            text.lowercased().hasPrefix(scheme + ":") || text.lowercased().hasPrefix(scheme + "//")
        }
    }

    /// The store at this place. Nothing is connected to before its first use.
    package func store(_ environment: StoreEnvironment) throws(LifeboatError) -> any ObjectStore {
        switch self {
        case .folder(let path): FolderStore(path: path)
        case .s3(let location): try S3Store(location, environment: environment)
        case .sftp(let location): SFTPStore(location, environment: environment)
        }
    }
}
