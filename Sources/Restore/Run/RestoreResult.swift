package import KubernetesObjects

/// What a restore did.
package struct RestoreResult: Sendable {
    package let plan: RestorePlan
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    package var deleted = 0
    package var failed: [RestoreFailure] = []
    /// Objects of the cluster with another content, which the policy left alone; found by the plan or on the way.
    package var conflicts: [RestorePlan.Step] = []
    package var notes: [String] = []
    /// The commands that were run in restored Pods.
    package var hooks: [HookOutcome] = []
    /// The snapshot of what the restore changed; nil when none was taken.
    package var undo: String?
    /// Of carrying out the plan; the plan has its own.
    package var durationSeconds = 0.0
    package var requests = 0

    package var isComplete: Bool { failed.isEmpty }

    /// The fields that scripts rely on.
    package var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1",
            "plan": plan.countsJSON,
            "created": .int(created),
            "updated": .int(updated),
            "unchanged": .int(unchanged),
            "deleted": .int(deleted),
            "undo": undo.map { .string($0) } ?? .null,
            "skipped": .array(plan.skipped.map(RestorePlan.json)),
            "conflicts": .array(conflicts.map(RestorePlan.json)),
            "failed": .array(failed.map(\.json)),
            "hooks": .array(hooks.map(\.json)),
            "obstacles": .array(plan.obstacles.map(\.json)),
            "warnings": .array((plan.warnings + notes).map { .string($0) }),
            "planSeconds": .number(Self.text(plan.durationSeconds)),
            "durationSeconds": .number(Self.text(durationSeconds)),
            "requests": .int(requests),
        ]
    }

    private static func text(_ seconds: Double) -> String {
        let thousandths = Int((seconds * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}

/// How far a restore is.
package struct RestoreProgress: Sendable, Equatable {
    package let wave: RestoreWave
    /// Objects settled so far, of those that are sent.
    package let done: Int
    package let total: Int
    package let failed: Int
}
