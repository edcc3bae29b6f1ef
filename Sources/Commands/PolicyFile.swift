internal import KubernetesObjects
internal import Policies

/// Reads a file that holds exactly one policy of a kind.
enum PolicyFile {
    static func backup(_ path: String) throws(LifeboatError) -> BackupPolicy { try only(try load(path).backups, path, "BackupPolicy") }
    static func restore(_ path: String) throws(LifeboatError) -> RestorePolicy { try only(try load(path).restores, path, "RestorePolicy") }

    private static func load(_ path: String) throws(LifeboatError) -> PolicySet {
        let text = try Environment.readText(path, what: "the policy")
        do {
            return try PolicySet.parse(text, source: path)
        } catch {
            throw error.lifeboatError
        }
    }

    private static func only<Policy>(_ policies: [Policy], _ path: String, _ kind: String) throws(LifeboatError) -> Policy {
        guard let first = policies.first, policies.count == 1 else {
            throw LifeboatError(.policyInvalid, "\(path) holds \(policies.count) \(kind) documents", remedy: "give a file with exactly one")
        }
        return first
    }
}
