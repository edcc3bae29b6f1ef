package import KubernetesObjects

/// Where a drill rebuilds the cluster. Never the source cluster.
package enum DrillTarget: Equatable, Sendable {
    /// The embedded API server.
    case sandbox
    /// etcd, kube-apiserver and kube-controller-manager, started and torn down by the drill.
    case controlPlane
    /// Another context of the kubeconfig.
    case context(String)
    /// Namespaces with this prefix in the cluster of the current context.
    case namespaces(prefix: String)
    /// A cluster that a command makes; it prints the path of a kubeconfig as its last line.
    case command(provision: [String], tearDown: [String])

    /// Parses `sandbox`, `control-plane`, `context:NAME`, `namespaces` and `namespaces:PREFIX`.
    ///
    /// A command has two argument lists, so it is written as a mapping in the drill and named by `command` alone on the
    /// command line; the caller takes the drill's own.
    package init(parsing text: String) throws(LifeboatError) {
        switch (text, text.splitOnce(":")) {
        case ("sandbox", _): self = .sandbox
        case ("control-plane", _): self = .controlPlane
        case ("namespaces", _): self = .namespaces(prefix: Self.defaultPrefix)
        case (_, ("context", let name)?) where !name.isEmpty: self = .context(name)
        case (_, ("namespaces", let prefix)?) where !prefix.isEmpty: self = .namespaces(prefix: prefix)
        default:
            throw LifeboatError(
                .usage,
                "“\(text)” is no target of a drill",
                remedy: "use sandbox, control-plane, context:NAME, namespaces or namespaces:PREFIX"
            )
        }
    }

    package static let defaultPrefix = "lifeboat-drill-"
}

extension DrillTarget: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sandbox: "sandbox"
        case .controlPlane: "control-plane"
        case .context(let name): "context:\(name)"
        case .namespaces(let prefix): "namespaces:\(prefix)"
        case .command: "command"
        }
    }
}
