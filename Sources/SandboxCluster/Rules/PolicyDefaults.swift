import KubernetesObjects

/// The defaults of the kinds that neither run Pods nor are Services.
enum PolicyDefaults {
    // One row a kind: a table in the shape of a switch.
    static func apply(to object: inout JSONValue, resource: GroupResource) {
        switch (resource.group, resource.resource) {
        case ("", "namespaces"):
            object["metadata", "labels", "kubernetes.io/metadata.name"] = .string(object.name)
            object.setDefault(["kubernetes"], "spec", "finalizers")
            object.setDefault("Active", "status", "phase")
        case ("", "secrets"):
            object.setDefault("Opaque", "type")
            encodeStringData(&object)
        case ("", "persistentvolumeclaims"):
            object.setDefault("Filesystem", "spec", "volumeMode")
            object.setDefault("Pending", "status", "phase")
            if let source = object["spec", "dataSource"] { object.setDefault(source, "spec", "dataSourceRef") }
        case ("", "persistentvolumes"):
            object.setDefault("Retain", "spec", "persistentVolumeReclaimPolicy")
            object.setDefault("Filesystem", "spec", "volumeMode")
            object.setDefault("Pending", "status", "phase")
            object.edit("spec", "hostPath") { $0.setDefault("", "type") }
            object.edit("spec", "claimRef") { claim in
                claim.setDefault("v1", "apiVersion")
                claim.setDefault("PersistentVolumeClaim", "kind")
            }
        case ("", "limitranges"): limitRange(&object)
        case ("storage.k8s.io", "storageclasses"):
            object.setDefault("Delete", "reclaimPolicy")
            object.setDefault("Immediate", "volumeBindingMode")
        case ("storage.k8s.io", "csidrivers"):
            object.setDefault(true, "spec", "attachRequired")
            object.setDefault(false, "spec", "podInfoOnMount")
            object.setDefault(["Persistent"], "spec", "volumeLifecycleModes")
            object.setDefault("ReadWriteOnceWithFSType", "spec", "fsGroupPolicy")
            object.setDefault(false, "spec", "storageCapacity")
            object.setDefault(false, "spec", "requiresRepublish")
            object.setDefault(false, "spec", "seLinuxMount")
        case ("rbac.authorization.k8s.io", "rolebindings"), ("rbac.authorization.k8s.io", "clusterrolebindings"):
            object.setDefault("rbac.authorization.k8s.io", "roleRef", "apiGroup")
            object.editEach("subjects") { subject in
                if subject["kind"] != "ServiceAccount" {
                    subject.setDefault("rbac.authorization.k8s.io", "apiGroup")
                } else if resource.resource == "rolebindings" {
                    return
                }
            }
        case ("networking.k8s.io", "networkpolicies"): networkPolicy(&object)
        case ("policy", "poddisruptionbudgets"): break
        case ("autoscaling", "horizontalpodautoscalers"):
            object.setDefault(1, "spec", "minReplicas")
            if splitAPIVersion(object.text("apiVersion")).version != "v1", object["spec", "metrics"] == nil {
                object["spec", "metrics"] = [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
                    ]
                ]
            }
        case ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"):
            webhooks(&object, isMutating: resource.resource == "mutatingwebhookconfigurations")
        case ("scheduling.k8s.io", "priorityclasses"):
            object.setDefault("PreemptLowerPriority", "preemptionPolicy")
        case ("apiregistration.k8s.io", "apiservices"):
            object.edit("spec", "service") { $0.setDefault(443, "port") }
        case ("", "endpoints"):
            object.editEach("subsets") { subset in subset.editEach("ports") { $0.setDefault("TCP", "protocol") } }
        case ("discovery.k8s.io", "endpointslices"):
            object.editEach("ports") { port in
                port.setDefault("", "name")
                port.setDefault("TCP", "protocol")
            }
        default: break
        }
    }

    private static func encodeStringData(_ secret: inout JSONValue) {
        guard let texts = secret["stringData"] else { return }
        for member in texts.object?.members ?? [] {
            secret["data", member.key] = .string(Base64.encode(Array((member.value.string ?? "").utf8)))
        }
        secret["stringData"] = nil
    }

    /// A new claim that names no class gets the default one.
    static func setStorageClass(of claim: inout JSONValue, in objects: Transaction) {
        guard claim["spec", "storageClassName"] == nil,
            claim.annotations["volume.beta.kubernetes.io/storage-class"] == nil
        else { return }
        claim["spec", "storageClassName"] = defaultClass(in: objects).map { .string($0) }
    }

    /// The newest StorageClass that is marked as the default.
    private static func defaultClass(in objects: Transaction) -> String? {
        objects.values(.storageClasses, namespace: nil)
            .filter { $0.annotations["storageclass.kubernetes.io/is-default-class"] == "true" }
            .max {
                let (left, right) = ($0.text("metadata", "creationTimestamp"), $1.text("metadata", "creationTimestamp"))
                return (left, $1.name) < (right, $0.name)
            }?.name
    }

    private static func networkPolicy(_ object: inout JSONValue) {
        object.setDefault([:], "spec", "podSelector")
        object.edit("spec") { spec in
            spec.setDefault(
                (spec.elements("egress").isEmpty ? ["Ingress"] : ["Ingress", "Egress"]),
                "policyTypes"
            )
            for direction in ["ingress", "egress"] {
                spec.editEach(direction) { rule in rule.editEach("ports") { $0.setDefault("TCP", "protocol") } }
            }
        }
    }

    private static func limitRange(_ object: inout JSONValue) {
        object.edit("spec") { spec in
            spec.editEach("limits") { limit in
                guard limit["type"] == "Container" else { return }
                for member in limit["max"]?.object?.members ?? [] {
                    limit.setDefault(member.value, "default", member.key)
                }
                for member in limit["default"]?.object?.members ?? [] {
                    limit.setDefault(member.value, "defaultRequest", member.key)
                }
                for member in limit["min"]?.object?.members ?? [] {
                    limit.setDefault(member.value, "defaultRequest", member.key)
                }
            }
        }
    }

    private static func webhooks(_ object: inout JSONValue, isMutating: Bool) {
        object.editEach("webhooks") { hook in
            hook.setDefault("Fail", "failurePolicy")
            hook.setDefault("Equivalent", "matchPolicy")
            hook.setDefault([:], "namespaceSelector")
            hook.setDefault([:], "objectSelector")
            hook.setDefault(10, "timeoutSeconds")
            if isMutating { hook.setDefault("Never", "reinvocationPolicy") }
            hook.edit("clientConfig", "service") { $0.setDefault(443, "port") }
            hook.editEach("rules") { $0.setDefault("*", "scope") }
        }
    }
}
