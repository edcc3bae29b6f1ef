/// Why a field of a rebuilt object may differ from the snapshot without anything being wrong.
package enum ExplainedDifference {
    /// The reason for a difference at `path`; nil when nothing explains it.
    ///
    /// - Parameters:
    ///   - old: the object of the snapshot.
    ///   - new: the object of the cluster.
    package static func reason(
        at path: String,
        of kind: GroupKind,
        old: JSONValue,
        new: JSONValue
    ) -> String? {
        if let reason = metadata(path) { return reason }
        switch kind.group {
        case "": return core(kind.kind, path, old, new)
        case "apps": return apps(path)
        case "batch": return kind.kind == "Job" ? job(path) : nil
        case "rbac.authorization.k8s.io":
            let isAggregated = kind.kind == "ClusterRole" && new["aggregationRule"] != nil
            return isAggregated && path.hasPrefix("/rules") ? "the controller aggregates the rules" : nil
        case "admissionregistration.k8s.io":
            return path.hasSuffix("/sideEffects") ? "version 1 allows only None and NoneOnDryRun" : nil
        case "apiextensions.k8s.io": return definition(path)
        case "snapshot.storage.k8s.io": return volumeSnapshot(path)
        case "autoscaling":
            return path.hasPrefix("/metadata/annotations/autoscaling.alpha.kubernetes.io~1")
                ? "the autoscaler writes its state there" : nil
        default: return nil
        }
    }

    private static func metadata(_ path: String) -> String? {
        guard path.hasPrefix("/metadata/") else { return nil }
        if path.hasPrefix("/metadata/ownerReferences") { return nil }
        return path == "/metadata/annotations/lifeboat.dr~1original-reclaim-policy" ? "the restore keeps it there" : nil
    }

    private static func core(_ kind: String, _ path: String, _ old: JSONValue, _ new: JSONValue) -> String? {
        switch kind {
        case "Service": service(path)
        case "Namespace": namespace(path)
        case "ServiceAccount": serviceAccount(path, old, new)
        case "Secret": secret(path, old)
        case "Pod": pod(path)
        case "PersistentVolumeClaim": claim(path)
        case "PersistentVolume": volume(path)
        case "ReplicationController": nil
        default: nil
        }
    }

    private static func service(_ path: String) -> String? {
        if path.hasPrefix("/spec/clusterIP") { return "the API server allocates the address" }
        if path.hasPrefix("/spec/ipFamil") { return "the API server fills in the families of the cluster" }
        if path.hasSuffix("/nodePort") || path == "/spec/healthCheckNodePort" { return "the API server allocates the port" }
        return nil
    }

    private static func namespace(_ path: String) -> String? {
        switch path {
        case "/metadata/labels/kubernetes.io~1metadata.name":
            "the API server labels namespaces with their name"
        case "/spec", "/spec/finalizers": "the API server sets it"
        default: nil
        }
    }

    private static func serviceAccount(_ path: String, _ old: JSONValue, _ new: JSONValue) -> String? {
        guard path.hasPrefix("/secrets") else { return nil }
        let name = new["metadata", "name"]?.string ?? ""
        let (before, after) = (names(old["secrets"], without: name), names(new["secrets"], without: name))
        return before.isSubset(of: after) ? "the token controller makes new token Secrets" : nil
    }

    /// The names of a list of references, without those that the token controller generates.
    private static func names(_ references: JSONValue?, without account: String) -> Set<String> {
        Set((references?.array ?? []).compactMap { $0["name"]?.string }.filter { !$0.hasPrefix(account + "-token-") })
    }

    private static func secret(_ path: String, _ old: JSONValue) -> String? {
        guard old["type"]?.string == "kubernetes.io/service-account-token" else { return nil }
        return path.hasPrefix("/data") || path == "/metadata/annotations/kubernetes.io~1service-account.uid"
            ? "the token controller fills in a token of the new cluster" : nil
    }

    private static func pod(_ path: String) -> String? {
        if path == "/spec/nodeName" { return "the scheduler chooses a node" }
        if path == "/spec/priority" { return "the API server looks it up from the priority class" }
        if path.hasPrefix("/spec/ephemeralContainers") { return "a debugging session does not outlive its pod" }
        if path.contains("/volumes") || path.contains("/volumeMounts") {
            return "the API server mounts a token of the new cluster"
        }
        return nil
    }

    private static func claim(_ path: String) -> String? {
        switch path {
        case "/spec/volumeName": "the claim is bound to a new volume"
        case "/metadata/annotations/pv.kubernetes.io~1bind-completed",
            "/metadata/annotations/pv.kubernetes.io~1bound-by-controller",
            "/metadata/annotations/volume.kubernetes.io~1selected-node",
            "/metadata/annotations/volume.kubernetes.io~1storage-provisioner",
            "/metadata/annotations/volume.beta.kubernetes.io~1storage-provisioner":
            "the volume controllers keep their state there"
        case "/spec/dataSource", "/spec/dataSourceRef", "/spec/selector": "the volume is provisioned anew"
        case let path where path.hasPrefix("/metadata/finalizers"): "the volume controllers protect claims in use"
        default: nil
        }
    }

    private static func volume(_ path: String) -> String? {
        switch path {
        case "/spec/claimRef/uid", "/spec/claimRef/resourceVersion", "/spec/claimRef/apiVersion", "/spec/claimRef/kind":
            "the volume is bound to the claim of the new cluster"
        case "/spec/persistentVolumeReclaimPolicy": "the restore guards the disk with Retain"
        case "/metadata/annotations/pv.kubernetes.io~1bound-by-controller":
            "the volume controllers keep their state there"
        case let path where path.hasPrefix("/metadata/finalizers"): "the volume controllers protect volumes in use"
        default: nil
        }
    }

    private static func apps(_ path: String) -> String? {
        switch path {
        case "/metadata/annotations/deployment.kubernetes.io~1revision",
            "/metadata/annotations/deployment.kubernetes.io~1revision-history",
            "/metadata/annotations/deprecated.daemonset.template.generation":
            "the controller counts its revisions anew"
        default: nil
        }
    }

    private static func job(_ path: String) -> String? {
        path.hasSuffix("controller-uid") || path == "/spec/selector" || path == "/spec/selector/matchLabels"
            ? "the API server labels the pods with the uid of the job" : nil
    }

    private static func definition(_ path: String) -> String? {
        path == "/spec/preserveUnknownFields" ? "version 1 says it in the schema" : nil
    }

    private static func volumeSnapshot(_ path: String) -> String? {
        path == "/spec/deletionPolicy" || path.hasPrefix("/spec/source") || path.hasPrefix("/spec/volumeSnapshotRef")
            ? "the restore binds the snapshot statically" : nil
    }
}
