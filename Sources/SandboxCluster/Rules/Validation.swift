import KubernetesObjects

/// The required fields and the consistency of the built-in kinds.
enum Validation {
    static func validate(
        _ object: JSONValue,
        resource: GroupResource,
        in objects: Transaction,
        _ problems: inout FieldProblems
    ) {
        switch (resource.group, resource.resource) {
        case ("", "pods"): PodValidation.validate(object["spec"] ?? [:], "spec", &problems)
        case ("", "services"): ServiceRules.validate(object, &problems)
        case ("", "configmaps"): configMap(object, &problems)
        case ("", "secrets"): SecretValidation.validate(object, &problems)
        case ("", "persistentvolumeclaims"): claim(object, "spec", &problems)
        case ("", "persistentvolumes"): volume(object, &problems)
        case ("apps", "deployments"), ("apps", "replicasets"), ("apps", "daemonsets"), ("apps", "statefulsets"):
            workload(object, resource, &problems)
        case ("batch", "jobs"):
            template(object["spec", "template"], "spec.template", &problems)
            JobRules.validate(object, &problems)
        case ("batch", "cronjobs"): cronJob(object, &problems)
        case ("rbac.authorization.k8s.io", "rolebindings"), ("rbac.authorization.k8s.io", "clusterrolebindings"):
            binding(object, &problems)
        case ("networking.k8s.io", "ingresses"): IngressValidation.validate(object, &problems)
        case ("networking.k8s.io", "ingressclasses"):
            if object.text("spec", "controller").isEmpty { problems.required("spec.controller") }
        case ("storage.k8s.io", "storageclasses"):
            if object.text("provisioner").isEmpty { problems.required("provisioner") }
        case ("autoscaling", _):
            if object["spec", "maxReplicas"] == nil { problems.required("spec.maxReplicas") }
            for field in ["kind", "name"] where object.text("spec", "scaleTargetRef", field).isEmpty {
                problems.required("spec.scaleTargetRef.\(field)")
            }
        case ("policy", "poddisruptionbudgets"):
            if object["spec", "minAvailable"] != nil, object["spec", "maxUnavailable"] != nil {
                problems.invalid("spec", object["spec"], "minAvailable and maxUnavailable cannot be both set")
            }
        case ("apiextensions.k8s.io", _): DefinitionRules.validate(object, &problems)
        case ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"):
            webhooks(object, &problems)
        case ("apiregistration.k8s.io", _):
            let name = "\(object.text("spec", "version")).\(object.text("spec", "group"))"
            if object.name != name, object.name != name + "." {
                problems.invalid(
                    "metadata.name",
                    .string(object.name),
                    "must be `spec.version+\".\"+spec.group`: \"\(name)\""
                )
            }
        case ("discovery.k8s.io", "endpointslices"):
            if object.text("addressType").isEmpty { problems.required("addressType") }
        case ("scheduling.k8s.io", _):
            if object.name.hasPrefix("system-"),
                !["system-cluster-critical", "system-node-critical"].contains(object.name)
            {
                problems.forbidden(
                    "metadata.name",
                    "priority class names with 'system-' prefix are reserved for system use only. error: "
                        + "\(object.name) is not a known system priority class"
                )
            }
        default: break
        }
    }

    private static func configMap(_ object: JSONValue, _ problems: inout FieldProblems) {
        var size = 0
        for field in ["data", "binaryData"] {
            for member in object[field]?.object?.members ?? [] {
                SecretValidation.validateKey(member.key, "\(field)[\(member.key)]", &problems)
                let text = member.value.string ?? ""
                size += field == "data" ? text.utf8.count : (Base64.decode(text)?.count ?? 0)
            }
        }
        if size > SecretValidation.limit { problems.tooLong("[]", limit: SecretValidation.limit) }
    }

    static func claim(_ object: JSONValue, _ field: String, _ problems: inout FieldProblems) {
        if object.elements("spec", "accessModes").isEmpty {
            problems.required("\(field).accessModes", "at least 1 access mode is required")
        }
        let path = "\(field).resources[storage]"
        if let storage = object["spec", "resources", "requests", "storage"] {
            if LimitRules.quantity(storage).map({ $0.thousandths <= 0 }) ?? true {
                problems.invalid(path, storage, "must be greater than zero")
            }
        } else {
            problems.required(path)
        }
    }

    private static func volume(_ object: JSONValue, _ problems: inout FieldProblems) {
        if object.elements("spec", "accessModes").isEmpty { problems.required("spec.accessModes") }
        if object["spec", "capacity", "storage"] == nil { problems.required("spec.capacity") }
        let known: Set<String> = [
            "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
            "storageClassName", "volumeMode", "volumeAttributesClassName",
        ]
        let sources = (object["spec"]?.object?.members ?? []).filter { !known.contains($0.key) && !$0.value.isNull }
        if sources.isEmpty {
            problems.required("spec", "must specify a volume type")
        } else if sources.count > 1 {
            problems.forbidden("spec.\(sources[1].key)", "may not specify more than 1 volume type")
        }
    }

    private static func workload(_ object: JSONValue, _ resource: GroupResource, _ problems: inout FieldProblems) {
        guard object["spec"] != nil else {
            problems.required("spec")
            return
        }
        if let replicas = object["spec", "replicas"]?.int, replicas < 0 {
            problems.invalid("spec.replicas", .int(replicas), "must be greater than or equal to 0")
        }
        let labels = object["spec", "template", "metadata", "labels"]
        let selector = object["spec", "selector"]
        let parsed = selector.flatMap { try? LabelSelector(of: $0) }
        if let selector, parsed?.requirements.isEmpty == true {
            let kind = resource.resource.dropLast()
            problems.invalid(
                "spec.selector",
                printed: GoText.selector(selector),
                "empty selector is invalid for \(kind)"
            )
        } else if selector == nil {
            problems.required("spec.selector")
        }
        if parsed?.matches(labels?.stringMap ?? [:]) != true {
            problems.invalid(
                "spec.template.metadata.labels",
                printed: GoText.map(labels),
                "`selector` does not match template `labels`"
            )
        }
        let claims = object.elements("spec", "volumeClaimTemplates").map { $0.text("metadata", "name") }
        template(object["spec", "template"], "spec.template", claims: claims, &problems)
        let restart = object.text("spec", "template", "spec", "restartPolicy")
        if !restart.isEmpty, restart != "Always" {
            problems.unsupported("spec.template.spec.restartPolicy", .string(restart), ["Always"])
        }
        if resource.resource == "statefulsets" {
            for (index, claim) in object.elements("spec", "volumeClaimTemplates").enumerated() {
                self.claim(claim, "spec.volumeClaimTemplates[\(index)].spec", &problems)
            }
        }
    }

    private static func template(
        _ template: JSONValue?,
        _ field: String,
        claims: [String] = [],
        _ problems: inout FieldProblems
    ) {
        guard let template else {
            problems.required(field)
            return
        }
        PodValidation.validate(template["spec"] ?? [:], "\(field).spec", claims: claims, &problems)
    }

    private static func cronJob(_ object: JSONValue, _ problems: inout FieldProblems) {
        let schedule = object.text("spec", "schedule")
        if schedule.isEmpty {
            problems.required("spec.schedule")
        } else if !schedule.hasPrefix("@"), schedule.split(separator: " ").count != 5 {
            problems.invalid(
                "spec.schedule",
                .string(schedule),
                "expected exactly 5 fields, found \(schedule.split(separator: " ").count): [\(schedule)]"
            )
        }
        template(object["spec", "jobTemplate", "spec", "template"], "spec.jobTemplate.spec.template", &problems)
    }

    private static func binding(_ object: JSONValue, _ problems: inout FieldProblems) {
        let kind = object.text("roleRef", "kind")
        let kinds = object.kind == "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]
        if !kinds.contains(kind) { problems.unsupported("roleRef.kind", .string(kind), kinds) }
        if object.text("roleRef", "name").isEmpty { problems.required("roleRef.name") }
        for (index, subject) in object.elements("subjects").enumerated() {
            let field = "subjects[\(index)]"
            if subject.text("name").isEmpty { problems.required("\(field).name") }
            if subject.text("kind") == "ServiceAccount", subject.text("namespace").isEmpty {
                problems.required("\(field).namespace")
            }
        }
    }

    private static func webhooks(_ object: JSONValue, _ problems: inout FieldProblems) {
        for (index, hook) in object.elements("webhooks").enumerated() {
            let field = "webhooks[\(index)]"
            if hook.text("name").split(separator: ".").count < 3 {
                problems.invalid(
                    "\(field).name",
                    hook["name"],
                    "should be a domain with at least three segments separated by dots"
                )
            }
            if !["None", "NoneOnDryRun"].contains(hook.text("sideEffects")) {
                problems.unsupported("\(field).sideEffects", hook["sideEffects"], ["None", "NoneOnDryRun"])
            }
            if hook.elements("admissionReviewVersions").isEmpty {
                problems.required("\(field).admissionReviewVersions", "must specify one of v1, v1beta1")
            }
            let client = hook["clientConfig"]
            if (client?["url"] == nil) == (client?["service"] == nil) {
                problems.required("\(field).clientConfig", "exactly one of url or service is required")
            }
        }
    }
}
