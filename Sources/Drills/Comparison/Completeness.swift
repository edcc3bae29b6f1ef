package import KubernetesObjects

/// How much of a snapshot a rebuilt cluster holds, by identity and by content.
package struct Completeness: Sendable {
    /// What the comparison says of one kind.
    package struct Kind: Sendable {
        package let kind: GroupKind
        package var inSnapshot = 0
        /// Objects of the snapshot that the cluster has.
        package var restored = 0
        /// Those of them whose content is the snapshot's, or differs only where a rebuild must.
        package var equal = 0
        /// Objects of the snapshot that a rebuild leaves out for a reason.
        package var leftOut = 0
    }

    /// An object that the cluster lacks or has with another content.
    package struct Difference: Sendable {
        package let identity: ObjectIdentity
        /// The fields that differ without a reason; empty when the object is missing.
        package let paths: [String]
        package let isMissing: Bool
        package let reason: String
    }

    package var kinds: [Kind] = []
    /// What nothing explains.
    package var differences: [Difference] = []
    /// Fields that the target's older Kubernetes does not have.
    package var dropped: [(identity: ObjectIdentity, paths: [String])] = []
    /// Objects that a rebuild leaves out, counted by the reason.
    package var leftOut: [String: Int] = [:]

    package var objects: Int { kinds.reduce(0) { $0 + $1.inSnapshot } }
    package var isWhole: Bool { differences.isEmpty }

    /// How many of the objects that had to be there are there, of 100.
    package var identityPercent: Double {
        let wanted = kinds.reduce(0) { $0 + $1.inSnapshot - $1.leftOut }
        let found = kinds.reduce(0) { $0 + $1.restored }
        return wanted <= 0 ? 100 : Double(min(found, wanted)) * 100 / Double(wanted)
    }

    package var json: JSONValue {
        let drift = Dictionary(grouping: differences) { $0.identity.groupVersionKind.groupKind }
        return [
            "identityMatchPct": .number(DecimalText.of(identityPercent)), "unexplained": .int(differences.count),
            "droppedByOlderVersion": .array(
                dropped.map { entry in
                    ["obj": .string(entry.identity.description), "paths": .array(entry.paths.map { .string($0) })]
                }
            ),
            "leftOut": .object(
                JSONObject(leftOut.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .int($0.value)) })
            ),
            "byGVK": .array(
                kinds.map { kind in
                    [
                        "gvk": .string(kind.kind.description), "inSnapshot": .int(kind.inSnapshot),
                        "restored": .int(kind.restored), "specEqual": .int(kind.equal), "leftOut": .int(kind.leftOut),
                        "drift": .array(
                            (drift[kind.kind] ?? []).map { difference in
                                [
                                    "obj": .string(difference.identity.description),
                                    "missing": .bool(difference.isMissing),
                                    "reason": .string(difference.reason),
                                    "paths": .array(difference.paths.map { .string($0) }),
                                ]
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}

/// Numbers of a report, with two digits behind the point.
enum DecimalText {
    static func of(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int((abs(value) * 100).rounded())
        let fraction = hundredths % 100
        let sign = value < 0 && hundredths > 0 ? "-" : ""
        return "\(sign)\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
