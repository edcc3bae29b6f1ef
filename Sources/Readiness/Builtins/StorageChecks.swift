import KubernetesObjects

/// Whether volumes can be claimed and are.
enum StorageChecks {
    private static let defaultClass = "storageclass.kubernetes.io/is-default-class"

    /// Every claim is bound to a volume that points back at it.
    static let claimsBound: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let canProvision = try context.inventory.runsWorkloads()
        for claim in try context.inventory.objects(.claim) {
            result.examined += 1
            let identity = ObjectIdentity(of: claim)
            let phase = claim["status", "phase"]?.string ?? "Pending"
            guard phase == "Bound" else {
                // A claim that waits for its first consumer, or for a provisioner that no node runs, is no fault of the rebuild.
                var isWaiting = phase == "Pending" && !canProvision
                if phase == "Pending", canProvision { isWaiting = try waitsForConsumer(claim, context.inventory) }
                if isWaiting {
                    result.warn(identity, "is \(phase): it waits for a Pod or a provisioner", at: "/status/phase")
                } else {
                    result.fail(
                        identity,
                        "is \(phase)\(phase == "Lost" ? ": its volume is gone" : "")",
                        at: "/status/phase"
                    )
                }
                continue
            }
            let name = claim["spec", "volumeName"]?.string ?? ""
            guard let volume = try context.inventory.object(.volume, namespace: nil, name: name) else {
                result.fail(identity, "is bound to the volume \(name), which does not exist", at: "/spec/volumeName")
                continue
            }
            let (uid, boundTo) = (claim["metadata", "uid"]?.string, volume["spec", "claimRef", "uid"]?.string)
            if let uid, let boundTo, uid != boundTo {
                result.fail(
                    ObjectIdentity(of: volume),
                    "is bound to another claim than \(claim.objectNamespace ?? "")/\(claim.objectName)",
                    at: "/spec/claimRef/uid"
                )
            }
        }
        return result
    }

    private static func waitsForConsumer(_ claim: JSONValue, _ inventory: ObjectInventory) throws(UnreadableKind)
        -> Bool
    {
        guard let name = claim["spec", "storageClassName"]?.string else { return false }
        let storageClass = try inventory.object(.storageClass, namespace: nil, name: name)
        return storageClass?["volumeBindingMode"]?.string == "WaitForFirstConsumer"
    }

    /// Every class that a claim or a volume names exists, one class at most is the default, and no two volumes share a handle.
    static let classesResolve: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let classes = try context.inventory.objects(.storageClass)
        let names = Set(classes.map(\.objectName))
        let defaults = classes.filter { $0.annotations[defaultClass] == "true" }
        func wants(_ name: String?, _ identity: ObjectIdentity?, _ path: String, isClaim: Bool) {
            result.examined += 1
            guard let name else {
                if isClaim, defaults.isEmpty {
                    result.fail(identity, "wants the default class, and there is none", at: path)
                }
                return
            }
            // Volumes that were made by hand carry class names that need no StorageClass.
            if isClaim, !name.isEmpty, !names.contains(name) {
                result.fail(identity, "wants the StorageClass \(name), which does not exist", at: path)
            }
        }
        for claim in try context.inventory.objects(.claim) where claim["spec", "volumeName"]?.string == nil {
            let path = "/spec/storageClassName"
            wants(claim["spec", "storageClassName"]?.string, ObjectIdentity(of: claim), path, isClaim: true)
        }
        for set in try context.inventory.objects(.statefulSet) {
            for (index, template) in (set["spec", "volumeClaimTemplates"]?.array ?? []).enumerated() {
                let path = "/spec/volumeClaimTemplates/\(index)/spec/storageClassName"
                wants(template["spec", "storageClassName"]?.string, ObjectIdentity(of: set), path, isClaim: true)
            }
        }
        var handles: [String: ObjectIdentity] = [:]
        for volume in try context.inventory.objects(.volume) {
            result.examined += 1
            guard let identity = ObjectIdentity(of: volume), let handle = volume["spec", "csi", "volumeHandle"]?.string
            else { continue }
            let key = "\(volume["spec", "csi", "driver"]?.string ?? "")/\(handle)"
            if let other = handles.updateValue(identity, forKey: key) {
                result.fail(identity, "shares its volume handle with \(other.name)", at: "/spec/csi/volumeHandle")
            }
        }
        if defaults.count > 1 {
            let list = defaults.map(\.objectName).sorted().joined(separator: ", ")
            result.fail(nil, "\(defaults.count) classes are the default: \(list)", at: "/default-class")
        }
        return result
    }
}
