package import KubernetesObjects

/// One thing that is wrong in a policy document.
package struct PolicyProblem: Equatable, Sendable, CustomStringConvertible {
    package let location: SourceLocation
    /// What is wrong, with the field's path, such as `spec.schedule.cron: …`.
    package let message: String

    package init(_ location: SourceLocation, _ message: String) {
        self.location = location
        self.message = message
    }

    package var description: String { "\(location): \(message)" }
}

/// Everything that is wrong in a set of policy documents, so that one run shows all of it.
package struct PolicyErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// In the order of the files and lines.
    package let problems: [PolicyProblem]

    package init(_ problems: [PolicyProblem]) {
        self.problems = problems.sorted { ($0.location, $0.message) < ($1.location, $1.message) }
    }

    package var description: String { problems.map(\.description).joined(separator: "\n") }

    /// The same as the error that the command line renders; it leads to exit status 64.
    package var lifeboatError: LifeboatError {
        let title = problems.count == 1 ? "a policy is not valid" : "\(problems.count) errors in the policies"
        return LifeboatError(
            .policyInvalid,
            "\(title):\n\(description)",
            remedy: "correct the lines above; docs/policies.md lists the fields of every kind"
        )
    }
}
