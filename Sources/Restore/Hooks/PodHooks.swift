import KubernetesObjects
import Policies

/// Which hooks a Pod has, or the Pods of a workload.
///
/// Pure. Pods of a controller are made by it, so that their hooks are found, and their containers put, into its template.
struct PodHooks {
    let policy: RestorePolicy

    init(_ policy: RestorePolicy) { self.policy = policy }

    /// The hooks of an object of a snapshot, those of the policy before those of annotations.
    func hooks(of object: JSONValue, _ kind: GroupKind) -> [RestoreHook] {
        guard !policy.hooks.isEmpty || policy.takesVeleroHooks, let path = PodSpecPath.of(kind) else { return [] }
        // The metadata of a template stands beside its spec.
        let metadata = object.value(at: (path.split(separator: "/").map(String.init).dropLast() + ["metadata"])[...])
        let labels = metadata?["labels"]?.stringMap ?? [:]
        let namespace = object["metadata", "namespace"]?.string
        var hooks = policy.hooks.filter { $0.selects(namespace: namespace, labels: labels) }
        if policy.takesVeleroHooks {
            hooks += VeleroHookAnnotations.hooks(metadata?["annotations"]?.stringMap ?? [:])
                .map { RestoreHook(name: Self.veleroName, action: $0) }
        }
        return hooks
    }

    static let veleroName = "velero.io"

    /// Puts the init containers of hooks before those of the object.
    ///
    /// - Parameter original: what hooks are selected by, before any mapping.
    /// - Returns: what a reader of the plan should know.
    func apply(to object: inout JSONValue, _ original: JSONValue, _ kind: GroupKind) -> [String] {
        var notes: [String] = []
        var added: [JSONValue] = []
        let hooks = hooks(of: original, kind)
        guard !hooks.isEmpty, let path = PodSpecPath.of(kind) else { return [] }
        let list = path.split(separator: "/").map(String.init) + ["initContainers"]
        let existing = object.value(at: list[...])?.array ?? []
        var names = Set(existing.compactMap { $0["name"]?.string })
        for hook in hooks {
            switch hook.action {
            case .command: notes.append("the hook “\(hook.name)” runs a command in its Pods")
            case .initContainers(let containers):
                for container in containers {
                    guard let name = container["name"]?.string, names.insert(name).inserted else { continue }
                    added.append(container)
                    notes.append("the hook “\(hook.name)” adds the init container “\(name)”")
                }
            }
        }
        if !added.isEmpty { object.set(.array(added + existing), at: list[...]) }
        return notes
    }
}
