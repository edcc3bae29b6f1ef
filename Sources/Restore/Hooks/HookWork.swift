internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// A command that can be run now.
struct HookCommand: Sendable {
    let hook: String
    let namespace: String
    let pod: String
    let container: String
    let command: RestoreHookCommand

    func run(_ client: ClusterClient) async throws -> HookOutcome {
        let request = ContainerCommand(
            namespace: namespace,
            pod: pod,
            container: container,
            command: command.command,
            timeoutSeconds: Int(command.timeoutSeconds)
        )
        let ending: ContainerCommand.Outcome
        do throws(ClusterError) {
            ending = try await client.run(request)
        } catch {
            switch error.kind {
            case .cancelled: throw error
            case .timeout: ending = .failed("it took longer than \(command.timeoutSeconds) s, and may still run")
            default: ending = .failed(error.message)
            }
        }
        return outcome(ending)
    }

    func outcome(_ ending: ContainerCommand.Outcome) -> HookOutcome {
        HookOutcome(
            hook: hook,
            pod: "\(namespace)/\(pod)",
            container: container,
            ending: ending,
            mustSucceed: command.onError == .fail
        )
    }
}

/// The hooks of one workload, and in which of its Pods each was run.
struct HookWork {
    let target: HookTarget
    /// The uids of Pods in which a hook was run or can never be, by the hook's place.
    private var settled: [Set<String>]
    private var isGivenUp: [Bool]

    init(target: HookTarget) {
        self.target = target
        settled = Array(repeating: [], count: target.hooks.count)
        isGivenUp = Array(repeating: false, count: target.hooks.count)
    }

    var isDone: Bool { settled.indices.allSatisfy { isSettled($0) } }

    private func isSettled(_ hook: Int) -> Bool { isGivenUp[hook] || settled[hook].count >= target.pods }

    /// Takes what can be run now, by Pod and in the order of the hooks; a hook waits for those before it in its Pod.
    mutating func due(_ pods: [JSONValue]) -> (commands: [[HookCommand]], ended: [HookOutcome]) {
        var commands: [[HookCommand]] = []
        var ended: [HookOutcome] = []
        for pod in pods {
            let uid = pod["metadata", "uid"]?.string ?? ""
            var ofPod: [HookCommand] = []
            hooks: for (index, hook) in target.hooks.enumerated() {
                guard !isSettled(index), !settled[index].contains(uid) else { continue }
                func command(in container: String) -> HookCommand {
                    HookCommand(
                        hook: hook.name,
                        namespace: target.key.namespace,
                        pod: pod["metadata", "name"]?.string ?? "",
                        container: container,
                        command: hook.command
                    )
                }
                switch HookReadiness(pod, hook.command) {
                case .notYet: break hooks
                case .ended(let reason):
                    ended.append(command(in: hook.command.container).outcome(.failed(reason)))
                case .ready(let container): ofPod.append(command(in: container))
                }
                settled[index].insert(uid)
            }
            if !ofPod.isEmpty { commands.append(ofPod) }
        }
        return (commands, ended)
    }

    /// Ends the hooks that have waited long enough.
    mutating func giveUp(after waited: Double, _ hasNodes: Bool) -> [HookOutcome] {
        var outcomes: [HookOutcome] = []
        for (index, hook) in target.hooks.enumerated()
        where !isSettled(index) && waited >= Double(hook.command.waitSeconds) {
            isGivenUp[index] = true
            let missing = target.pods - settled[index].count
            let reason =
                hasNodes
                ? "\(missing) of \(target.pods) Pods did not run its container within \(hook.command.waitSeconds) s"
                : "the cluster has no nodes, so that none of its Pods can run"
            outcomes.append(
                HookOutcome(
                    hook: hook.name,
                    pod: "\(target.key)",
                    container: hook.command.container,
                    ending: .failed(reason),
                    mustSucceed: hook.command.onError == .fail
                )
            )
        }
        return outcomes
    }
}
