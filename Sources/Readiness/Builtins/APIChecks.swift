import KubernetesObjects
import Policies

/// Whether the API server can serve what the objects need.
enum APIChecks {
    /// Every webhook that is called in the cluster has a Service with a ready endpoint.
    static let webhooksBacked: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let canRun = try context.inventory.runsWorkloads()
        for configuration in try context.inventory.objects(.validatingWebhooks)
            + context.inventory.objects(.mutatingWebhooks)
        {
            let identity = ObjectIdentity(of: configuration)
            for (index, webhook) in (configuration["webhooks"]?.array ?? []).enumerated() {
                guard let reference = webhook["clientConfig", "service"] else { continue }
                result.examined += 1
                let path = "/webhooks/\(index)"
                let (namespace, name) = (reference["namespace"]?.string ?? "", reference["name"]?.string ?? "")
                let isFatal = (webhook["failurePolicy"]?.string ?? "Fail") == "Fail"
                let effect = isFatal ? "every request that it matches is refused" : "it is skipped"
                guard let service = try context.inventory.object(.service, namespace: namespace, name: name) else {
                    let text = "calls the Service \(namespace)/\(name), which does not exist: \(effect)"
                    if isFatal { result.fail(identity, text, at: path) } else { result.warn(identity, text, at: path) }
                    continue
                }
                if canRun, try !context.inventory.hasReadyEndpoint(service) {
                    let text = "calls the Service \(namespace)/\(name), which has no ready endpoint: \(effect)"
                    if isFatal { result.fail(identity, text, at: path) } else { result.warn(identity, text, at: path) }
                }
            }
        }
        return result.examined > 0 && !canRun && result.findings.isEmpty ? .withoutNodes : result
    }

    /// Every aggregated API is available.
    static let apiServicesAvailable: ReadinessBuiltin = { context throws(UnreadableKind) in
        let services = try context.inventory.objects(.apiService).filter { $0["spec", "service"]?.object != nil }
        guard !services.isEmpty else { return .notApplicable("no API is served by an aggregated API server") }
        guard try context.inventory.runsWorkloads() else { return .withoutNodes }
        var result = Examination()
        for service in services {
            result.examined += 1
            guard !service.hasCondition("Available") else { continue }
            let reason = service.condition("Available")?["reason"]?.string ?? "its status says nothing"
            result.fail(ObjectIdentity(of: service), "is not available: \(reason)", at: "/status/conditions")
        }
        return result
    }

    /// Every CustomResourceDefinition is established and serves the version it stores; a kind with objects has its controller.
    static let customResourcesServed: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for definition in try context.inventory.objects(.customResourceDefinition) {
            result.examined += 1
            let identity = ObjectIdentity(of: definition)
            if context.inventory.served != nil || definition["status", "conditions"] != nil {
                for type in ["Established", "NamesAccepted"] where !definition.hasCondition(type) {
                    result.fail(identity, "is not \(type)", at: "/status/conditions/\(type)")
                }
            }
            let versions = (definition["spec", "versions"]?.array ?? []).compactMap { $0["name"]?.string }
            for version in definition["status", "storedVersions"]?.array?.compactMap(\.string) ?? []
            where !versions.contains(version) {
                result.fail(
                    identity,
                    "has objects stored as \(version), which it no longer defines",
                    at: "/status/storedVersions"
                )
            }
            let kind = GroupKind(
                group: definition["spec", "group"]?.string ?? "",
                kind: definition["spec", "names", "kind"]?.string ?? ""
            )
            try findController(of: kind, identity, context, &result)
        }
        return result
    }

    /// A component of the catalogue that owns the kind must be more than declared when there are objects of the kind.
    private static func findController(
        of kind: GroupKind,
        _ identity: ObjectIdentity?,
        _ context: CheckContext,
        _ result: inout Examination
    ) throws(UnreadableKind) {
        let name = "\(kind.group)/\(kind.kind)"
        let owners = context.components.filter { $0.signature.customResources.matches(name) }
        guard !owners.isEmpty, owners.allSatisfy({ $0.state == .declared }) else { return }
        let count = try context.inventory.objects(kind).count
        guard count > 0 else { return }
        result.fail(identity, "\(count) objects of this kind exist and no controller acts on them", at: "/controller")
    }

    /// No object is of a version that Kubernetes removed in a later release.
    static let removedAPIs: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for kind in context.inventory.kinds.sorted(by: { $0.description < $1.description }) {
            var seen: Set<GroupVersionKind> = []
            for object in try context.inventory.objects(kind) {
                guard let identity = ObjectIdentity(of: object) else { continue }
                result.examined += 1
                let version = identity.groupVersionKind
                guard let removed = RemovedVersions.removal(of: version), seen.insert(version).inserted else {
                    continue
                }
                let text = "\(version) was removed in Kubernetes \(removed.release); use \(removed.replacement)"
                result.warn(identity, text, at: "/apiVersion")
            }
        }
        return result
    }
}

/// The versions that Kubernetes stopped to serve. Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
enum RemovedVersions {
    struct Removal { let release: String; let replacement: String }

    static func removal(of version: GroupVersionKind) -> Removal? {
        table["\(version.apiVersion)/\(version.kind)"] ?? table["\(version.apiVersion)/*"]
    }

    private static let table: [String: Removal] = [
        "extensions/v1beta1/Ingress": Removal(release: "1.22", replacement: "networking.k8s.io/v1"),
        "extensions/v1beta1/*": Removal(release: "1.16", replacement: "apps/v1 or networking.k8s.io/v1"),
        "apps/v1beta1/*": Removal(release: "1.16", replacement: "apps/v1"),
        "apps/v1beta2/*": Removal(release: "1.16", replacement: "apps/v1"),
        "networking.k8s.io/v1beta1/Ingress": Removal(release: "1.22", replacement: "networking.k8s.io/v1"),
        "networking.k8s.io/v1beta1/IngressClass": Removal(release: "1.22", replacement: "networking.k8s.io/v1"),
        "rbac.authorization.k8s.io/v1beta1/*": Removal(release: "1.22", replacement: "rbac.authorization.k8s.io/v1"),
        "apiextensions.k8s.io/v1beta1/*": Removal(release: "1.22", replacement: "apiextensions.k8s.io/v1"),
        "admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration": Removal(
            release: "1.22",
            replacement: "admissionregistration.k8s.io/v1"
        ),
        "admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration": Removal(
            release: "1.22",
            replacement: "admissionregistration.k8s.io/v1"
        ),
        "apiregistration.k8s.io/v1beta1/*": Removal(release: "1.22", replacement: "apiregistration.k8s.io/v1"),
        "scheduling.k8s.io/v1beta1/*": Removal(release: "1.22", replacement: "scheduling.k8s.io/v1"),
        "storage.k8s.io/v1beta1/StorageClass": Removal(release: "1.22", replacement: "storage.k8s.io/v1"),
        "storage.k8s.io/v1beta1/CSIDriver": Removal(release: "1.22", replacement: "storage.k8s.io/v1"),
        "storage.k8s.io/v1beta1/CSINode": Removal(release: "1.22", replacement: "storage.k8s.io/v1"),
        "storage.k8s.io/v1beta1/VolumeAttachment": Removal(release: "1.22", replacement: "storage.k8s.io/v1"),
        "certificates.k8s.io/v1beta1/CertificateSigningRequest": Removal(
            release: "1.22",
            replacement: "certificates.k8s.io/v1"
        ),
        "coordination.k8s.io/v1beta1/Lease": Removal(release: "1.22", replacement: "coordination.k8s.io/v1"),
        "storage.k8s.io/v1beta1/CSIStorageCapacity": Removal(release: "1.27", replacement: "storage.k8s.io/v1"),
        "batch/v1beta1/CronJob": Removal(release: "1.25", replacement: "batch/v1"),
        "policy/v1beta1/PodDisruptionBudget": Removal(release: "1.25", replacement: "policy/v1"),
        "policy/v1beta1/PodSecurityPolicy": Removal(release: "1.25", replacement: "Pod Security Admission"),
        "discovery.k8s.io/v1beta1/*": Removal(release: "1.25", replacement: "discovery.k8s.io/v1"),
        "events.k8s.io/v1beta1/*": Removal(release: "1.25", replacement: "events.k8s.io/v1"),
        "node.k8s.io/v1beta1/*": Removal(release: "1.25", replacement: "node.k8s.io/v1"),
        "autoscaling/v2beta1/*": Removal(release: "1.25", replacement: "autoscaling/v2"),
        "autoscaling/v2beta2/*": Removal(release: "1.26", replacement: "autoscaling/v2"),
        "flowcontrol.apiserver.k8s.io/v1beta1/*": Removal(
            release: "1.26",
            replacement: "flowcontrol.apiserver.k8s.io/v1"
        ),
        "flowcontrol.apiserver.k8s.io/v1beta2/*": Removal(
            release: "1.29",
            replacement: "flowcontrol.apiserver.k8s.io/v1"
        ),
        "flowcontrol.apiserver.k8s.io/v1beta3/*": Removal(
            release: "1.32",
            replacement: "flowcontrol.apiserver.k8s.io/v1"
        ),
        "servicecatalog.k8s.io/v1beta1/*": Removal(release: "1.22", replacement: "an operator of the service"),
    ]
}
