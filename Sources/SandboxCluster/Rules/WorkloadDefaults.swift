import KubernetesObjects

/// The defaults of the kinds that run Pods.
enum WorkloadDefaults {
    static func apply(to object: inout JSONValue, resource: GroupResource) {
        switch (resource.group, resource.resource) {
        case ("apps", "deployments"): deployment(&object)
        case ("apps", "replicasets"):
            object.setDefault(1, "spec", "replicas")
            template(&object, "spec", "template")
        case ("", "replicationcontrollers"):
            object.setDefault(1, "spec", "replicas")
            if let labels = object["spec", "template", "metadata", "labels"] {
                object.setDefault(labels, "spec", "selector")
            }
            template(&object, "spec", "template")
        case ("apps", "statefulsets"): statefulSet(&object)
        case ("apps", "daemonsets"): daemonSet(&object)
        case ("batch", "jobs"): job(&object, "spec")
        case ("batch", "cronjobs"): cronJob(&object)
        case ("", "podtemplates"): template(&object, "template")
        default: break
        }
    }

    /// Every template gets the defaults of a Pod and the null creationTimestamp that Go's encoder writes.
    private static func template(_ object: inout JSONValue, _ path: String...) {
        object.edit(at: path) { template in
            if template["metadata"] == nil { template["metadata"] = [:] }
            if template["metadata", "creationTimestamp"] == nil { template["metadata", "creationTimestamp"] = .null }
            template.edit("spec", body: PodDefaults.apply)
        }
    }

    private static func deployment(_ object: inout JSONValue) {
        object.setDefault(1, "spec", "replicas")
        object.setDefault("RollingUpdate", "spec", "strategy", "type")
        if object.text("spec", "strategy", "type") == "RollingUpdate" {
            object.setDefault("25%", "spec", "strategy", "rollingUpdate", "maxUnavailable")
            object.setDefault("25%", "spec", "strategy", "rollingUpdate", "maxSurge")
        }
        object.setDefault(10, "spec", "revisionHistoryLimit")
        object.setDefault(600, "spec", "progressDeadlineSeconds")
        template(&object, "spec", "template")
    }

    private static func statefulSet(_ object: inout JSONValue) {
        object.setDefault(1, "spec", "replicas")
        object.setDefault("OrderedReady", "spec", "podManagementPolicy")
        object.setDefault("RollingUpdate", "spec", "updateStrategy", "type")
        if object.text("spec", "updateStrategy", "type") == "RollingUpdate" {
            object.setDefault(0, "spec", "updateStrategy", "rollingUpdate", "partition")
        }
        object.setDefault("Retain", "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
        object.setDefault("Retain", "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled")
        object.setDefault(10, "spec", "revisionHistoryLimit")
        template(&object, "spec", "template")
        object.edit("spec") { spec in
            spec.editEach("volumeClaimTemplates") { claim in
                claim.setDefault("v1", "apiVersion")
                claim.setDefault("PersistentVolumeClaim", "kind")
                claim.setDefault("Filesystem", "spec", "volumeMode")
                claim.setDefault("Pending", "status", "phase")
                if claim["metadata", "creationTimestamp"] == nil { claim["metadata", "creationTimestamp"] = .null }
            }
        }
    }

    private static func daemonSet(_ object: inout JSONValue) {
        object.setDefault("RollingUpdate", "spec", "updateStrategy", "type")
        if object.text("spec", "updateStrategy", "type") == "RollingUpdate" {
            object.setDefault(1, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
            object.setDefault(0, "spec", "updateStrategy", "rollingUpdate", "maxSurge")
        }
        object.setDefault(10, "spec", "revisionHistoryLimit")
        template(&object, "spec", "template")
    }

    private static func job(_ object: inout JSONValue, _ path: String...) {
        object.edit(at: path) { spec in
            if spec["completions"] == nil, spec["parallelism"] == nil {
                spec["completions"] = 1
            }
            spec.setDefault(1, "parallelism")
            spec.setDefault(6, "backoffLimit")
            spec.setDefault("NonIndexed", "completionMode")
            spec.setDefault(false, "suspend")
            spec.setDefault(false, "manualSelector")
            spec.setDefault("TerminatingOrFailed", "podReplacementPolicy")
            template(&spec, "template")
        }
    }

    private static func cronJob(_ object: inout JSONValue) {
        object.setDefault("Allow", "spec", "concurrencyPolicy")
        object.setDefault(false, "spec", "suspend")
        object.setDefault(3, "spec", "successfulJobsHistoryLimit")
        object.setDefault(1, "spec", "failedJobsHistoryLimit")
        object.edit("spec", "jobTemplate") { job in
            if job["metadata"] == nil { job["metadata"] = [:] }
            if job["metadata", "creationTimestamp"] == nil { job["metadata", "creationTimestamp"] = .null }
            job.edit("spec") { template(&$0, "template") }
        }
    }
}
