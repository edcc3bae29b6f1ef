/// The fields of the messages that kubectl sends as protocol buffers: the objects of `kubectl create` and the reviews.
///
/// One message a line: its name, then its fields as number, name and type. No type is a string; `*` repeats, `?` is a
/// field that is kept although it is zero or empty, because its absence means something else.
enum ProtobufSchema {
    struct Field: Sendable {
        let name: String
        let type: String
        let isRepeated: Bool
        let isOptional: Bool
    }

    static func field(_ message: String, _ number: Int) -> Field? { messages[message]?[number] }

    /// Whether objects of this kind can be read.
    static func knows(_ kind: String) -> Bool { messages[kind]?[1]?.type == "ObjectMeta" }

    private static let messages: [String: [Int: Field]] = {
        var messages: [String: [Int: Field]] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            var fields: [Int: Field] = [:]
            for part in parts[1].split(separator: ",") {
                let words = part.split(separator: " ")
                guard words.count > 1, let number = Int(words[0]) else { continue }
                let type = words.count > 2 ? String(words[2]) : "string"
                fields[number] = Field(
                    name: String(words[1]),
                    type: type.filter { $0 != "*" && $0 != "?" },
                    isRepeated: type.contains("*"),
                    isOptional: type.contains("?")
                )
            }
            messages[String(parts[0])] = fields
        }
        return messages
    }()

    private static let text = """
        ClusterRole: 1 metadata ObjectMeta, 2 rules PolicyRule*, 3 aggregationRule AggregationRule
        ClusterRoleBinding: 1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef
        ConfigMap: 1 metadata ObjectMeta, 2 data map=string, 3 binaryData map=bytes, 4 immutable bool?
        CronJob: 1 metadata ObjectMeta, 2 spec CronJobSpec, 3 status ignored
        Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status ignored
        Ingress: 1 metadata ObjectMeta, 2 spec IngressSpec, 3 status ignored
        Job: 1 metadata ObjectMeta, 2 spec JobSpec, 3 status ignored
        LocalSubjectAccessReview: 1 metadata ObjectMeta, 2 spec AccessReviewSpec, 3 status ignored
        Namespace: 1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status ignored
        PodDisruptionBudget: 1 metadata ObjectMeta, 2 spec DisruptionBudgetSpec, 3 status ignored
        PriorityClass: 1 metadata ObjectMeta, 2 value int?, 3 globalDefault bool, 4 description, 5 preemptionPolicy
        ResourceQuota: 1 metadata ObjectMeta, 2 spec QuotaSpec, 3 status ignored
        Role: 1 metadata ObjectMeta, 2 rules PolicyRule*
        RoleBinding: 1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef
        Secret: 1 metadata ObjectMeta, 2 data map=bytes, 3 type, 4 stringData map=string, 5 immutable bool?
        SelfSubjectAccessReview: 1 metadata ObjectMeta, 2 spec AccessReviewSpec, 3 status ignored
        SelfSubjectReview: 1 metadata ObjectMeta, 2 status ignored
        SelfSubjectRulesReview: 1 metadata ObjectMeta, 2 spec RulesReviewSpec, 3 status ignored
        Service: 1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ignored
        ServiceAccount: 1 metadata ObjectMeta, 2 secrets Reference*, 3 imagePullSecrets Named*, \
        4 automountServiceAccountToken bool?
        TokenRequest: 1 metadata ObjectMeta, 2 spec TokenRequestSpec, 3 status ignored
        AccessReviewSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes
        AggregationRule: 1 clusterRoleSelectors LabelSelector*
        Container: 1 name, 2 image, 3 command *, 4 args *, 5 workingDir, 6 ports ContainerPort*, 7 env Variable*, \
        8 resources Resources, 9 volumeMounts Mount*, 13 terminationMessagePath, 14 imagePullPolicy, \
        16 stdin bool, 17 stdinOnce bool, 18 tty bool, 20 terminationMessagePolicy
        ContainerPort: 1 name, 2 hostPort int, 3 containerPort int, 4 protocol, 5 hostIP
        CronJobSpec: 1 schedule, 2 startingDeadlineSeconds int?, 3 concurrencyPolicy, 4 suspend bool?, \
        5 jobTemplate JobTemplate, 6 successfulJobsHistoryLimit int?, 7 failedJobsHistoryLimit int?, 8 timeZone
        DeploymentSpec: 1 replicas int?, 2 selector LabelSelector, 3 template PodTemplate, \
        4 strategy DeploymentStrategy, 5 minReadySeconds int, 6 revisionHistoryLimit int?, 7 paused bool, \
        9 progressDeadlineSeconds int?
        DeploymentStrategy: 1 type, 2 rollingUpdate RollingUpdate
        DisruptionBudgetSpec: 1 minAvailable intOrString, 2 selector LabelSelector?, 3 maxUnavailable intOrString, \
        4 unhealthyPodEvictionPolicy
        IngressBackend: 3 resource TypedReference, 4 service IngressService
        IngressHTTP: 1 paths IngressPath*
        IngressPath: 1 path, 2 backend IngressBackend, 3 pathType
        IngressRule: 1 host, 2 inline IngressRuleValue
        IngressRuleValue: 1 http IngressHTTP
        IngressService: 1 name, 2 port IngressServicePort
        IngressServicePort: 1 name, 2 number int
        IngressSpec: 1 defaultBackend IngressBackend, 2 tls IngressTLS*, 3 rules IngressRule*, 4 ingressClassName
        IngressTLS: 1 hosts *, 2 secretName
        JobSpec: 1 parallelism int?, 2 completions int?, 3 activeDeadlineSeconds int?, 4 selector LabelSelector, \
        5 manualSelector bool?, 6 template PodTemplate, 7 backoffLimit int?, 8 ttlSecondsAfterFinished int?, \
        9 completionMode, 10 suspend bool?
        JobTemplate: 1 metadata ObjectMeta, 2 spec JobSpec
        LabelSelector: 1 matchLabels map=string, 2 matchExpressions SelectorRequirement*
        Mount: 1 name, 2 readOnly bool, 3 mountPath, 4 subPath
        Named: 1 name
        NamespaceSpec: 1 finalizers *
        NonResourceAttributes: 1 path, 2 verb
        ObjectMeta: 1 name, 2 generateName, 3 namespace, 4 selfLink, 5 uid, 6 resourceVersion, 7 generation int, \
        8 creationTimestamp time, 9 deletionTimestamp time, 10 deletionGracePeriodSeconds int?, \
        11 labels map=string, 12 annotations map=string, 13 ownerReferences Owner*, 14 finalizers *
        Owner: 1 kind, 3 name, 4 uid, 5 apiVersion, 6 controller bool?, 7 blockOwnerDeletion bool?
        PodSpec: 2 containers Container*, 3 restartPolicy, 4 terminationGracePeriodSeconds int?, \
        5 activeDeadlineSeconds int?, 6 dnsPolicy, 7 nodeSelector map=string, 8 serviceAccountName, \
        9 serviceAccount, 10 nodeName, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, \
        15 imagePullSecrets Named*, 16 hostname, 17 subdomain, 19 schedulerName, 20 initContainers Container*, \
        24 priorityClassName
        PodTemplate: 1 metadata ObjectMeta, 2 spec PodSpec
        PolicyRule: 1 verbs *, 2 apiGroups *, 3 resources *, 4 resourceNames *, 5 nonResourceURLs *
        QuotaSpec: 1 hard map=quantity, 2 scopes *
        Reference: 1 kind, 2 namespace, 3 name, 4 uid, 5 apiVersion, 6 resourceVersion, 7 fieldPath
        ResourceAttributes: 1 namespace, 2 verb, 3 group, 4 version, 5 resource, 6 subresource, 7 name
        Resources: 1 limits map=quantity, 2 requests map=quantity
        RoleRef: 1 apiGroup, 2 kind, 3 name
        RollingUpdate: 1 maxUnavailable intOrString, 2 maxSurge intOrString
        RulesReviewSpec: 1 namespace
        SelectorRequirement: 1 key, 2 operator, 3 values *
        ServicePort: 1 name, 2 protocol, 3 port int, 4 targetPort intOrString, 5 nodePort int, 6 appProtocol
        ServiceSpec: 1 ports ServicePort*, 2 selector map=string, 3 clusterIP, 4 type, 5 externalIPs *, \
        7 sessionAffinity, 8 loadBalancerIP, 9 loadBalancerSourceRanges *, 10 externalName, \
        11 externalTrafficPolicy, 12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, 17 ipFamilyPolicy, \
        18 clusterIPs *, 19 ipFamilies *, 22 internalTrafficPolicy
        Subject: 1 kind, 2 apiGroup, 3 name, 4 namespace
        TokenReference: 1 kind, 2 apiVersion, 3 name, 4 uid
        TokenRequestSpec: 1 audiences *, 3 boundObjectRef TokenReference, 4 expirationSeconds int?
        TypedReference: 1 apiGroup, 2 kind, 3 name
        Variable: 1 name, 2 value
        """
}
