internal import KubernetesObjects
internal import Policies

/// What a drill comes to. The rules decide; the score is only decoration and hides no failed check.
package enum DrillVerdict: String, Sendable {
    case pass
    case passWithDeviations = "pass-with-deviations"
    case fail
    /// Something critical could not be answered, or a deliberate fault was not found.
    case inconclusive

    package static let rule =
        "any failed critical check ⇒ fail; else any critical check without an answer ⇒ inconclusive; else any deviation ⇒ pass with deviations"

    /// Whether the rebuild is proven.
    package var isPassed: Bool { self == .pass || self == .passWithDeviations }

    /// - Parameter required: ids of checks that count as critical, whatever their severity.
    static func of(_ checks: [DrillCheck], required: (String) -> Bool, deviations: Int) -> DrillVerdict {
        let critical = checks.filter { $0.severity == .critical || required($0.id) }
        if critical.contains(where: { $0.status == .fail && $0.change != .preExisting }) { return .fail }
        if critical.contains(where: { required($0.id) && $0.status == .fail }) { return .fail }
        if critical.contains(where: { $0.status == .unknown }) { return .inconclusive }
        // A check that the drill demands by name must have an answer.
        if critical.contains(where: { required($0.id) && $0.status == .notTested }) { return .inconclusive }
        return deviations > 0 ? .passWithDeviations : .pass
    }

    /// Passed checks of those that have an answer, of 100.
    static func score(_ checks: [DrillCheck]) -> Int {
        let answered = checks.filter { [.pass, .warn, .fail].contains($0.status) }
        guard !answered.isEmpty else { return 0 }
        return answered.count { $0.status != .fail } * 100 / answered.count
    }
}

/// Something that a person should know although the drill may be passed.
package struct DrillDeviation: Sendable {
    package let what: String
    package let impact: String

    var json: JSONValue { ["what": .string(what), "impact": .string(impact), "accepted": false] }
}
