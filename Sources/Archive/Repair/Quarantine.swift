internal import KubernetesObjects

/// Where a repair keeps the bytes of what it took away: `q/<SHA-256 of the bytes>/<name>`.
enum Quarantine {
    static let prefix = "q/"

    static func name(of bytes: [UInt8], _ name: String) -> String {
        "\(prefix)\(Hexadecimal.encode(contentDigest(bytes)))/\(name)"
    }
}
