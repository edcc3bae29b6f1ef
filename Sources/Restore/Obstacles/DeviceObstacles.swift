internal import KubernetesAPI
import KubernetesObjects

/// What keeps Pods waiting for devices
/// (https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/).
extension RestoreObstacles {
    func devices() -> [RestoreObstacle] { deviceClasses() + deviceClaims() }

    /// Classes that claims of devices ask for: their driver brings them.
    private func deviceClasses() -> [RestoreObstacle] {
        var missing: [String: [RestorePlan.Step]] = [:]
        for (step, object) in created where TargetFacts.deviceClaims.contains(step.key.groupKind) {
            for name in Set(Self.deviceClasses(of: object)).sorted() where !exists(TargetFacts.deviceClass, name) {
                missing[name, default: []].append(step)
            }
        }
        return missing.sorted { $0.key < $1.key }
            .map { name, steps in
                RestoreObstacle(
                    .deviceClaim,
                    "DeviceClass \(name)",
                    "does not exist, so that these claims get no device: \(Self.named(steps, "objects"))",
                    remedy: "install the driver of the devices, which brings the class"
                )
            }
    }

    private static func deviceClasses(of claim: JSONValue) -> [String] {
        let devices = claim["spec", "devices"] ?? claim["spec", "spec", "devices"]
        return (devices?["requests"]?.array ?? []).flatMap { request in
            // Versions before v1beta2 have no “exactly”.
            [request, request["exactly"]].compactMap(\.self) + (request["firstAvailable"]?.array ?? [])
        }
        .compactMap { $0["deviceClassName"]?.string }
    }

    /// Claims, or templates of claims, that Pods name and that will not be there.
    private func deviceClaims() -> [RestoreObstacle] {
        var missing: [ObjectKey: [RestorePlan.Step]] = [:]
        for (step, spec) in podSpecs {
            for claim in spec["resourceClaims"]?.array ?? [] {
                // Before 1.31 the names were in “source”.
                let named = claim["source"] ?? claim
                for (field, kind) in zip(["resourceClaimName", "resourceClaimTemplateName"], TargetFacts.deviceClaims) {
                    guard let name = named[field]?.string else { continue }
                    let key = ObjectKey(kind, namespace: step.identity.namespace, name: name)
                    missing[key, default: []].append(step)
                }
            }
        }
        guard !missing.isEmpty else { return [] }
        for step in plan.steps where TargetFacts.deviceClaims.contains(step.key.groupKind) {
            if case .skip = step.verdict { continue }
            missing[step.key] = nil
        }
        for kind in TargetFacts.deviceClaims {
            for object in facts.objects[kind] ?? [] {
                missing[ObjectKey(kind, namespace: object["metadata", "namespace"]?.string, name: object.name)] = nil
            }
        }
        return missing.filter { facts.unreadable[$0.key.groupKind] == nil }.sorted { $0.key < $1.key }
            .map { key, steps in
                RestoreObstacle(
                    .deviceClaim,
                    "\(key.groupKind.kind) \(key.namespace)/\(key.name)",
                    "does not exist, so that no Pod starts of \(Self.named(steps, "workloads"))",
                    remedy: "restore or create it"
                )
            }
    }
}

extension TargetFacts {
    static let deviceClass = GroupKind(group: "resource.k8s.io", kind: "DeviceClass")
    static let deviceClaims = ["ResourceClaim", "ResourceClaimTemplate"].map {
        GroupKind(group: "resource.k8s.io", kind: $0)
    }

    /// The kinds that have to be listed because of what a plan creates.
    static func kinds(of plan: RestorePlan) -> [GroupKind] {
        var asksForDevices = false
        for step in plan.steps where step.verdict == .create && !asksForDevices {
            guard let needs = step.needs else { continue }
            asksForDevices =
                deviceClaims.contains(step.key.groupKind)
                || RestoreObstacles.podSpec(of: needs, step.key.groupKind)?["resourceClaims"] != nil
        }
        return kinds + (asksForDevices ? [deviceClass] + deviceClaims : [])
    }
}
