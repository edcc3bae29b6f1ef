internal import KubernetesObjects
internal import Restore

/// Plans and results of a restore for people.
enum RestoreText {
    static func text(_ plan: RestorePlan) -> String {
        var lines = plan.steps.flatMap { [line($0)] + $0.notes.map { "  note: \($0)" } }
        lines += plan.failures.map { "✘ \($0.object): \($0.reason)" } + plan.warnings.map { "! \($0)" }
        lines += obstacles(plan)
        lines.append("Plan: \(counts(plan)). Nothing was changed.")
        return lines.joined(separator: "\n")
    }

    static func text(_ result: RestoreResult) -> String {
        var lines: [String] = []
        for failure in result.failed {
            lines.append("✘ \(failure.object): \(failure.reason) [\(failure.code)]")
            if !failure.remedy.isEmpty { lines.append("  next: \(failure.remedy)") }
        }
        for hook in result.hooks where !hook.isFailed { lines.append("hook  \(hook.hook) in \(hook.pod) succeeded") }
        for step in result.conflicts { lines.append(line(step)) }
        lines += (result.plan.warnings + result.notes).map { "! \($0)" }
        if !result.isComplete { lines += obstacles(result.plan) }
        let deleted = result.deleted > 0 ? ", \(result.deleted) deleted" : ""
        let done = "\(result.created) created, \(result.updated) updated, \(result.unchanged) unchanged\(deleted)"
        let left =
            "\(result.plan.skipped.count) left to the cluster, \(result.conflicts.count) conflicts, \(result.failed.count) failed"
        lines.append(
            "Planned in \(Figure.seconds(result.plan.durationSeconds)), restored in \(Figure.seconds(result.durationSeconds)): \(done), \(left) (\(result.requests) requests)."
        )
        if let undo = result.undo { lines.append("Undo with: lifeboat restore --undo \(undo.prefix(12))") }
        return lines.joined(separator: "\n")
    }

    /// What stands in the way, each with the command or change that removes it.
    static func obstacles(_ plan: RestorePlan) -> [String] {
        plan.obstacles.flatMap { ["obstacle  \($0.object) \($0.reason)", "  next: \($0.remedy)"] }
    }

    private static func counts(_ plan: RestorePlan) -> String {
        ["create", "update", "unchanged", "skip", "conflict", "delete"].map { "\(plan.count($0)) \($0)" }.joined(
            separator: ", "
        )
    }

    private static func line(_ step: RestorePlan.Step) -> String {
        let start = "\(step.verdict.name)  \(step.identity)"
        switch step.verdict {
        case .create, .unchanged, .delete: return start
        case .update(let paths), .recreate(let paths), .conflict(let paths):
            return "\(start)  \(paths.prefix(5).joined(separator: " "))"
        case .skip(let rule): return "\(start)  \(rule.reason)"
        case .needsRecreate(let field): return "\(start)  \(field) cannot be changed: --conflict recreate"
        }
    }
}
