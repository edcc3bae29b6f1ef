package import KubernetesAPI
internal import KubernetesObjects

/// What became of a hook's command in one Pod.
package struct HookOutcome: Sendable, Equatable {
    /// The hook's name in the policy, or `velero.io`.
    package let hook: String
    /// `shop/web-0`; of a workload whose Pods did not come, that one.
    package let pod: String
    package let container: String
    package let ending: ContainerCommand.Outcome
    /// Whether a failure makes the restore incomplete.
    package let mustSucceed: Bool

    package var isFailed: Bool { ending != .exited(0) }

    package var reason: String {
        switch ending {
        case .exited(0): "succeeded"
        case .exited(let status): "ended with the status \(status)"
        case .failed(let reason): reason
        }
    }

    var failure: RestoreFailure {
        RestoreFailure(
            object: pod,
            code: "restore.hook-failed",
            reason: "the hook “\(hook)” \(container.isEmpty ? "" : "in the container \(container) ")failed: \(reason)",
            remedy: "see why, and run its command by hand with kubectl exec, or restore again with --repeat-hooks"
        )
    }

    var json: JSONValue {
        var json: JSONValue = [
            "hook": .string(hook), "pod": .string(pod), "container": .string(container),
            "succeeded": .bool(!isFailed), "reason": .string(reason),
        ]
        if case .exited(let status) = ending { json["exitStatus"] = .int(status) }
        return json
    }
}
