package import KubernetesObjects
package import Policies

/// What the ReadinessPolicies of a folder say together.
package struct SitePolicy: Sendable {
    private let policies: [ReadinessPolicy]

    package init(_ policies: [ReadinessPolicy] = []) { self.policies = policies }

    /// What a row without a component means; `expect` unless a policy says otherwise.
    package func requirement(_ row: ReadinessSection) -> ReadinessPolicy.Requirement {
        policies.lazy.compactMap { $0.rows[row] }.first ?? .expect
    }

    /// The word of a person for a row, while it counts.
    package func attestation(_ row: ReadinessSection, now: Timestamp) -> ReadinessPolicy.Attestation? {
        policies.lazy.flatMap(\.attestations).first { $0.section == row && $0.until >= now }
    }

    package var exemptions: [ReadinessPolicy.Exemption] { policies.flatMap(\.exemptions) }

    /// A check with the parameters that a policy sets for it.
    func configure(_ check: ReadinessCheck) -> ReadinessCheck {
        var copy = check
        for policy in policies {
            for member in policy.parameters[check.id]?.object?.members ?? [] {
                copy.parameters[member.key] = member.value
            }
        }
        return copy
    }

    /// A parameter for a check that does not exist does nothing, which nobody wants.
    func validate(_ ids: Set<String>) throws(LifeboatError) {
        for policy in policies {
            guard let unknown = policy.parameters.keys.sorted().first(where: { !ids.contains($0) }) else { continue }
            throw LifeboatError(
                .policyInvalid,
                "\(policy.location): the policy \(policy.name) sets parameters of the check \(unknown), which does not exist",
                remedy: "lifeboat checklist prints the ids of all checks with --output json"
            )
        }
    }

    /// What has run out, and what covers nothing any more, for whoever keeps the policy.
    func notes(used: Set<SourceLocation>, now: Timestamp) -> [String] {
        var notes: [String] = []
        for exemption in exemptions {
            let name = "\(exemption.location): the exemption of \(exemption.check) by \(exemption.owner)"
            if exemption.until < now {
                notes.append("\(name) ended at \(exemption.until) and covers nothing any more")
            } else if !used.contains(exemption.location) {
                notes.append("\(name) covers no finding; delete it when the trouble is gone")
            }
        }
        for attestation in policies.flatMap(\.attestations) where attestation.until < now {
            let row = attestation.section.rawValue
            notes.append(
                "\(attestation.location): the attestation of \(row) by \(attestation.owner) ended at \(attestation.until)"
            )
        }
        return notes
    }
}
