import KubernetesObjects

/// What the API server keeps in the metadata of every object.
enum ObjectMetadata {
    /// Checks apiVersion, kind, namespace and name of an object against the request and gives it its final name.
    static func identify(
        _ object: inout JSONValue,
        _ resource: ServedResource,
        namespace: String,
        _ environment: SandboxEnvironment
    ) throws(StatusError) {
        try checkKind(object, resource)
        if object["metadata"]?.object == nil { object["metadata"] = .object(JSONObject()) }
        if resource.isNamespaced {
            let given = object["metadata", "namespace"]?.string ?? ""
            guard given.isEmpty || given == namespace else {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            }
            object["metadata", "namespace"] = .string(namespace)
        } else {
            object["metadata", "namespace"] = nil
        }
        if object["metadata", "name"]?.string ?? "" == "" {
            guard let prefix = object["metadata", "generateName"]?.string, !prefix.isEmpty else {
                throw .invalid(
                    resource.groupKind,
                    "",
                    [.required("metadata.name", "name or generateName is required")]
                )
            }
            object["metadata", "name"] = .string(String(prefix.prefix(58)) + environment.nameSuffix())
        }
    }

    /// The apiVersion and kind of the body must be those of the URL; absent ones are filled in.
    static func checkKind(_ object: JSONValue, _ resource: ServedResource) throws(StatusError) {
        guard object.object != nil else { throw .badRequest("the body is not a JSON object") }
        let apiVersion = object["apiVersion"]?.string ?? resource.groupVersion
        let kind = object["kind"]?.string ?? resource.kind
        guard apiVersion == resource.groupVersion, kind == resource.kind else {
            let (_, version) = splitAPIVersion(apiVersion)
            let group = resource.group.isEmpty ? "core" : String(resource.group.split(separator: ".").first ?? "")
            let message =
                kind == resource.kind
                ? "the API version in the data (\(apiVersion)) does not match the expected API version (\(resource.groupVersion))"
                : "\(kind) in version \"\(version)\" cannot be handled as a \(resource.kind): converting (\(apiVersion).\(kind)) to (\(group).\(resource.kind)): unknown conversion"
            throw .badRequest(message)
        }
    }

    /// Sets what only the server sets, as for every new object.
    static func begin(_ object: inout JSONValue, _ resource: ServedResource, _ transaction: borrowing Transaction) {
        for name in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "resourceVersion"]
        {
            object["metadata", name] = nil
        }
        object["metadata", "uid"] = .string(transaction.newUID())
        object["metadata", "creationTimestamp"] = .string(transaction.now.description)
        if hasGeneration(resource) { object["metadata", "generation"] = 1 }
    }

    /// Whether metadata.generation counts the changes of the specification of this kind.
    static func hasGeneration(_ resource: ServedResource) -> Bool {
        resource.isCustom || kindsWithGeneration.contains(resource.kind)
    }

    private static let kindsWithGeneration: Set<String> = [
        "APIService", "CronJob", "CustomResourceDefinition", "DaemonSet", "Deployment", "EndpointSlice", "FlowSchema",
        "Ingress", "IngressClass", "Job", "MutatingWebhookConfiguration", "NetworkPolicy", "PodDisruptionBudget",
        "PriorityClass", "PriorityLevelConfiguration", "ReplicaSet", "ReplicationController", "StatefulSet",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
    ]

    /// Carries over what an update cannot change.
    static func keepSystemFields(_ object: inout JSONValue, from old: JSONValue) {
        for name in [
            "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "name",
            "namespace", "generateName", "resourceVersion",
        ] {
            object["metadata", name] = old["metadata", name]
        }
        object["metadata", "selfLink"] = nil
    }

    /// Whether the change counts for metadata.generation: anything but metadata and status.
    static func specDiffers(_ old: JSONValue, _ new: JSONValue, _ resource: ServedResource) -> Bool {
        if resource.kind == "Deployment", old["metadata", "annotations"] != new["metadata", "annotations"] {
            return true
        }
        return without(old) != without(new)
    }

    private static func without(_ object: JSONValue) -> JSONValue {
        var rest = object
        rest["metadata"] = nil
        rest["status"] = nil
        return rest
    }
}
