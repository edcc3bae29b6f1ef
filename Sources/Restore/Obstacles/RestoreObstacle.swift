package import KubernetesObjects

/// Something that stands in the way of a restore, found before anything is written. It holds no values of objects.
package struct RestoreObstacle: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case permission
        case terminatingNamespace = "terminating-namespace"
        case quota
        case webhook
        case storageClass = "storage-class"
        case ingressClass = "ingress-class"
        case priorityClass = "priority-class"
        case runtimeClass = "runtime-class"
        case nodeLabels = "node-labels"
        case schedulingGate = "scheduling-gate"
        case deviceClaim = "device-claim"
        /// Disks that another cluster may be writing to.
        case sharedDisk = "shared-disk"
        case olderRelease = "older-release"
        /// What could not be looked at, so that nobody knows.
        case unreadable
    }

    package let kind: Kind
    /// What stands in the way, such as `StorageClass fast`.
    package let object: String
    package let reason: String
    /// The command or change that removes it.
    package let remedy: String

    package init(_ kind: Kind, _ object: String, _ reason: String, remedy: String) {
        self.kind = kind
        self.object = object
        self.reason = reason
        self.remedy = remedy
    }

    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "object": .string(object), "reason": .string(reason),
            "next": .string(remedy),
        ]
    }
}
