import KubernetesObjects

/// A request to another server that a check wants to be made.
package struct Probe: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Whether a host answers HTTP at all, with any status.
        case http
        /// Whether a registry has the manifest of an image.
        case registry
        /// Whether the issuer of an OpenID provider answers its discovery.
        case oidc
        /// Which addresses a host has.
        case dns
    }

    package let kind: Kind
    /// A URL, an image, an issuer or a host.
    package let target: String
    /// `Basic …` for the registry; in memory only.
    let authorization: String?

    /// What the answer is found by, such as `registry docker.io/acme/web:1.2.0`.
    package var key: String { Self.key(kind.rawValue, target) }

    static func key(_ kind: String, _ target: String) -> String { "\(kind) \(target)" }
}

/// How a probe ended.
package struct ProbeAnswer: Sendable {
    package let isGood: Bool
    /// What is wrong, for people; never holds a credential.
    package let problem: String
    /// What a host resolves to; empty for other probes.
    package let addresses: [String]

    package init(isGood: Bool, problem: String = "", addresses: [String] = []) {
        self.addresses = addresses
        self.isGood = isGood
        self.problem = problem
    }
}
