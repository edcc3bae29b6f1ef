import KubernetesObjects
import Policies

/// Credentials that stand where everyone can read them.
enum PlaintextSecretChecks {
    /// No ConfigMap and no literal environment variable holds what looks like a credential. Parameter: `excludedNamespaces`.
    static let none: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for map in try context.inventory.objects(.configMap)
        where !context.excludedNamespaces.matches(map.objectNamespace ?? "") {
            for member in map["data"]?.object?.members ?? [] {
                result.examined += 1
                guard let value = member.value.string, let kind = CredentialShape.of(value) else { continue }
                let path = JSONPointer(["data", member.key]).description
                result.warn(ObjectIdentity(of: map), "a ConfigMap holds what looks like \(kind)", at: path)
            }
        }
        for workload in try context.inventory.workloads() where !context.excludedNamespaces.matches(workload.namespace)
        {
            for (path, container) in workload.containers {
                for (index, variable) in (container["env"]?.array ?? []).enumerated() {
                    guard let name = variable["name"]?.string, let value = variable["value"]?.string else { continue }
                    result.examined += 1
                    let kind =
                        CredentialShape.of(value) ?? (CredentialShape.isSecretName(name, value) ? "a credential" : nil)
                    guard let kind else { continue }
                    let place = "\(path)/env/\(index)/value"
                    result.warn(workload.identity, "the variable \(name) holds what looks like \(kind)", at: place)
                }
            }
        }
        return result
    }
}

/// Recognises credentials by their form, without ever repeating them.
enum CredentialShape {
    private static let prefixes: [(prefix: String, kind: String)] = [
        ("-----BEGIN RSA PRIVATE KEY", "a private key"), ("-----BEGIN PRIVATE KEY", "a private key"),
        ("-----BEGIN EC PRIVATE KEY", "a private key"), ("-----BEGIN OPENSSH PRIVATE KEY", "a private key"),
        ("AKIA", "an AWS access key"), ("ghp_", "a GitHub token"), ("github_pat_", "a GitHub token"),
        ("glpat-", "a GitLab token"), ("xoxb-", "a Slack token"), ("xoxp-", "a Slack token"),
        ("hvs.", "a Vault token"), ("sk_live_", "a payment key"), ("AGE-SECRET-KEY-1", "an age key"),
    ]

    /// What a word of the text looks like; nil when it looks harmless.
    static func of(_ text: String) -> String? {
        for (prefix, kind) in prefixes {
            for start in text.ranges(of: prefix) {
                let before = start.lowerBound == text.startIndex ? nil : text[text.index(before: start.lowerBound)]
                let isWordStart = before.map { !$0.isLetter && !$0.isNumber } ?? true
                let isLongEnough = text.distance(from: start.lowerBound, to: text.endIndex) >= 16
                if isWordStart, isLongEnough { return kind }
            }
        }
        return nil
    }

    private static let words = ["PASSWORD", "PASSWD", "SECRET_KEY", "API_KEY", "APIKEY", "ACCESS_TOKEN", "AUTH_TOKEN"]

    /// Whether a variable of this name should have come from a Secret; names of files and of other variables are harmless.
    static func isSecretName(_ name: String, _ value: String) -> Bool {
        let upper = name.uppercased()
        guard words.contains(where: { upper.hasSuffix($0) }), value.count >= 4 else { return false }
        return !value.hasPrefix("/") && !value.hasPrefix("$(") && !value.hasPrefix("vault:")
    }
}
