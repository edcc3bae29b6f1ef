internal import KubernetesObjects
internal import Policies
internal import Readiness

/// Whether the rebuilt cluster holds the nonce that the backup planted, so that it was rebuilt from that backup and no older one.
package struct FreshnessProof: Sendable {
    /// The nonce that the snapshot's own record names; nil when the backup planted none.
    package let expected: String?
    /// What the rebuilt cluster holds.
    package let found: String?

    package var isProven: Bool { expected != nil && expected == found }

    /// Looks for the nonce in the marker's ConfigMap, or in any ConfigMap when the marker is not known.
    static func look(for expected: String?, marker: FreshnessMarker?, in rebuilt: ObjectInventory) -> FreshnessProof {
        guard let expected else { return FreshnessProof(expected: nil, found: nil) }
        func nonce(_ object: JSONValue?) -> String? { object?["data", "nonce"]?.string }
        if let marker {
            let object = try? rebuilt.object(.configMap, namespace: marker.namespace, name: marker.name)
            return FreshnessProof(expected: expected, found: nonce(object))
        }
        let maps = (try? rebuilt.objects(.configMap)) ?? []
        return FreshnessProof(expected: expected, found: maps.lazy.compactMap(nonce).first { $0 == expected })
    }
}
