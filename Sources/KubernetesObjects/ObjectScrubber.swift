/// Removes from objects what the API server and the controllers own.
package enum ObjectScrubber {
    private static let serverMetadata = [
        "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds", "generateName",
    ]

    /// The object without what identifies this one incarnation of it, and without its status (statement C1 and C2 of the restore rules).
    package static func withoutServerFields(_ object: JSONValue) -> JSONValue {
        var object = object
        for field in serverMetadata { object["metadata", field] = nil }
        object["status"] = nil
        return object
    }

    /// The object in the form in which two clusters can be compared: also without what the server or a controller chooses
    /// anew in each cluster, such as cluster IPs, node ports, tokens and the uids of owners.
    package static func comparable(_ object: JSONValue) -> JSONValue {
        var object = withoutServerFields(object)
        removeAnnotations(controllerAnnotations, from: &object)
        object["metadata", "labels", "kubernetes.io/metadata.name"] = nil
        removeOwnerIdentifiers(&object)
        switch object["kind"]?.string {
        case "Service": ServiceFields.removeChosen(from: &object, keepsNodePorts: false)
        case "PersistentVolume":
            for field in ["uid", "resourceVersion", "apiVersion", "kind"] { object["spec", "claimRef", field] = nil }
        case "PersistentVolumeClaim": object["spec", "volumeName"] = nil
        case "Pod": PodFields.removeChosen(from: &object)
        case "Job": JobFields.removeChosen(from: &object)
        case "Secret" where object["type"]?.string == SecretTypes.serviceAccountToken:
            object["data"] = nil
            removeAnnotations(["kubernetes.io/service-account.uid"], from: &object)
        case "ServiceAccount": object["secrets"] = nil
        case "ClusterRole" where object["aggregationRule"] != nil: object["rules"] = nil
        case "Namespace": object["spec"] = nil
        default: break
        }
        removeEmpty(&object)
        return object
    }

    /// Annotations that controllers write about what they did.
    package static let controllerAnnotations = [
        "deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation",
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/storage-provisioner",
        "volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/selected-node",
        "autoscaling.alpha.kubernetes.io/conditions", "autoscaling.alpha.kubernetes.io/current-metrics",
        "endpoints.kubernetes.io/last-change-trigger-time", "control-plane.alpha.kubernetes.io/leader",
    ]

    package static func removeAnnotations(_ names: [String], from object: inout JSONValue) {
        guard var annotations = object["metadata", "annotations"]?.object else { return }
        for name in names { annotations[name] = nil }
        object["metadata", "annotations"] = annotations.isEmpty ? nil : .object(annotations)
    }

    private static func removeOwnerIdentifiers(_ object: inout JSONValue) {
        guard let owners = object["metadata", "ownerReferences"]?.array else { return }
        object["metadata", "ownerReferences"] = .array(
            owners.map { owner in
                var owner = owner
                owner["uid"] = nil
                return owner
            }
        )
    }

    /// An absent map and an empty one mean the same to the API server.
    private static func removeEmpty(_ object: inout JSONValue) {
        for field in ["labels", "annotations"] where object["metadata", field]?.object?.isEmpty == true {
            object["metadata", field] = nil
        }
    }
}

/// Types of Secrets that Kubernetes itself gives a meaning to.
package enum SecretTypes {
    package static let serviceAccountToken = "kubernetes.io/service-account-token"
    package static let bootstrapToken = "bootstrap.kubernetes.io/token"
}
