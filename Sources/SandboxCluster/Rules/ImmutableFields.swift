import KubernetesObjects

/// The fields that the API server never lets change, with its words.
enum ImmutableFields {
    static func validate(
        _ new: JSONValue,
        from old: JSONValue,
        resource: GroupResource,
        _ problems: inout FieldProblems
    ) {
        func immutable(_ path: String...) {
            problems.immutable(path.joined(separator: "."), new.value(at: path[...]), old.value(at: path[...]))
        }
        func forbidden(_ text: String, _ path: String...) {
            if !FieldProblems.same(new.value(at: path[...]), old.value(at: path[...])) {
                problems.forbidden(path.joined(separator: "."), text)
            }
        }
        switch (resource.group, resource.resource) {
        case ("", "services"): service(new, old, &problems)
        case ("", "pods"): pod(new, old, &problems)
        case ("", "secrets"):
            immutable("type")
            immutableData(new, old, ["data"], &problems)
        case ("", "configmaps"): immutableData(new, old, ["data", "binaryData"], &problems)
        case ("", "persistentvolumeclaims"): claim(new, old, &problems)
        case ("", "persistentvolumes"): volume(new, old, &problems)
        case ("apps", "deployments"), ("apps", "replicasets"), ("apps", "daemonsets"):
            selector(new, old, &problems)
        case ("apps", "statefulsets"): statefulSet(new, old, &problems)
        case ("apps", "controllerrevisions"): immutable("data")
        case ("batch", "jobs"): job(new, old, &problems)
        case ("rbac.authorization.k8s.io", "rolebindings"), ("rbac.authorization.k8s.io", "clusterrolebindings"):
            if !FieldProblems.same(new["roleRef"], old["roleRef"]) {
                problems.invalid("roleRef", printed: GoText.roleReference(new["roleRef"]), "cannot change roleRef")
            }
        case ("storage.k8s.io", "storageclasses"):
            for field in ["parameters", "provisioner", "reclaimPolicy"] {
                forbidden("updates to \(field) are forbidden.", field)
            }
            immutable("volumeBindingMode")
        case ("scheduling.k8s.io", "priorityclasses"):
            forbidden("may not be changed in an update.", "value")
            immutable("preemptionPolicy")
        case ("networking.k8s.io", "ingressclasses"): immutable("spec", "controller")
        case ("discovery.k8s.io", "endpointslices"): immutable("addressType")
        case ("node.k8s.io", "runtimeclasses"): immutable("handler")
        case ("apiextensions.k8s.io", "customresourcedefinitions"):
            for path in [["group"], ["scope"], ["names", "kind"], ["names", "plural"]] {
                let full = ["spec"] + path
                problems.immutable(full.joined(separator: "."), new.value(at: full[...]), old.value(at: full[...]))
            }
        default: break
        }
    }

    private static func selector(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        guard !FieldProblems.same(new["spec", "selector"], old["spec", "selector"]) else { return }
        problems.invalid("spec.selector", printed: GoText.selector(new["spec", "selector"]), "field is immutable")
    }

    private static func immutableData(
        _ new: JSONValue,
        _ old: JSONValue,
        _ fields: [String],
        _ problems: inout FieldProblems
    ) {
        guard old["immutable"]?.bool == true else { return }
        if new["immutable"]?.bool != true {
            problems.forbidden("immutable", "field is immutable when `immutable` is set")
        }
        for field in fields where !FieldProblems.same(new[field], old[field]) {
            problems.forbidden(field, "field is immutable when `immutable` is set")
        }
    }

    private static func service(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        guard old.text("spec", "type") != "ExternalName", new.text("spec", "type") != "ExternalName" else { return }
        let (before, after) = (old.text("spec", "clusterIP"), new.text("spec", "clusterIP"))
        if !before.isEmpty, before != after {
            problems.add(
                "FieldValueInvalid",
                "Invalid value: []string{\"\(after)\"}: may not change once set",
                "spec.clusterIPs[0]"
            )
        }
    }

    private static func statefulSet(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        let mutable = [
            "replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds", "revisionHistoryLimit",
        ]
        func fixed(_ object: JSONValue) -> JSONValue? {
            var spec = object["spec"]
            for field in mutable { spec?[field] = nil }
            // The status of claim templates is the server's.
            spec?.editEach("volumeClaimTemplates") { $0["status"] = nil }
            return spec
        }
        guard !FieldProblems.same(fixed(new), fixed(old)) else { return }
        problems.forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        )
    }

    private static func job(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        selector(new, old, &problems)
        problems.immutable("spec.completionMode", new["spec", "completionMode"], old["spec", "completionMode"])
        if new["spec", "completionMode"] != "Indexed" {
            problems.immutable("spec.completions", new["spec", "completions"], old["spec", "completions"])
        }
        problems.immutable("spec.template", new["spec", "template"], old["spec", "template"])
    }

    private static func claim(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        func fixed(_ object: JSONValue) -> JSONValue? {
            var spec = object["spec"]
            spec?["resources", "requests"] = nil
            spec?["volumeAttributesClassName"] = nil
            // The binder and a user may set these once.
            if old.text("spec", "volumeName").isEmpty { spec?["volumeName"] = nil }
            if old["spec", "storageClassName"] == nil { spec?["storageClassName"] = nil }
            return spec
        }
        if !FieldProblems.same(fixed(new), fixed(old)) {
            problems.forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
            )
            return
        }
        let (before, after) = (old["spec", "resources", "requests"], new["spec", "resources", "requests"])
        guard !FieldProblems.same(before, after) else { return }
        if old.text("status", "phase") != "Bound" {
            problems.forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
            )
        } else if let from = LimitRules.quantity(before?["storage"]), let to = LimitRules.quantity(after?["storage"]),
            to < from
        {
            problems.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
        }
    }

    private static func volume(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        let attributes: Set<String> = [
            "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
            "storageClassName", "volumeMode", "volumeAttributesClassName",
        ]
        func source(_ object: JSONValue) -> JSONValue {
            .object(JSONObject((object["spec"]?.object?.members ?? []).filter { !attributes.contains($0.key) }))
        }
        if !FieldProblems.same(source(new), source(old)) {
            problems.forbidden(
                "spec.persistentvolumesource",
                "spec.persistentvolumesource is immutable after creation"
            )
        }
        problems.immutable("spec.volumeMode", new["spec", "volumeMode"], old["spec", "volumeMode"])
        if old["spec", "nodeAffinity"] != nil {
            problems.immutable("spec.nodeAffinity", new["spec", "nodeAffinity"], old["spec", "nodeAffinity"])
        }
    }

    private static func pod(_ new: JSONValue, _ old: JSONValue, _ problems: inout FieldProblems) {
        func fixed(_ object: JSONValue) -> JSONValue? {
            var spec = object["spec"]
            for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates", "terminationGracePeriodSeconds"] {
                spec?[field] = nil
            }
            // Scheduling is not an update by a client, and a gated Pod may still get its selectors.
            for list in ["containers", "initContainers"] { spec?.editEach(list) { $0["image"] = nil } }
            return spec
        }
        let kept = new.elements("spec", "tolerations")
        let lost = old.elements("spec", "tolerations").contains { !kept.contains($0) }
        guard lost || !FieldProblems.same(fixed(new), fixed(old)) else { return }
        problems.forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
        )
    }
}
