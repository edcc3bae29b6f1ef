package import KubernetesObjects

/// Volumes whose reclaim policy a restore has changed to Retain, and what each was.
///
/// A restored volume must not be deleted while its claim is on its way, so that its policy is Retain until both sides are bound to each
/// other. Only then, and only when somebody asks for it, does it become what it was.
package struct ReclaimPolicies: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// Bound on both sides: the policy becomes what it was.
        case setBack(String)
        /// It stays Retain, because of this.
        case stays(String)
    }

    package struct Volume: Sendable, Equatable {
        package let name: String
        package let resourceVersion: String
        package let verdict: Verdict

        package var json: JSONValue {
            switch verdict {
            case .setBack(let policy): ["name": .string(name), "reclaimPolicy": .string(policy), "reason": ""]
            case .stays(let reason): ["name": .string(name), "reclaimPolicy": "Retain", "reason": .string(reason)]
            }
        }
    }

    package let volumes: [Volume]

    /// Pure: the volumes and claims of a cluster give the same list.
    package init(volumes: [JSONValue], claims: [JSONValue]) {
        let claims = Dictionary(
            claims.map { (Self.place($0["metadata"]), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.volumes = volumes.compactMap { volume in
            let annotations = volume["metadata", "annotations"]
            guard let original = annotations?[VolumeScrubbing.originalReclaimPolicy]?.string,
                let name = volume["metadata", "name"]?.string
            else { return nil }
            return Volume(
                name: name,
                resourceVersion: volume["metadata", "resourceVersion"]?.string ?? "",
                verdict: Self.verdict(volume, name, original, claims)
            )
        }
        .sorted { $0.name < $1.name }
    }

    private static func place(_ reference: JSONValue?) -> String {
        "\(reference?["namespace"]?.string ?? "")/\(reference?["name"]?.string ?? "")"
    }

    private static func verdict(
        _ volume: JSONValue,
        _ name: String,
        _ original: String,
        _ claims: [String: JSONValue]
    ) -> Verdict {
        guard ["Delete", "Recycle"].contains(original) else {
            return .stays("its annotation names “\(original)”, which is no reclaim policy")
        }
        let phase = volume["status", "phase"]?.string ?? "unknown"
        guard phase == "Bound", let reference = volume["spec", "claimRef"] else {
            return .stays("it is not bound to a claim (\(phase))")
        }
        guard let claim = claims[place(reference)] else { return .stays("its claim \(place(reference)) is not there") }
        guard claim["metadata", "uid"] == reference["uid"], claim["spec", "volumeName"]?.string == name,
            claim["status", "phase"]?.string == "Bound"
        else { return .stays("its claim \(place(reference)) is not bound to it") }
        return .setBack(original)
    }

    package var json: JSONValue {
        ["schemaVersion": "lifeboat.dr/v1", "volumes": .array(volumes.map(\.json))]
    }
}
