package import KubernetesObjects

/// What the API server does with a built-in object between decoding and storing: defaults, admission, validation, allocation.
///
/// The server has set name, namespace, uid and creationTimestamp before, because some rules need them.
package enum ObjectRules {
    /// Sets the defaults of the object's kind.
    package static func applyDefaults(
        to object: inout JSONValue,
        resource: GroupResource,
        in objects: any ClusterObjects
    ) {
        switch resource {
        case .pods:
            object.edit("spec", body: PodDefaults.apply)
            PodDefaults.applyToPod(&object)
        case .services: ServiceRules.applyDefaults(to: &object)
        case .definitions: DefinitionRules.applyDefaults(to: &object)
        default:
            WorkloadDefaults.apply(to: &object, resource: resource)
            PolicyDefaults.apply(to: &object, resource: resource, in: objects)
        }
    }

    /// Prepares a new object for storing, or refuses it.
    package static func create(
        _ object: inout JSONValue,
        resource: GroupResource,
        in objects: any ClusterObjects,
        options: RuleOptions
    ) throws(APIRefusal) {
        try checkNamespace(of: object, resource: resource, in: objects)
        applyDefaults(to: &object, resource: resource, in: objects)
        if resource == .pods { try PodAdmission.admit(&object, in: objects, options: options) }
        if resource.group == "batch", resource.resource == "jobs" { JobRules.generateSelector(&object) }
        if resource == .claims { object.addFinalizer("kubernetes.io/pvc-protection") }
        if resource == .volumes { object.addFinalizer("kubernetes.io/pv-protection") }
        setGeneration(of: &object, resource: resource)

        var problems = FieldProblems()
        MetadataRules.validate(object, resource: resource, &problems)
        Validation.validate(object, resource: resource, in: objects, &problems)
        if resource == .pods, !object.elements("spec", "ephemeralContainers").isEmpty {
            problems.forbidden("spec.ephemeralContainers", "cannot be set on create")
        }
        if resource == .services, problems.causes.isEmpty {
            ServiceRules.allocate(&object, old: nil, in: objects, options: options, &problems)
        }
        try problems.check(object.groupKind, object.name)
        try QuotaRules.check(object, resource: resource, in: objects)
    }

    /// Prepares a changed object for storing, or refuses the change. Not for writes of `/status`.
    package static func update(
        _ object: inout JSONValue,
        from old: JSONValue,
        resource: GroupResource,
        in objects: any ClusterObjects,
        options: RuleOptions
    ) throws(APIRefusal) {
        if resource == .services { ServiceRules.carryAllocated(to: &object, from: old) }
        // A write of the object itself never changes what its own endpoints own.
        if resource == .namespaces { object["spec", "finalizers"] = old["spec", "finalizers"] }
        if resource == .claims, object["spec", "volumeName"] == nil, let name = old["spec", "volumeName"] {
            object["spec", "volumeName"] = name
        }
        if resource.group == "batch", resource.resource == "jobs", object["spec", "selector"] == nil {
            object["spec", "selector"] = old["spec", "selector"]
        }
        applyDefaults(to: &object, resource: resource, in: objects)

        var problems = FieldProblems()
        MetadataRules.validate(object, resource: resource, &problems)
        MetadataRules.validateUpdate(object, from: old, &problems)
        Validation.validate(object, resource: resource, in: objects, &problems)
        ImmutableFields.validate(object, from: old, resource: resource, &problems)
        if resource == .services, problems.causes.isEmpty {
            ServiceRules.allocate(&object, old: old, in: objects, options: options, &problems)
        }
        try problems.check(object.groupKind, object.name)
    }

    /// A namespaced object needs its namespace, and one that is not going away.
    package static func checkNamespace(
        of object: JSONValue,
        resource: GroupResource,
        in objects: any ClusterObjects
    ) throws(APIRefusal) {
        let namespace = object.namespace
        guard !namespace.isEmpty else { return }
        guard let owner = objects.object(.namespaces, namespace: "", name: namespace) else {
            throw .notFound(.namespaces, namespace)
        }
        guard !owner.isTerminating else {
            throw .forbidden(
                resource,
                object.name,
                "unable to create new content in namespace \(namespace) because it is being terminated",
                causes: [
                    APIRefusal.Cause(
                        reason: "NamespaceTerminating",
                        message: "namespace \(namespace) is being terminated",
                        field: "metadata.namespace"
                    )
                ]
            )
        }
    }

    /// Whether a kind counts the generations of its spec.
    package static func hasGeneration(_ resource: GroupResource) -> Bool {
        switch (resource.group, resource.resource) {
        case ("apps", let name): name != "controllerrevisions"
        case ("batch", _), ("policy", _), ("networking.k8s.io", "ingresses"), ("networking.k8s.io", "networkpolicies"): true
        case ("networking.k8s.io", "ingressclasses"), ("admissionregistration.k8s.io", _): true
        case ("apiextensions.k8s.io", _), ("flowcontrol.apiserver.k8s.io", _): true
        case ("", "replicationcontrollers"), ("scheduling.k8s.io", _): true
        default: false
        }
    }

    private static func setGeneration(of object: inout JSONValue, resource: GroupResource) {
        if hasGeneration(resource) { object["metadata", "generation"] = 1 }
    }
}
