package import KubernetesObjects

/// One check of the production readiness checklist as data: `kind: ReadinessCheck`, one file a check.
package struct ReadinessCheck: Equatable, Sendable {
    /// `SECTION.NAME`, such as `secrets-management.sealed-secrets-unseal`.
    package var id: String
    /// The row or area of the checklist; nil for a check that is made for each section in turn.
    package var section: ReadinessSection?
    package var severity: Severity
    /// One sentence: what must be true.
    package var title: String
    package var why: String
    package var remedy: String
    /// Where the rule is explained.
    package var documentation: String?
    /// What must be there before it can be asked.
    package var needs: Set<Need>
    package var test: Test
    /// An object; the check reads its members.
    package var parameters: JSONValue
    package var location: SourceLocation

    package enum Severity: String, CaseIterable, Sendable {
        case critical
        case major
        case minor
        case info
    }

    package enum Need: String, CaseIterable, Sendable {
        /// Nodes, because it asks whether something runs.
        case nodes
        /// A snapshot to compare with.
        case snapshot
        /// A cluster that answers, because a snapshot does not hold what it asks for.
        case cluster
        /// Requests to other servers, which are made only when they are asked for.
        case network
    }

    /// How it is answered.
    package enum Test: Equatable, Sendable {
        /// The name of a check in the program, which is run with the parameters.
        case builtin(String)
        case rule(ReadinessRule)
    }

    package init(
        id: String,
        section: ReadinessSection?,
        severity: Severity,
        title: String,
        why: String = "",
        remedy: String = "",
        documentation: String? = nil,
        needs: Set<Need> = [],
        test: Test,
        parameters: JSONValue = [:],
        location: SourceLocation = .code
    ) {
        self.id = id
        self.section = section
        self.severity = severity
        self.title = title
        self.why = why
        self.remedy = remedy
        self.documentation = documentation
        self.needs = needs
        self.test = test
        self.parameters = parameters
        self.location = location
    }

    /// The name of its builtin; nil for a rule.
    package var builtin: String? {
        if case .builtin(let name) = test { name } else { nil }
    }
}
