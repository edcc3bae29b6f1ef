package import KubernetesObjects

/// What a site demands of the checklist: `kind: ReadinessPolicy`.
package struct ReadinessPolicy: Equatable, Sendable {
    /// What it means that a row has no component.
    package enum Requirement: String, CaseIterable, Sendable {
        /// The checklist is not passed.
        case require
        /// It is shown as something to look at.
        case expect
        /// Nothing.
        case ignore
    }

    /// A person's word for what no cluster shows, such as a build service outside of it.
    package struct Attestation: Equatable, Sendable {
        package let section: ReadinessSection
        /// The component of the catalogue that is meant, such as `circleci`; nil for the row as a whole.
        package let component: String?
        package let statement: String
        package let owner: String
        /// Where it can be looked up.
        package let reference: String?
        /// The last moment at which it counts.
        package let until: Timestamp
        package let location: SourceLocation
    }

    /// Findings that are known and accepted for a time.
    package struct Exemption: Equatable, Sendable {
        /// A pattern of check ids.
        package let check: NamePattern
        package let namespace: NamePattern?
        package let kind: NamePattern?
        package let name: NamePattern?
        package let reason: String
        package let owner: String
        package let until: Timestamp
        package let location: SourceLocation
    }

    package var name: String
    package var rows: [ReadinessSection: Requirement] = [:]
    package var attestations: [Attestation] = []
    package var exemptions: [Exemption] = []
    /// Parameters of checks that differ from those in their files, by check id.
    package var parameters: [String: JSONValue] = [:]
    package var location: SourceLocation = .code

    package init(name: String) { self.name = name }
}

extension ReadinessPolicy.Exemption {
    /// Whether it is about a finding of a check on an object; nil stands for the cluster as a whole.
    package func covers(check id: String, _ object: ObjectIdentity?) -> Bool {
        guard check.matches(id) else { return false }
        guard let object else { return namespace == nil && kind == nil && name == nil }
        return (namespace?.matches(object.namespace ?? "") ?? true)
            && (kind?.matches(object.groupVersionKind.kind) ?? true) && (name?.matches(object.name) ?? true)
    }
}
