package import KubernetesObjects
internal import Policies

/// The answers of the whole checklist on one cluster or snapshot.
package struct ChecklistResult: Sendable {
    /// What was looked at, such as `snapshot 3f9a12bc`.
    package let source: String
    package let takenAt: Timestamp
    /// All 14 rows in the order of the checklist.
    package let rows: [RowResult]
    /// The five areas, with the checks that belong to no row; an area needs no component.
    package let areas: [RowResult]
    /// What the keeper of the policies should know: exemptions that ended or cover nothing.
    package let notes: [String]

    init(
        source: String,
        takenAt: Timestamp,
        components: [DetectedComponent],
        traces: [ComponentTrace] = [],
        outcomes: [CheckOutcome],
        policy: SitePolicy = SitePolicy()
    ) {
        notes = policy.notes(
            used: Set(outcomes.flatMap(\.exempted).map(\.exemption.location)),
            now: takenAt
        )
        self.source = source
        self.takenAt = takenAt
        func result(_ section: ReadinessSection) -> RowResult {
            RowResult(
                section,
                components: components.filter { $0.signature.section == section },
                traces: traces.filter { $0.section == section },
                outcomes: outcomes.filter { $0.check.section == section },
                requirement: policy.requirement(section),
                attestation: policy.attestation(section, now: takenAt)
            )
        }
        rows = ReadinessSection.rows.map(result)
        areas = ReadinessSection.areas.map(result)
    }

    /// The rows, then the areas.
    package var sections: [RowResult] { rows + areas }
    /// The answers of all checks, rows first.
    package var outcomes: [CheckOutcome] { sections.flatMap(\.outcomes) }
    package func outcome(_ id: String) -> CheckOutcome? { outcomes.first { $0.check.id == id } }

    /// How many checks ended in each way.
    package func count(_ status: CheckStatus) -> Int { outcomes.count { $0.status == status } }

    /// Whether no critical check failed or is unknown, and no row is missing that a policy requires.
    package var isPassed: Bool {
        !rows.contains(where: \.isMissing)
            && !outcomes.contains { $0.check.severity == .critical && ($0.status == .fail || $0.status == .unknown) }
    }

    /// The document of `lifeboat checklist --output json`.
    package var json: JSONValue {
        var summary = JSONObject()
        for status in CheckStatus.allCases { summary[status.rawValue] = .int(count(status)) }
        return [
            "schemaVersion": "lifeboat.dr/v1", "source": .string(source), "takenAt": .string(takenAt.description),
            "passed": .bool(isPassed), "summary": .object(summary), "rows": .array(rows.map(\.json)),
            "areas": .array(areas.map(\.json)), "notes": .array(notes.map { .string($0) }),
        ]
    }
}
