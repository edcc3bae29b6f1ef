import KubernetesObjects

/// What the API server does with a built-in object between decoding and storing: defaults, admission, validation, allocation.
///
/// Name, namespace, uid and creationTimestamp are set before, because some rules need them.
enum ObjectRules {
    /// Sets the defaults of the object's kind.
    static func applyDefaults(
        to object: inout JSONValue,
        resource: GroupResource
    ) {
        switch resource {
        case .pods:
            object.edit("spec", body: PodDefaults.apply)
            PodDefaults.applyToPod(&object)
        case .services: ServiceRules.applyDefaults(to: &object)
        case .definitions: DefinitionRules.applyDefaults(to: &object)
        default:
            WorkloadDefaults.apply(to: &object, resource: resource)
            PolicyDefaults.apply(to: &object, resource: resource)
        }
    }

    /// Prepares a new object for storing, or refuses it.
    static func create(
        _ object: inout JSONValue,
        resource: GroupResource,
        in objects: Transaction,
        options: RuleOptions
    ) throws(StatusError) {
        applyDefaults(to: &object, resource: resource)
        if resource == .pods { try PodAdmission.admit(&object, in: objects, options: options) }
        if resource.group == "batch", resource.resource == "jobs" { JobRules.generateSelector(&object) }
        if resource == .apps("daemonsets") { setTemplateGeneration(of: &object, old: nil) }
        if resource == .claims {
            PolicyDefaults.setStorageClass(of: &object, in: objects)
            object.addFinalizer("kubernetes.io/pvc-protection")
        }
        if resource == .definitions {
            DefinitionRules.setStatus(of: &object, old: nil, in: objects, now: options.environment.now())
        }
        if resource == .volumes { object.addFinalizer("kubernetes.io/pv-protection") }

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
    }

    /// Prepares a changed object for storing, or refuses the change. Not for writes of `/status`.
    static func update(
        _ object: inout JSONValue,
        from old: JSONValue,
        resource: GroupResource,
        in objects: Transaction,
        options: RuleOptions
    ) throws(StatusError) {
        if resource == .services { ServiceRules.carryAllocated(to: &object, from: old) }
        // A write of the object itself never changes what its own endpoints own.
        if resource == .namespaces { object["spec", "finalizers"] = old["spec", "finalizers"] }
        if resource == .claims, object["spec", "volumeName"] == nil, let name = old["spec", "volumeName"] {
            object["spec", "volumeName"] = name
        }
        if resource.group == "batch", resource.resource == "jobs", object["spec", "selector"] == nil {
            object["spec", "selector"] = old["spec", "selector"]
        }
        applyDefaults(to: &object, resource: resource)
        if resource == .apps("daemonsets") { setTemplateGeneration(of: &object, old: old) }
        if resource == .definitions {
            DefinitionRules.setStatus(of: &object, old: old, in: objects, now: options.environment.now())
        }

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

    /// The count of a DaemonSet's templates, in the annotation that remains from older versions of the API.
    private static func setTemplateGeneration(of object: inout JSONValue, old: JSONValue?) {
        let key = "deprecated.daemonset.template.generation"
        let last = Int(old?.annotations[key] ?? "") ?? 0
        let isChanged = old.map { !FieldProblems.same(object["spec", "template"], $0["spec", "template"]) } ?? true
        object["metadata", "annotations", key] = .string(String(isChanged ? last + 1 : max(last, 1)))
    }
}
