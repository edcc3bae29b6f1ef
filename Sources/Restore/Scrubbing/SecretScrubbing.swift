internal import KubernetesObjects

/// Secrets and the service accounts that name them.
enum SecretScrubbing {
    /// The token controller makes new token Secrets and adds them by itself; what a user added stays.
    static func serviceAccount(_ object: inout JSONValue) {
        let name = object["metadata", "name"]?.string ?? ""
        for (list, prefixes) in [
            ("secrets", [name + "-token-", name + "-dockercfg-"]), ("imagePullSecrets", [name + "-dockercfg-"]),
        ] {
            guard let references = object[list]?.array else { continue }
            let kept = references.filter { reference in
                let target = reference["name"]?.string ?? ""
                return !prefixes.contains { target.hasPrefix($0) }
            }
            object[list] = kept.isEmpty ? nil : .array(kept)
        }
    }

    static func secret(_ result: inout ObjectScrubbing.Result, _ context: SkipContext) {
        if result.object["type"]?.string == "kubernetes.io/service-account-token" {
            // The token controller fills a hand-made token Secret with a token of the new cluster.
            result.object["metadata", "annotations", "kubernetes.io/service-account.uid"] = nil
            for key in ["token", "ca.crt", "namespace"] { result.object["data", key] = nil }
            if result.object["data"]?.object?.isEmpty == true { result.object["data"] = nil }
            result.notes.append("its token is a new one; what uses the old token outside of the cluster must be told")
        }
        keepUnsealed(&result, context)
    }

    /// A Secret that cannot be unsealed again is restored with its values; the annotation lets the controller take it over.
    private static func keepUnsealed(_ result: inout ObjectScrubbing.Result, _ context: SkipContext) {
        guard let owner = OwnerReference.controller(of: result.object), owner.groupVersionKind.kind == "SealedSecret",
            owner.groupVersionKind.group == "bitnami.com"
        else { return }
        result.object["metadata", "ownerReferences"] = nil
        result.object["metadata", "annotations", "sealedsecrets.bitnami.com/managed"] = "true"
        result.notes.append("it cannot be unsealed anew: the values come from the snapshot")
    }
}
