extension SkipRule {
    /// The rule by which an object is left to the cluster; nil when it has to be written.
    package static func rule(for object: JSONValue, _ key: ObjectKey, in context: SkipContext) -> SkipRule? {
        switch key.groupKind.group {
        case "": core(object, key, context)
        case "apps":
            key.groupKind.kind == "ControllerRevision" && OwnerReference.controller(of: object) != nil
                ? controlledRevision : nil
        case "batch": key.groupKind.kind == "Job" && isFinishedJob(object) ? finishedJob : nil
        case "discovery.k8s.io": endpointSlice(object, key)
        case "rbac.authorization.k8s.io": isBootstrapRole(object) ? bootstrapRole : nil
        case "apiregistration.k8s.io":
            object["metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"] != nil ? automaticAPIService : nil
        case "scheduling.k8s.io":
            key.groupKind.kind == "PriorityClass" && key.name.hasPrefix("system-") ? systemPriorityClass : nil
        case "flowcontrol.apiserver.k8s.io": isSystemFlowControl(object, key.name) ? systemFlowControl : nil
        case "certificates.k8s.io":
            key.groupKind.kind == "ClusterTrustBundle"
                && object["spec", "signerName"]?.string?.hasPrefix("kubernetes.io/") == true ? rootCertificate : nil
        case "networking.k8s.io":
            key.groupKind.kind == "IPAddress" || key.groupKind.kind == "ServiceCIDR" && key.name == "kubernetes"
                ? systemAddressRange : nil
        case "cert-manager.io", "acme.cert-manager.io":
            ["CertificateRequest", "Order", "Challenge"].contains(key.groupKind.kind)
                && OwnerReference.controller(of: object) != nil ? certificateOrder : nil
        default: nil
        }
    }

    private static func core(_ object: JSONValue, _ key: ObjectKey, _ context: SkipContext) -> SkipRule? {
        switch key.groupKind.kind {
        case "ConfigMap": return configMap(object, key)
        case "Secret": return secret(object, key, context)
        case "Pod": return pod(object)
        case "Service": return key.isKubernetesService ? kubernetesService : nil
        case "Endpoints":
            if key.isKubernetesService { return kubernetesService }
            if isLock(object) { return leaderElection }
            let service = ObjectKey(GroupKind(group: "", kind: "Service"), namespace: key.namespace, name: key.name)
            return context.selectorServices.contains(service) ? controlledEndpoints : nil
        case "PersistentVolume": return context.provisionedVolumes.contains(key.name) ? provisionedVolume : nil
        default: return nil
        }
    }

    private static func configMap(_ object: JSONValue, _ key: ObjectKey) -> SkipRule? {
        switch (key.namespace, key.name) {
        case (_, "kube-root-ca.crt"), (_, "openshift-service-ca.crt"): rootCertificate
        case ("kube-system", "extension-apiserver-authentication"), ("kube-public", "cluster-info"),
            ("kube-system", "kube-apiserver-legacy-service-account-token-tracking"):
            clusterIdentity
        default: isLock(object) ? leaderElection : nil
        }
    }

    private static func secret(_ object: JSONValue, _ key: ObjectKey, _ context: SkipContext) -> SkipRule? {
        switch object["type"]?.string {
        case "kubernetes.io/service-account-token":
            return isGeneratedToken(object, key.name) ? serviceAccountToken : nil
        case "bootstrap.kubernetes.io/token": return bootstrapToken
        default: break
        }
        guard let owner = OwnerReference.controller(of: object), owner.groupVersionKind.kind == "SealedSecret",
            owner.groupVersionKind.group == "bitnami.com", context.hasSealingKey,
            context.contains(owner, namespace: key.namespace)
        else { return nil }
        return unsealedSecret
    }

    /// Until Kubernetes 1.23 every service account got a Secret `NAME-token-` and five random characters.
    private static func isGeneratedToken(_ object: JSONValue, _ name: String) -> Bool {
        guard let account = object["metadata", "annotations", "kubernetes.io/service-account.name"]?.string,
            name.hasPrefix(account + "-token-")
        else { return false }
        return name.utf8.count == account.utf8.count + "-token-".utf8.count + 5
    }

    private static func pod(_ object: JSONValue) -> SkipRule? {
        if object["metadata", "annotations", "kubernetes.io/config.mirror"] != nil { return mirrorPod }
        if OwnerReference.controller(of: object) != nil { return controlledPod }
        let phase = object["status", "phase"]?.string
        return phase == "Succeeded" || phase == "Failed" ? finishedPod : nil
    }

    private static func isLock(_ object: JSONValue) -> Bool {
        object["metadata", "annotations", "control-plane.alpha.kubernetes.io/leader"] != nil
    }

    private static func isFinishedJob(_ object: JSONValue) -> Bool {
        if object["status", "completionTime"] != nil { return true }
        return (object["status", "conditions"]?.array ?? []).contains { condition in
            ["Complete", "Failed"].contains(condition["type"]?.string) && condition["status"]?.string == "True"
        }
    }

    private static func endpointSlice(_ object: JSONValue, _ key: ObjectKey) -> SkipRule? {
        guard key.groupKind.kind == "EndpointSlice" else { return nil }
        if key.isKubernetesService { return kubernetesService }
        switch object["metadata", "labels", "endpointslice.kubernetes.io/managed-by"]?.string {
        case "endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io": return controlledEndpoints
        default: return nil
        }
    }

    /// A role that its users have taken out of the API server's care (`autoupdate: "false"`) is theirs.
    private static func isBootstrapRole(_ object: JSONValue) -> Bool {
        object["metadata", "labels", "kubernetes.io/bootstrapping"]?.string == "rbac-defaults"
            && object["metadata", "annotations", "rbac.authorization.kubernetes.io/autoupdate"]?.string != "false"
    }

    private static func isSystemFlowControl(_ object: JSONValue, _ name: String) -> Bool {
        switch object["metadata", "annotations", "apf.kubernetes.io/autoupdate-spec"]?.string {
        case "true": true
        case "false": false
        default: systemFlowControlNames.contains(name)
        }
    }

    /// Before Kubernetes 1.22 nothing but their names marked them.
    private static let systemFlowControlNames: Set<String> = [
        "exempt", "catch-all", "system-leader-election", "workload-leader-election", "system-nodes",
        "kube-controller-manager",
        "kube-scheduler", "kube-system-service-accounts", "service-accounts", "global-default", "probes", "system",
        "leader-election", "workload-high", "workload-low", "node-high", "system-node-high", "endpoint-controller",
    ]
}

extension ObjectKey {
    fileprivate var isKubernetesService: Bool { namespace == "default" && name == "kubernetes" }
}
