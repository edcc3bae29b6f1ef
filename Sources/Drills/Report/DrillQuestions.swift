internal import Archive
internal import KubernetesObjects
internal import Policies
internal import Restore

/// The drill's own questions: whether everything came back, from this backup, in time, and whether it can be trusted.
struct DrillQuestions {
    let drill: RestoreDrill
    let state: DrillState
    let recovery: RecoveryMeasurement

    var checks: [DrillCheck] {
        [
            completed, restored, freshness, completeness, workloads, isolation, recoveryTime, recoveryPoint, controls,
            snapshotWhole, cleanUp,
        ]
    }

    private var completed: DrillCheck {
        let title = "The drill ran to its end"
        guard let failure = state.failure else {
            return DrillCheck("drill.completed", .critical, .pass, title, "\(state.steps.count) steps")
        }
        let detail = "\(failure.code.rawValue): \(failure.message)"
        return DrillCheck("drill.completed", .critical, .fail, title, detail, remedy: failure.remedy)
    }

    private var restored: DrillCheck {
        let title = "Every object of the plan was restored"
        guard let result = state.restored else {
            return DrillCheck("drill.objects-restored", .critical, .unknown, title, "nothing was restored")
        }
        let missing = result.failed.count + result.plan.refused.count
        let unserved = result.plan.unserved.reduce(0) { $0 + $1.objects }
        var detail = "\(result.created) created, \(result.updated) updated, \(result.unchanged) unchanged, "
        detail += "\(result.plan.skipped.count) left out by rule, \(result.failed.count) failed"
        if unserved > 0 { detail += ", \(unserved) of kinds that the target does not serve" }
        let isWhole = missing == 0 && unserved == 0 && result.conflicts.isEmpty
        var check = DrillCheck(
            "drill.objects-restored",
            .critical,
            isWhole ? .pass : .fail,
            title,
            detail,
            remedy: "see the findings; `lifeboat restore --dry-run` shows the plan object by object"
        )
        check.findings = result.failed.prefix(100).map(\.json)
        if result.failed.count > 100 { check.findingsTotal = result.failed.count }
        return check
    }

    private var freshness: DrillCheck {
        let (id, title) = ("drill.freshness", "The rebuilt cluster holds the nonce of this backup")
        guard let proof = state.freshness else {
            return DrillCheck(id, .critical, .unknown, title, "the rebuilt cluster was not looked at")
        }
        if proof.isProven { return DrillCheck(id, .critical, .pass, title, "the nonce was found") }
        guard proof.expected != nil else {
            return DrillCheck(
                id,
                .critical,
                .notTested,
                title,
                "the backup planted no nonce",
                remedy: "set source.backupFirst in the drill, or freshnessMarker in the backup policy"
            )
        }
        let detail = proof.found == nil ? "there is no nonce" : "there is the nonce of another backup"
        return DrillCheck(id, .critical, .fail, title, detail, remedy: "look which snapshot was restored")
    }

    private var completeness: DrillCheck {
        let (id, title) = ("drill.completeness", "Every object of the snapshot is there with its content")
        guard let result = state.completeness else {
            return DrillCheck(id, .critical, .unknown, title, "the rebuilt cluster was not compared")
        }
        let detail = "\(result.objects) objects compared, \(result.differences.count) differ without a reason"
        var check = DrillCheck(
            id,
            .critical,
            result.isWhole ? .pass : .fail,
            title,
            detail,
            remedy: "look why the restore left these objects or fields out: nothing explains the difference"
        )
        check.findings = result.differences.prefix(100).map { difference in
            let fields = difference.paths.prefix(5).joined(separator: ", ")
            let more = difference.paths.count > 5 ? " and \(difference.paths.count - 5) more" : ""
            let message = difference.isMissing ? difference.reason : "differs in \(fields)\(more)"
            return ["level": "fail", "object": .string(difference.identity.description), "message": .string(message)]
        }
        if result.differences.count > 100 { check.findingsTotal = result.differences.count }
        return check
    }

    private var workloads: DrillCheck {
        let (id, title) = ("drill.workloads-ready", "The workloads became ready")
        switch state.convergence {
        case .ready(let count): return DrillCheck(id, .critical, .pass, title, "\(count) workloads")
        case .notTested: return DrillCheck(id, .critical, .notTested, title, "the target has no nodes")
        case .notWanted: return DrillCheck(id, .critical, .notTested, title, "the drill does not wait for them")
        case nil: return DrillCheck(id, .critical, .unknown, title, "the drill did not get there")
        case .late(let late):
            var check = DrillCheck(
                id,
                .critical,
                .fail,
                title,
                "\(late.count) workloads were not ready in time",
                remedy: "look at the events of the workloads, or raise waitForReadiness.timeout"
            )
            check.findings = late.prefix(100).map { ["level": "fail", "object": .string($0.description)] }
            if late.count > 100 { check.findingsTotal = late.count }
            return check
        }
    }

    private var isolation: DrillCheck {
        let (id, title) = ("drill.isolation", "The target is not the source")
        guard let uid = state.targetUID else {
            return DrillCheck(id, .critical, .unknown, title, "the target does not say who it is")
        }
        let isDistinct = !state.source.contains { $0.uid == uid }
        return DrillCheck(id, .critical, isDistinct ? .pass : .fail, title, state.isolation)
    }

    private var recoveryTime: DrillCheck {
        objective(
            "drill.recovery-time",
            "The recovery time is within its objective",
            target: drill.objectives.recoveryTimeSeconds,
            achieved: recovery.timeSeconds.map { Int64($0.rounded(.up)) }
        )
    }

    private var recoveryPoint: DrillCheck {
        objective(
            "drill.recovery-point",
            "The age of the data is within its objective",
            target: drill.objectives.recoveryPointSeconds,
            achieved: recovery.pointSeconds
        )
    }

    /// An objective that was set and missed fails the drill: that is what an objective means.
    private func objective(_ id: String, _ title: String, target: Int64?, achieved: Int64?) -> DrillCheck {
        guard let target else {
            let detail = achieved.map { "\($0) s, and no objective is set" } ?? "no objective is set"
            return DrillCheck(id, .info, .notTested, title, detail)
        }
        guard let achieved else { return DrillCheck(id, .critical, .unknown, title, "it was not measured") }
        return DrillCheck(
            id,
            .critical,
            achieved <= target ? .pass : .fail,
            title,
            "\(achieved) s of \(target) s",
            remedy: "look at the step that took the time, or set an objective that can be met"
        )
    }

    private var controls: DrillCheck {
        let (id, title) = ("drill.negative-controls", "The checks find faults that are made on purpose")
        guard !drill.negativeControls.isEmpty else {
            let detail = "the drill makes no faults, so it does not show that it could fail"
            return DrillCheck(id, .major, .notTested, title, detail, remedy: "name negativeControls in the drill")
        }
        guard state.controls.count == drill.negativeControls.count else {
            return DrillCheck(id, .critical, .unknown, title, "the faults were not made")
        }
        let found = state.controls.count { $0.isFound == true }
        let made = state.controls.count(where: \.isApplicable)
        let isProven = found > 0 && found == made
        // A check that misses a fault says nothing about the cluster: the drill is inconclusive, not failed.
        return DrillCheck(
            id,
            .critical,
            isProven ? .pass : .unknown,
            title,
            "\(found) of \(made) faults were found",
            remedy: "a fault that is not found means that a pass proves nothing: report it"
        )
    }

    private var snapshotWhole: DrillCheck {
        let (id, title) = ("drill.snapshot-complete", "The backup could read everything that it wanted")
        guard let details = state.details else { return DrillCheck(id, .major, .unknown, title) }
        var check = DrillCheck(
            id,
            .major,
            details.incomplete.isEmpty ? .pass : .fail,
            title,
            "\(details.incomplete.count) resources could not be read",
            remedy: "give the backup's identity list and get on these resources"
        )
        check.findings = details.incomplete.map {
            ["level": "fail", "message": .string("\($0.resource): \($0.reason)")]
        }
        return check
    }

    private var cleanUp: DrillCheck {
        let (id, title) = ("drill.clean-up", "The target was taken away")
        let detail = state.residue.isEmpty ? "nothing is left" : state.residue.joined(separator: "; ")
        return DrillCheck(id, .minor, state.isCleanedUp && state.residue.isEmpty ? .pass : .warn, title, detail)
    }
}
