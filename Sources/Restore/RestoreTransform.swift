package import KubernetesObjects
package import Policies

/// Turns an object of a snapshot into the one that is sent to the target. Pure; the rules are those of `docs/restore-rules.md`.
package struct RestoreTransform: Sendable {
    let policy: RestorePolicy
    /// Volumes that are restored: claims keep their binding to these only (statements C79 to C82).
    let keptVolumes: Set<String>

    package init(policy: RestorePolicy, keptVolumes: Set<String>) {
        self.policy = policy
        self.keptVolumes = keptVolumes
    }

    /// - Throws: `object.invalid-patch` when a patch of the policy does not fit; the object is then not restored (C121).
    package func apply(to object: JSONValue, resource: GroupResource) throws(LifeboatError) -> JSONValue {
        let labels = object["metadata", "labels"]?.stringMap ?? [:]
        let (namespace, name) = (object["metadata", "namespace"]?.string, object["metadata", "name"]?.string ?? "")
        var object = ObjectScrubber.withoutServerFields(object)
        scrub(&object)
        mapNamespaces(&object)
        for patch in policy.patches
        where patch.selects(resource: resource, namespace: namespace, name: name, labels: labels) {
            object = try patch.apply(to: object)
        }
        return object
    }

    private func scrub(_ object: inout JSONValue) {
        ObjectScrubber.removeAnnotations(ObjectScrubber.controllerAnnotations, from: &object)
        switch object["kind"]?.string {
        case "Service": ServiceFields.removeChosen(from: &object, keepsNodePorts: policy.preserveNodePorts)
        case "Pod": PodFields.removeChosen(from: &object)
        case "Job": JobFields.removeChosen(from: &object)
        case "PersistentVolume":
            // A stale uid makes the volume controller release the volume, and with Delete destroy the storage (C80).
            for field in ["uid", "resourceVersion"] { object["spec", "claimRef", field] = nil }
        case "PersistentVolumeClaim":
            if let volume = object["spec", "volumeName"]?.string, !keptVolumes.contains(volume) {
                object["spec", "volumeName"] = nil
            }
        case "Secret" where object["type"]?.string == SecretTypes.serviceAccountToken:
            object["data"] = nil
            ObjectScrubber.removeAnnotations(["kubernetes.io/service-account.uid"], from: &object)
        case "ServiceAccount":
            let account = object["metadata", "name"]?.string ?? ""
            let secrets = (object["secrets"]?.array ?? []).filter {
                !GeneratedNames.hasRandomSuffix($0["name"]?.string ?? "", prefix: "\(account)-token-")
            }
            object["secrets"] = secrets.isEmpty ? nil : .array(secrets)
        case "ClusterRole" where object["aggregationRule"] != nil: object["rules"] = .array([])
        default: break
        }
    }

    /// Follows the mapping wherever an object names a namespace (statements C81, C98, C99).
    private func mapNamespaces(_ object: inout JSONValue) {
        guard !policy.namespaceMapping.isEmpty else { return }
        func map(_ path: String...) {
            guard let old = object.value(at: path[...])?.string, let new = policy.namespaceMapping[old] else { return }
            object.set(.string(new), at: path[...])
        }
        map("metadata", "namespace")
        switch object["kind"]?.string {
        case "Namespace":
            map("metadata", "name")
            map("metadata", "labels", "kubernetes.io/metadata.name")
        case "PersistentVolume": map("spec", "claimRef", "namespace")
        case "APIService": map("spec", "service", "namespace")
        case "RoleBinding", "ClusterRoleBinding": mapList("subjects", ["namespace"], in: &object)
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            mapList("webhooks", ["clientConfig", "service", "namespace"], in: &object)
        default: break
        }
    }

    private func mapList(_ list: String, _ path: [String], in object: inout JSONValue) {
        guard let items = object[list]?.array else { return }
        object[list] = .array(
            items.map { item in
                guard let old = item.value(at: path[...])?.string, let new = policy.namespaceMapping[old] else {
                    return item
                }
                var item = item
                item.set(.string(new), at: path[...])
                return item
            }
        )
    }
}
