/// Where the specification of the Pods of an object is.
package enum PodSpecPath {
    package static func of(_ kind: GroupKind) -> String? {
        switch (kind.group, kind.kind) {
        case ("", "Pod"): "spec"
        case ("", "PodTemplate"): "template/spec"
        case ("batch", "CronJob"): "spec/jobTemplate/spec/template/spec"
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"),
            ("batch", "Job"), ("", "ReplicationController"), ("argoproj.io", "Rollout"):
            "spec/template/spec"
        default: nil
        }
    }
}
