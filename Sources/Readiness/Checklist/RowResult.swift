package import KubernetesObjects
package import Policies

/// What a row of the checklist comes to.
package enum RowVerdict: String, CaseIterable, Sendable {
    case ready
    /// Nothing critical failed, but something did.
    case degraded
    case notReady = "not-ready"
    /// It was there before the disaster and is gone.
    case lost
    /// There is no component of this row.
    case absent
    /// Its critical checks could not be answered.
    case unverifiable
}

/// One of the 14 rows or of the five areas: the components that were found and the answers of its checks.
package struct RowResult: Sendable {
    package let row: ReadinessSection
    package let verdict: RowVerdict
    package let components: [DetectedComponent]
    /// Components of which only names are left; they count for nothing, and a person should look.
    package let traces: [ComponentTrace]
    package let outcomes: [CheckOutcome]
    /// What it means that the row has no component.
    package let requirement: ReadinessPolicy.Requirement
    /// A person's word that the row is served by something that the cluster does not show.
    package let attestation: ReadinessPolicy.Attestation?

    init(
        _ row: ReadinessSection,
        components: [DetectedComponent],
        traces: [ComponentTrace] = [],
        outcomes: [CheckOutcome],
        requirement: ReadinessPolicy.Requirement = .expect,
        attestation: ReadinessPolicy.Attestation? = nil
    ) {
        self.row = row
        self.requirement = requirement
        self.attestation = attestation
        self.components = components
        self.traces = traces
        self.outcomes = outcomes
        let verdict = Self.verdict(components, outcomes, needsComponent: !row.isArea)
        // What a person attests was not seen, so that it is neither absent nor ready.
        self.verdict = verdict == .absent && attestation != nil ? .unverifiable : verdict
    }

    /// Whether the row is missing though a policy requires it.
    package var isMissing: Bool { verdict == .absent && requirement == .require }

    /// - Parameter needsComponent: whether it is a row, which is nothing without a component, and no area.
    static func verdict(_ components: [DetectedComponent], _ outcomes: [CheckOutcome], needsComponent: Bool = true)
        -> RowVerdict
    {
        func any(_ match: (CheckOutcome) -> Bool) -> Bool { outcomes.contains(where: match) }
        if any({ $0.status == .fail && $0.check.severity == .critical }) { return .notReady }
        // What passes without a component, such as a setting of the API server, does not make up for it.
        let isFaulty = any { ($0.status == .fail || $0.status == .warn) && $0.check.severity != .info }
        let isHidden = any { $0.isUnanswered && !$0.isNotTested && $0.check.severity == .critical }
        if needsComponent, components.isEmpty, !isFaulty, !isHidden { return .absent }
        // A row is never ready on the strength of checks that could not look.
        if any({ $0.isUnanswered && $0.check.severity == .critical }) { return .unverifiable }
        // A check of the severity info gives advice; what it advises is no defect of the row.
        if isFaulty { return .degraded }
        if any({ $0.status == .pass }) { return .ready }
        if !needsComponent, outcomes.allSatisfy({ $0.status == .skip && !$0.isNotTested }) { return .absent }
        return .unverifiable
    }

    package var json: JSONValue {
        var value: JSONValue = [
            row.isArea ? "area" : "row": .string(row.rawValue), "title": .string(row.title),
            "verdict": .string(verdict.rawValue),
            "requirement": .string(requirement.rawValue),
            "components": .array(components.map(\.json)), "checks": .array(outcomes.map(\.json)),
        ]
        if !traces.isEmpty { value["traces"] = .array(traces.map(\.json)) }
        if let attestation {
            value["attestation"] = [
                "component": attestation.component.map { .string($0) } ?? .null,
                "statement": .string(attestation.statement), "owner": .string(attestation.owner),
                "until": .string(attestation.until.description),
            ]
        }
        return value
    }
}

extension CheckOutcome {
    /// Whether the check applies and was not answered.
    package var isUnanswered: Bool { status == .unknown || isNotTested }
}
