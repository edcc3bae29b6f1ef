import KubernetesObjects

extension PolicyFields {
    /// The hooks of a RestorePolicy.
    func restoreHooks() -> [RestoreHook] {
        optional("hooks")?.elements?.compactMap { $0.restoreHook() } ?? []
    }
}

extension PolicyNode {
    fileprivate func restoreHook() -> RestoreHook? {
        fields { fields -> RestoreHook? in
            let name = fields.requiredString("name")
            let selection = fields.optional("selection")?.objectSelection() ?? .everything
            let (exec, containers) = (fields.optional("exec"), fields.optional("initContainers"))
            guard (exec == nil) != (containers == nil) else {
                fields.report("a hook has exactly one of “exec” and “initContainers”")
                return nil
            }
            guard let action = exec?.hookCommand() ?? containers?.initContainers() else { return nil }
            return RestoreHook(name: name, selection: selection, action: action)
        } ?? nil
    }

    private func hookCommand() -> RestoreHook.Action? {
        fields { fields in
            let words = fields.required("command")?.strings ?? []
            if words.isEmpty { fields.report("“command” must have the program and its arguments") }
            var command = RestoreHookCommand(command: words)
            command.container = fields.string("container") ?? ""
            command.onError = fields.choice("onError", default: .fail)
            command.timeoutSeconds = fields.duration("timeout") ?? command.timeoutSeconds
            command.waitSeconds = fields.duration("waitTimeout") ?? command.waitSeconds
            command.waitsForReady = fields.bool("waitForReady", default: false)
            return .command(command)
        }
    }

    /// Containers as a Pod has them; what they may hold, the API server knows.
    private func initContainers() -> RestoreHook.Action? {
        guard let containers = json?.array, !containers.isEmpty else {
            report("must be a list of containers")
            return nil
        }
        for (container, node) in zip(containers, elements ?? []) {
            for field in ["name", "image"] where container[field]?.string?.isEmpty ?? true {
                node.report("a container has a name and an image")
            }
        }
        return .initContainers(containers)
    }
}
