package import KubernetesObjects

/// A component that was found in the objects of a cluster.
package struct DetectedComponent: Sendable {
    /// How much of it is there. A restore often brings back the first without the second.
    package enum State: String, Comparable, Sendable {
        /// Its custom resource definitions or classes exist, and nothing that acts on them.
        case declared
        /// Its controller, driver, webhook or API is registered.
        case installed
        /// Its controller runs.
        case active

        package static func < (left: State, right: State) -> Bool { left.order < right.order }
        private var order: Int {
            switch self {
            case .declared: 0
            case .installed: 1
            case .active: 2
            }
        }
    }

    package let signature: ComponentSignature
    package let state: State
    /// The tag of its controller's image; nil when there is none.
    package let version: String?
    /// Its workloads.
    package let workloads: [ObjectIdentity]
    let workloadObjects: [JSONValue]
    /// What it was recognised by, for the report.
    package let evidence: [String]

    package var id: String { signature.id }

    /// Whether only its webhook, driver or API is there and none of its workloads, as when a restore lost the controller.
    var isRegisteredOnly: Bool { state == .installed && workloads.isEmpty && signature.hasKnownWorkloads }

    package var json: JSONValue {
        var value: JSONValue = [
            "id": .string(id), "state": .string(state.rawValue), "named": .bool(signature.isNamedByChecklist),
            "evidence": .array(evidence.map { .string($0) }),
        ]
        if let version { value["version"] = .string(version) }
        if !signature.note.isEmpty { value["note"] = .string(signature.note) }
        return value
    }
}
