package import KubernetesObjects

/// A part of a drill with its time.
package struct DrillStep: Sendable {
    package enum Status: String, Sendable {
        case ok
        case failed
        case skipped
        case timeout
    }

    package let id: String
    package let title: String
    package let startedAt: Timestamp
    package var endedAt: Timestamp
    package var seconds: Double
    package var status: Status
    /// What was done, such as `412 created, 3 left out`; or why it failed.
    package var detail: String
    /// Whether its time belongs to the recovery.
    package let isRecovery: Bool

    package var json: JSONValue {
        [
            "id": .string(id), "title": .string(title), "startedAt": .string(startedAt.description),
            "endedAt": .string(endedAt.description), "durationMs": .int(Int((seconds * 1000).rounded())),
            "status": .string(status.rawValue), "detail": .string(detail), "recovery": .bool(isRecovery),
            "manualIntervention": false,
        ]
    }
}
