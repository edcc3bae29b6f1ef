package import KubernetesObjects
package import Policies

/// The same checklist on the snapshot and on the rebuilt cluster: what the rebuild broke, and what was broken before.
package struct ChecklistComparison: Sendable {
    package enum Change: String, Sendable {
        /// It was not failing in the snapshot and fails in the rebuilt cluster.
        case regressed
        /// It failed before the disaster already.
        case preExisting = "pre-existing"
        case fixed
        /// There was something to look at in the snapshot, and there is nothing in the rebuilt cluster.
        case lost
        case unchanged
        /// One of the two sides has no answer.
        case notComparable = "not-comparable"
    }

    package struct Check: Sendable {
        package let before: CheckOutcome
        package let after: CheckOutcome
        package let change: Change
        /// The failures that only the rebuilt cluster has.
        package let newFailures: [Finding]

        package var check: ReadinessCheck { after.check }
    }

    package struct Row: Sendable {
        package let row: ReadinessSection
        package let before: RowVerdict
        package let after: RowVerdict
        /// The ids of the components that the snapshot had installed and the rebuilt cluster has not.
        package let lostComponents: [String]
        package let beforeComponents: [DetectedComponent]
        package let afterComponents: [DetectedComponent]
        package let checks: [Check]
    }

    package let rows: [Row]
    package let areas: [Row]

    package init(before: ChecklistResult, after: ChecklistResult) {
        func compare(_ outcome: CheckOutcome) -> Check? {
            before.outcome(outcome.check.id).map { Self.compare($0, outcome) }
        }
        func compare(_ old: RowResult, _ new: RowResult) -> Row {
            let present = Set(new.components.filter { $0.state >= .installed }.map(\.id))
            // A webhook comes back from a snapshot without the controller that answers it.
            let addresses = Set(new.components.filter(\.isRegisteredOnly).map(\.id))
            let lost = old.components.filter { component in
                component.state >= .installed
                    && (!present.contains(component.id)
                        || (addresses.contains(component.id) && !component.isRegisteredOnly))
            }
            .map(\.id)
            let isLost = !lost.isEmpty || (new.verdict == .absent && old.verdict != .absent)
            return Row(
                row: new.row,
                before: old.verdict,
                after: isLost ? .lost : new.verdict,
                lostComponents: lost,
                beforeComponents: old.components,
                afterComponents: new.components,
                checks: new.outcomes.compactMap(compare)
            )
        }
        rows = zip(before.rows, after.rows).map(compare)
        areas = zip(before.areas, after.areas).map(compare)
    }

    /// The rows, then the areas.
    package var sections: [Row] { rows + areas }
    package var checks: [Check] { sections.flatMap(\.checks) }

    /// Whether the rebuild lost nothing: no component is gone, no critical check got worse, and none has no answer.
    ///
    /// What failed in the snapshot already is not the rebuild's fault and decides nothing.
    package var isPassed: Bool {
        sections.allSatisfy(\.lostComponents.isEmpty)
            && !checks.contains { check in
                guard check.check.severity == .critical else { return false }
                return check.change == .regressed || check.change == .lost || check.after.status == .unknown
            }
    }

    package func checks(_ change: Change) -> [Check] { checks.filter { $0.change == change } }

    private static func compare(_ before: CheckOutcome, _ after: CheckOutcome) -> Check {
        let old = Set(before.failures.map(\.key))
        let new = after.failures.filter { !old.contains($0.key) }
        return Check(before: before, after: after, change: change(before, after, new), newFailures: new)
    }

    private static func change(_ before: CheckOutcome, _ after: CheckOutcome, _ new: [Finding]) -> Change {
        switch (before.status, after.status) {
        // A check that failed before still regressed when the rebuild added failures of its own.
        case (.fail, .fail): new.isEmpty ? .preExisting : .regressed
        case (_, .fail): .regressed
        case (.unknown, _), (_, .unknown), (.manual, _), (_, .manual): .notComparable
        case (_, .skip): after.isNotTested ? .notComparable : before.status == .skip ? .unchanged : .lost
        case (.fail, _): .fixed
        default: .unchanged
        }
    }

    package var json: JSONValue {
        func json(_ check: Check) -> JSONValue {
            [
                "id": .string(check.check.id), "before": .string(check.before.status.rawValue),
                "after": .string(check.after.status.rawValue), "change": .string(check.change.rawValue),
                "newFailures": .array(check.newFailures.map(\.json)),
            ]
        }
        func json(_ row: Row) -> JSONValue {
            [
                row.row.isArea ? "area" : "row": .string(row.row.rawValue), "title": .string(row.row.title),
                "snapshot": .string(row.before.rawValue), "rebuilt": .string(row.after.rawValue),
                "lostComponents": .array(row.lostComponents.map { .string($0) }),
                "snapshotComponents": .array(row.beforeComponents.map(\.json)),
                "rebuiltComponents": .array(row.afterComponents.map(\.json)),
                "checks": .array(row.checks.map(json)),
            ]
        }
        return ["rows": .array(rows.map(json)), "areas": .array(areas.map(json))]
    }
}
