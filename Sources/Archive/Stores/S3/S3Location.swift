internal import KubernetesObjects

/// `s3://BUCKET/PREFIX?OPTIONS`, as the user wrote it.
package struct S3Location: Equatable, Sendable {
    package enum LockMode: String, Sendable { case governance = "GOVERNANCE", compliance = "COMPLIANCE" }

    package let bucket: String
    /// Empty, or a path without slashes at its ends.
    package let prefix: String
    package private(set) var endpoint: String?
    package private(set) var region: String?
    package private(set) var profile: String?
    package private(set) var authorityFile: String?
    package private(set) var usesPathStyle: Bool?
    package private(set) var lockMode: LockMode?
    package private(set) var retentionDays: Int?
    /// Whether the server honours `If-None-Match`; nil when the store is to find out.
    package private(set) var hasConditionalPut: Bool?
    /// Whether the server knows the checksum headers; nil when the store is to find out.
    package private(set) var hasChecksums: Bool?

    /// - Parameter text: what follows `s3://`.
    init(parsing text: Substring) throws(LifeboatError) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: true)
        guard let bucket = path.first, parts[0].first != "/", Self.isBucketName(bucket) else {
            throw Self.wrong(
                "the S3 repository names no bucket",
                "write it as s3://BUCKET/PREFIX; keys have no place in it"
            )
        }
        guard !path.contains(".."), !path.contains(".") else {
            throw Self.wrong(
                "the prefix of the S3 repository has a step of dots",
                "write the prefix without “.” and “..”"
            )
        }
        self.bucket = String(bucket)
        prefix = path.dropFirst().joined(separator: "/")
        guard parts.count == 2 else { return }
        for option in parts[1].split(separator: "&", omittingEmptySubsequences: true) {
            let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let value = PercentEncoding.decode(pair[1]), !value.isEmpty else {
                throw Self.wrong("the option “\(pair[0])” of the repository has no value", "write it as NAME=VALUE")
            }
            try set(String(pair[0]), value)
        }
        guard (lockMode == nil) == (retentionDays == nil) else {
            throw Self.wrong(
                "Object Lock needs a mode and a number of days",
                "give object-lock and retention-days, or neither"
            )
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(LifeboatError) {
        switch name {
        case "endpoint":
            guard WebAddress(parsing: value) != nil else {
                throw Self.wrong(
                    "the endpoint of the repository is no address",
                    "write it as http://HOST:PORT or https://HOST"
                )
            }
            endpoint = value
        case "region": region = value
        case "profile": profile = value
        case "ca-file": authorityFile = value
        case "path-style": usesPathStyle = try Self.bool(name, value)
        case "conditional-put": hasConditionalPut = try Self.bool(name, value)
        case "checksums": hasChecksums = try Self.bool(name, value)
        case "object-lock":
            guard let mode = LockMode(rawValue: value.uppercased()) else {
                throw Self.wrong("object-lock is neither governance nor compliance", "choose one of them")
            }
            lockMode = mode
        case "retention-days":
            guard let days = Int(value), (1...36_500).contains(days) else {
                throw Self.wrong(
                    "retention-days is no number from 1 to 36500",
                    "give the days that objects are to be locked"
                )
            }
            retentionDays = days
        default:
            // The value may be a secret that does not belong here, so it is not repeated.
            throw Self.wrong("“\(name)” is no option of an S3 repository", "choose from \(Self.options)")
        }
    }

    private static let options =
        "endpoint, region, profile, ca-file, path-style, object-lock, retention-days, conditional-put, checksums"

    private static func bool(_ name: String, _ value: String) throws(LifeboatError) -> Bool {
        guard let bool = Bool(value) else { throw wrong("\(name) is neither true nor false", "choose one of them") }
        return bool
    }

    private static func isBucketName(_ name: Substring) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            } && name.first != "." && name.last != "."
    }

    private static func wrong(_ message: String, _ remedy: String) -> LifeboatError {
        LifeboatError(.usage, message, remedy: remedy)
    }
}
