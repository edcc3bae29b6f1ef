package import KubernetesObjects

/// Something that happens in restored Pods: containers before their own ones start, or a command once they run.
package struct RestoreHook: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        /// Containers that run before all others of the Pod, as a Pod's spec has them.
        case initContainers([JSONValue])
        case command(RestoreHookCommand)
    }

    /// As results and errors name it.
    package let name: String
    /// Of Pods, by namespace and labels; a workload is selected by the labels of its Pod template.
    package let selection: ObjectSelection
    package let action: Action

    package init(name: String, selection: ObjectSelection = .everything, action: Action) {
        self.name = name
        self.selection = selection
        self.action = action
    }

    package static let pods = GroupResource(group: "", resource: "pods")

    /// Whether it is for Pods with these labels.
    package func selects(namespace: String?, labels: [String: String]) -> Bool {
        selection.includes(resource: Self.pods, namespace: namespace, labels: labels)
    }
}

/// A command that is run in a container of each selected Pod.
package struct RestoreHookCommand: Equatable, Sendable {
    /// What a failed command means for the restore.
    package enum FailureRule: String, CaseIterable, Sendable {
        /// The result has it as a failure; other hooks are run all the same.
        case fail
        /// The result has it as a note.
        case `continue`
    }

    /// The first container when it is empty.
    package var container: String
    package var command: [String]
    package var onError: FailureRule
    /// How long the command may take.
    package var timeoutSeconds: Int64
    /// How long to wait for the container to run.
    package var waitSeconds: Int64
    /// Whether the container must also be ready.
    package var waitsForReady: Bool

    package init(
        container: String = "",
        command: [String],
        onError: FailureRule = .fail,
        timeoutSeconds: Int64 = 30,
        waitSeconds: Int64 = 300,
        waitsForReady: Bool = false
    ) {
        self.container = container
        self.command = command
        self.onError = onError
        self.timeoutSeconds = timeoutSeconds
        self.waitSeconds = waitSeconds
        self.waitsForReady = waitsForReady
    }
}

/// The annotations by which Velero's users put hooks on Pods
/// (https://velero.io/docs/main/restore-hooks/).
package enum VeleroHookAnnotations {
    /// The hooks that a Pod, or the template of one, asks for.
    package static func hooks(_ annotations: [String: String]) -> [RestoreHook.Action] {
        [initContainer(annotations), command(annotations)].compactMap { $0 }
    }

    private static func initContainer(_ annotations: [String: String]) -> RestoreHook.Action? {
        let prefix = "init.hook.restore.velero.io/"
        guard let image = annotations[prefix + "container-image"], !image.isEmpty else { return nil }
        var container: JSONValue = [
            "name": .string(annotations[prefix + "container-name"].flatMap { $0.isEmpty ? nil : $0 } ?? "restore-init"),
            "image": .string(image),
        ]
        let words = words(annotations[prefix + "command"])
        if !words.isEmpty { container["command"] = .array(words.map { .string($0) }) }
        return .initContainers([container])
    }

    private static func command(_ annotations: [String: String]) -> RestoreHook.Action? {
        let prefix = "post.hook.restore.velero.io/"
        let words = words(annotations[prefix + "command"])
        guard !words.isEmpty else { return nil }
        func seconds(_ name: String, _ standard: Int64) -> Int64 {
            annotations[prefix + name].flatMap { DurationText.parse($0) }.flatMap { $0 > 0 ? $0 : nil } ?? standard
        }
        return .command(
            RestoreHookCommand(
                container: annotations[prefix + "container"] ?? "",
                command: words,
                onError: annotations[prefix + "on-error"] == "Fail" ? .fail : .continue,
                timeoutSeconds: seconds("exec-timeout", 30),
                waitSeconds: seconds("wait-timeout", 300),
                waitsForReady: annotations[prefix + "wait-for-ready"] == "true"
            )
        )
    }

    /// A JSON array of words, or one word.
    private static func words(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        guard text.hasPrefix("["), let value = try? JSONValue(parsing: Array(text.utf8)) else { return [text] }
        return value.array?.compactMap(\.string) ?? []
    }
}
