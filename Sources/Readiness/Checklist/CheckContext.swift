import KubernetesObjects
import Policies

/// What a builtin may look at.
struct CheckContext: Sendable {
    let inventory: ObjectInventory
    let check: ReadinessCheck
    /// The components of all rows that were found.
    let components: [DetectedComponent]
    let now: Timestamp
    /// The snapshot that is compared with; nil when there is none.
    var reference: ObjectInventory?
    /// The components of the snapshot.
    var referenceComponents: [DetectedComponent] = []
    /// The answers of other servers by the keys of their probes; nil when none was asked.
    var probes: [String: ProbeAnswer]?
    /// What `cluster` is in the check language.
    var clusterFacts: RuleValue = .null

    /// A text among the check's parameters.
    func text(_ name: String) -> String? { check.parameters[name]?.string }
    func number(_ name: String, default value: Int) -> Int { check.parameters[name]?.int ?? value }
    func flag(_ name: String, default value: Bool) -> Bool { check.parameters[name]?.bool ?? value }

    /// A list of patterns among the check's parameters.
    func patterns(_ name: String, default value: [NamePattern] = []) -> [NamePattern] {
        check.parameters[name]?.array?.compactMap(\.string).map { NamePattern($0) } ?? value
    }

    /// The namespaces of the system, which many checks leave alone.
    var excludedNamespaces: [NamePattern] {
        patterns("excludedNamespaces", default: ["kube-system", "kube-public", "kube-node-lease"])
    }
}

/// A check as code: reads objects and says what is wrong. An unreadable kind makes its outcome unknown.
typealias ReadinessBuiltin = @Sendable (CheckContext) throws(UnreadableKind) -> Examination
