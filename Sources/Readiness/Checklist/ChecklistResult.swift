package import KubernetesObjects
package import Policies

/// The answers of the whole checklist on one cluster or snapshot.
package struct ChecklistResult: Sendable {
    /// What was looked at, such as `snapshot 3f9a12bc`.
    package let source: String
    package let takenAt: Timestamp
    /// All 14 rows in the order of the checklist.
    package let rows: [RowResult]
    /// The checks that belong to an area and no row.
    package let areaOutcomes: [CheckOutcome]
    /// What the keeper of the policies should know: exemptions that ended or cover nothing.
    package let notes: [String]

    init(
        source: String,
        takenAt: Timestamp,
        components: [DetectedComponent],
        outcomes: [CheckOutcome],
        policy: SitePolicy = SitePolicy()
    ) {
        notes = policy.notes(
            used: Set(outcomes.flatMap(\.exempted).map(\.exemption.location)),
            now: takenAt
        )
        self.source = source
        self.takenAt = takenAt
        rows = ReadinessSection.rows.map { row in
            RowResult(
                row,
                components: components.filter { $0.signature.section == row },
                outcomes: outcomes.filter { $0.check.section == row },
                requirement: policy.requirement(row),
                attestation: policy.attestation(row, now: takenAt)
            )
        }
        areaOutcomes = outcomes.filter { $0.check.section?.isArea == true }
    }

    /// What an area comes to; it has no components, and is absent when none of its checks applies.
    package func verdict(of area: ReadinessSection) -> RowVerdict {
        RowResult.verdict([], areaOutcomes.filter { $0.check.section == area }, needsComponent: false)
    }

    /// The answers of all checks, rows first.
    package var outcomes: [CheckOutcome] { rows.flatMap(\.outcomes) + areaOutcomes }
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
        let areas = ReadinessSection.areas.compactMap { area -> JSONValue? in
            let mine = areaOutcomes.filter { $0.check.section == area }
            guard !mine.isEmpty else { return nil }
            return [
                "area": .string(area.rawValue), "title": .string(area.title),
                "verdict": .string(verdict(of: area).rawValue), "checks": .array(mine.map(\.json)),
            ]
        }
        return [
            "schemaVersion": "lifeboat.dr/v1", "source": .string(source), "takenAt": .string(takenAt.description),
            "passed": .bool(isPassed), "summary": .object(summary), "rows": .array(rows.map(\.json)),
            "areas": .array(areas), "notes": .array(notes.map { .string($0) }),
        ]
    }
}
