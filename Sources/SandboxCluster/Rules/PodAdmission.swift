import KubernetesObjects

/// The admission plugins that every real cluster runs on Pods: ServiceAccount, Priority, DefaultTolerationSeconds, LimitRanger.
enum PodAdmission {
    static func admit(_ pod: inout JSONValue, in objects: Transaction, options: RuleOptions) throws(StatusError) {
        guard pod["spec"] != nil else { return }
        try setServiceAccount(&pod, in: objects, options: options)
        try setPriority(&pod, in: objects)
        setTolerations(&pod)
        try LimitRules.apply(to: &pod, in: objects)
    }

    private static let tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount"

    private static func setServiceAccount(
        _ pod: inout JSONValue,
        in objects: Transaction,
        options: RuleOptions
    ) throws(StatusError) {
        guard pod.annotations["kubernetes.io/config.mirror"] == nil else { return }
        pod.setDefault("default", "spec", "serviceAccountName")
        let name = pod.text("spec", "serviceAccountName")
        pod["spec", "serviceAccount"] = .string(name)
        guard let account = objects.value(.serviceAccounts, namespace: pod.namespace, name: name) else {
            throw .forbidden(
                .pods,
                pod.name,
                "error looking up service account \(pod.namespace)/\(name): serviceaccount \"\(name)\" not found"
            )
        }
        if pod.elements("spec", "imagePullSecrets").isEmpty, let secrets = account["imagePullSecrets"] {
            pod["spec", "imagePullSecrets"] = secrets
        }
        let automounts =
            pod["spec", "automountServiceAccountToken"]?.bool ?? account["automountServiceAccountToken"]?.bool ?? true
        if automounts { mountToken(&pod, options: options) }
    }

    private static func mountToken(_ pod: inout JSONValue, options: RuleOptions) {
        let present = pod.elements("spec", "volumes").first { $0.text("name").hasPrefix("kube-api-access-") }
        let volume = present?.text("name") ?? "kube-api-access-\(options.environment.nameSuffix())"
        var isMounted = false
        for list in ["initContainers", "containers"] {
            pod.edit("spec") { spec in
                spec.editEach(list) { container in
                    var mounts = container.elements("volumeMounts")
                    guard !mounts.contains(where: { $0["mountPath"]?.string == tokenPath }) else { return }
                    mounts.append(["name": .string(volume), "readOnly": true, "mountPath": .string(tokenPath)])
                    container["volumeMounts"] = .array(mounts)
                    isMounted = true
                }
            }
        }
        guard isMounted, present == nil else { return }
        let projected: JSONValue = [
            "name": .string(volume),
            "projected": [
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    [
                        "downwardAPI": [
                            "items": [
                                [
                                    "path": "namespace",
                                    "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"],
                                ]
                            ]
                        ]
                    ],
                ],
                "defaultMode": 420,
            ],
        ]
        pod["spec", "volumes"] = .array(pod.elements("spec", "volumes") + [projected])
    }

    private static func setPriority(_ pod: inout JSONValue, in objects: Transaction) throws(StatusError) {
        let classes = GroupResource(group: "scheduling.k8s.io", resource: "priorityclasses")
        var name = pod.text("spec", "priorityClassName")
        if name.isEmpty,
            let standard = objects.values(classes, namespace: nil).first(where: { $0["globalDefault"]?.bool == true })
        {
            name = standard.name
            pod["spec", "priorityClassName"] = .string(name)
        }
        var value: JSONValue = 0
        var policy: JSONValue = "PreemptLowerPriority"
        if !name.isEmpty {
            guard let found = objects.value(classes, namespace: "", name: name) else {
                throw .forbidden(.pods, pod.name, "no PriorityClass with name \(name) was found")
            }
            value = found["value"] ?? 0
            policy = found["preemptionPolicy"] ?? policy
        }
        if let wanted = pod["spec", "priority"], wanted != value {
            throw .forbidden(
                .pods,
                pod.name,
                "the integer value of priority (\(FieldProblems.text(wanted))) must not be provided in pod spec; "
                    + "priority admission controller computed \(FieldProblems.text(value)) from the given PriorityClass name"
            )
        }
        pod["spec", "priority"] = value
        pod["spec", "preemptionPolicy"] = policy
    }

    private static func setTolerations(_ pod: inout JSONValue) {
        var tolerations = pod.elements("spec", "tolerations")
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let isTolerated = tolerations.contains { toleration in
                let effect = toleration.text("effect")
                return (toleration.text("key") == key || toleration.text("key").isEmpty)
                    && (effect == "NoExecute" || effect.isEmpty)
            }
            if !isTolerated {
                tolerations.append([
                    "key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
                ])
            }
        }
        pod["spec", "tolerations"] = .array(tolerations)
    }
}
