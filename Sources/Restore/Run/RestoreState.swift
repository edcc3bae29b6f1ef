internal import KubernetesAPI
internal import KubernetesObjects

/// What a restore has done so far.
struct RestoreState {
    var result: RestoreResult
    /// New uids, for the references of what these objects own.
    private(set) var owners: [ObjectKey: String]
    /// The objects that own others.
    private let referenced: Set<ObjectKey>
    /// Steps that failed, with the last failure of each.
    var waiting: [(step: RestorePlan.Step, failure: Failure)] = []
    /// Kinds whose definition was not established; their objects are not tried.
    var unavailable: Set<GroupKind> = []
    /// What was written, by namespace; empty for objects of the cluster.
    var counts: [String: (created: Int, updated: Int)] = [:]
    var done = 0
    let total: Int

    enum Failure: Sendable {
        case refused(ClusterError)
        case owner(OwnerReference)
        case definition
        /// A Service behind it has no address.
        case backend(ObjectKey)

        /// Whether sending it again can help.
        var mayBeRetried: Bool {
            switch self {
            case .refused, .owner: true
            case .definition, .backend: false
            }
        }
    }

    /// - Parameter referenced: the objects that own others.
    init(_ plan: RestorePlan, owners referenced: Set<ObjectKey>) {
        result = RestoreResult(plan: plan)
        result.unchanged = plan.count("unchanged")
        result.conflicts = plan.conflicts
        result.failed = plan.failures
        owners = plan.ownerUIDs
        self.referenced = referenced
        total = plan.steps.count { Self.isSent($0) || $0.verdict == .delete }
        for step in plan.steps { keep(step.existing?.uid, of: step) }
    }

    static func isSent(_ step: RestorePlan.Step) -> Bool {
        switch step.verdict {
        case .create, .update, .recreate: true
        default: false
        }
    }

    /// Whether a step is not sent; one whose kind is not there yet waits for its definition.
    mutating func isPassedOver(_ step: RestorePlan.Step) -> Bool {
        guard Self.isSent(step) || step.verdict == .delete else { return true }
        guard unavailable.contains(step.key.groupKind) else { return false }
        waiting.append((step, .definition))
        return true
    }

    /// The names of definitions that the server has refused so far.
    var refusedDefinitions: Set<String> {
        Set(waiting.filter { $0.step.wave == .definitions }.map(\.step.identity.name))
    }

    private mutating func keep(_ uid: String?, of step: RestorePlan.Step) {
        guard let uid, referenced.contains(step.key) else { return }
        owners[step.key] = uid
    }

    mutating func take(_ outcome: StepExecutor.Outcome, of step: RestorePlan.Step) {
        switch outcome {
        case .created(let uid, let note):
            result.created += 1
            counts[step.key.namespace, default: (0, 0)].created += 1
            keep(uid, of: step)
            if let note { result.notes.append(note) }
        case .updated(let uid):
            result.updated += 1
            counts[step.key.namespace, default: (0, 0)].updated += 1
            keep(uid, of: step)
        case .deleted:
            result.deleted += 1
        case .unchanged(let uid):
            result.unchanged += 1
            keep(uid, of: step)
        case .conflict(let met):
            result.conflicts.append(met)
            keep(met.existing?.uid, of: step)
        case .waitsForOwner(let owner):
            waiting.append((step, .owner(owner)))
            return
        case .unreadable(let error):
            result.failed.append(
                RestoreFailure(
                    object: "\(step.identity)",
                    code: error.code.rawValue,
                    reason: error.message,
                    remedy: error.remedy
                )
            )
        case .failed(let error):
            waiting.append((step, .refused(error)))
            return
        }
        done += 1
    }

    /// Turns what is still waiting into failures. Objects of a kind that is not there are one failure.
    mutating func giveUp() {
        var byDefinition: [GroupVersionKind: Int] = [:]
        for (step, failure) in waiting {
            switch failure {
            case .definition: byDefinition[step.identity.groupVersionKind, default: 0] += 1
            case .owner(let owner):
                result.failed.append(
                    RestoreFailure(
                        object: "\(step.identity)",
                        code: "restore.owner-missing",
                        reason: "its owner \(owner.groupVersionKind.groupKind) \(owner.name) was not restored",
                        remedy: "see why the owner failed, then run the restore again"
                    )
                )
            case .backend(let service):
                result.failed.append(
                    RestoreFailure(
                        object: "\(step.identity)",
                        code: "restore.backend-not-ready",
                        reason:
                            "the Service \(service.namespace)/\(service.name) behind it has no address, so that it would refuse requests",
                        remedy: "see why the Pods behind the Service are not ready, then run the restore again"
                    )
                )
            case .refused(let error): result.failed.append(FailureAdvice.failure(step, error))
            }
        }
        waiting = []
        for (kind, count) in byDefinition.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            result.failed.append(
                RestoreFailure(
                    object: "\(kind) (\(count) objects)",
                    code: "restore.kind-not-established",
                    reason: "its definition was not established in time",
                    remedy: "look at the conditions of the CustomResourceDefinition, then run the restore again"
                )
            )
        }
    }
}

/// What a refusal means and what to do next.
enum FailureAdvice {
    static func failure(_ step: RestorePlan.Step, _ error: ClusterError) -> RestoreFailure {
        RestoreFailure(
            object: "\(step.identity)",
            code: error.lifeboatError.code.rawValue,
            reason: error.message,
            remedy: remedy(error)
        )
    }

    /// Whether trying again later may help without anything else being restored.
    static func mayPass(_ error: ClusterError) -> Bool {
        switch error.kind {
        case .timeout, .serverTimeout, .unavailable, .tooManyRequests, .internalError, .conflict, .notFound,
            .unreachable:
            true
        case .forbidden: error.message.contains("being terminated") || error.message.contains("not yet ready")
        default: false
        }
    }

    private static func remedy(_ error: ClusterError) -> String {
        if error.message.contains("webhook") {
            return "see why the webhook does not answer or refuses the object, then run the restore again"
        }
        if error.message.contains("exceeded quota") {
            return "raise the quota of the namespace, then run the restore again"
        }
        if error.message.contains("being terminated") {
            return "wait until it is gone (its finalizers say who it waits for), then run the restore again"
        }
        switch error.kind {
        case .forbidden:
            return "grant the identity a role that allows it; for roles it also needs “escalate” and “bind”"
        case .invalid, .badRequest: return "change the fields that the message names with a patch of the restore policy"
        case .tooLarge: return "the API server takes no object of this size: raise its limit"
        default: return "run the restore again: what is there already stays as it is"
        }
    }
}
