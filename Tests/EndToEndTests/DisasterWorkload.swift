import KubernetesObjects

/// A cluster of more than 30 kinds with what makes restores hard: owner chains, finalizers, services of every type,
/// static volumes, webhooks, quotas, objects near 1 MiB, texts that are not ASCII, int64 and float lexemes.
enum DisasterWorkload {
    /// The objects in an order in which they can be created. Clusters before 1.21 serve PodDisruptionBudget and CronJob as v1beta1 only.
    static func objects(isOld: Bool) throws -> [JSONValue] {
        var objects = try [cluster, configuration, workloads, network, customResources].flatMap {
            try YAMLDocuments.parse($0, source: "workload")
        }
        objects.append(largeConfigMap())
        guard isOld else { return objects }
        return objects.map { object in
            var object = object
            switch object["kind"]?.string {
            case "PodDisruptionBudget": object["apiVersion"] = "policy/v1beta1"
            case "CronJob": object["apiVersion"] = "batch/v1beta1"
            default: break
            }
            return object
        }
    }

    /// A ConfigMap just below the limit of 1 MiB, whose content does not compress away.
    private static func largeConfigMap() -> JSONValue {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var text = ""
        text.reserveCapacity(1_000_000)
        while text.utf8.count < 1_000_000 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            text += String(state, radix: 36)
        }
        return [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "large", "namespace": "shop"],
            "data": ["blob": .string(text)],
        ]
    }

    private static let cluster = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: ladies-and-gentlemen, pod-security.kubernetes.io/enforce: baseline}, annotations: {note: "Größe – “quoted”\\n\\ttab"}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: sealed-secrets}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: data}
        ---
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: checkout}
        value: 1000000
        description: the checkout goes first
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
        provisioner: csi.example.com
        parameters: {type: ssd}
        reclaimPolicy: Delete
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: storage.k8s.io/v1
        kind: CSIDriver
        metadata: {name: csi.example.com}
        spec: {attachRequired: true, podInfoOnMount: false}
        ---
        apiVersion: node.k8s.io/v1
        kind: RuntimeClass
        metadata: {name: gvisor}
        handler: runsc
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: ledger}
        spec:
          capacity: {storage: 10Gi}
          accessModes: [ReadWriteOnce]
          persistentVolumeReclaimPolicy: Retain
          storageClassName: static
          nfs: {server: 192.0.2.10, path: /ledger}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: ledger, namespace: data}
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: static
          volumeName: ledger
          resources: {requests: {storage: 10Gi}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: cache, namespace: shop}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        """

    private static let configuration = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: web, namespace: shop}
        imagePullSecrets: [{name: registry}]
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: registry, namespace: shop}
        type: kubernetes.io/dockerconfigjson
        data: {.dockerconfigjson: eyJhdXRocyI6e319}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: payment, namespace: shop}
        immutable: true
        data: {token: c2VjcmV0LWNhbmFyeS12YWx1ZQ==, empty: ""}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: robot-token, namespace: shop, annotations: {kubernetes.io/service-account.name: web}}
        type: kubernetes.io/service-account-token
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: sealed-secrets-keyx7k2p, namespace: sealed-secrets, labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}}
        type: kubernetes.io/tls
        data: {tls.crt: LS0tLS1CRUdJTg==, tls.key: LS0tLS1CRUdJTg==}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: web, namespace: shop}
        data: {greeting: "Grüße, 世界 🚢", script: "line one\\nline \\"two\\"\\t\\\\end\\n", html: "<a href='?a=1&b=2'>"}
        binaryData: {raw: AAECAwQF/w==}
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: objects, namespace: shop}
        spec: {hard: {count/configmaps: "50", pods: "100"}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: defaults, namespace: shop}
        spec: {limits: [{type: Container, default: {memory: 256Mi}, defaultRequest: {cpu: 50m}}]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: deployer, namespace: shop}
        rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list, patch]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: deployer, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
        subjects: [{kind: ServiceAccount, name: web, namespace: shop}, {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "oidc:deployers"}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: monitoring}
        aggregationRule: {clusterRoleSelectors: [{matchLabels: {example.com/aggregate-to-monitoring: "true"}}]}
        rules: []
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: "monitoring:endpoints", labels: {example.com/aggregate-to-monitoring: "true"}}
        rules: [{apiGroups: [""], resources: [services, endpoints, pods], verbs: [get, list, watch]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: monitoring}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: monitoring}
        subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
        """

    private static let workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              serviceAccountName: web
              priorityClassName: checkout
              containers:
              - name: web
                image: registry.example.com/shop/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                envFrom: [{configMapRef: {name: web}}, {secretRef: {name: payment}}]
                ports: [{containerPort: 8080, name: http}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: ledger, namespace: data}
        spec:
          serviceName: ledger
          replicas: 2
          selector: {matchLabels: {app: ledger}}
          template:
            metadata: {labels: {app: ledger}}
            spec: {containers: [{name: db, image: "registry.example.com/db:1.2.3"}]}
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 5Gi}}}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent, namespace: shop}
        spec:
          selector: {matchLabels: {app: agent}}
          template:
            metadata: {labels: {app: agent}}
            spec: {containers: [{name: agent, image: "registry.example.com/agent:7"}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate, namespace: data}
        spec:
          backoffLimit: 2
          template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "registry.example.com/db:1.2.3", args: ["--from", "1"]}]}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: report, namespace: data}
        spec:
          schedule: "0 3 29 2 *"
          jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: report, image: "registry.example.com/db:1.2.3"}]}}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: toolbox, namespace: shop, labels: {app: toolbox}}
        spec: {containers: [{name: sh, image: "registry.example.com/toolbox:1"}]}
        ---
        apiVersion: v1
        kind: PodTemplate
        metadata: {name: base, namespace: shop}
        template: {metadata: {labels: {app: base}}, spec: {containers: [{name: c, image: "registry.example.com/base:1"}]}}
        ---
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: legacy, namespace: shop}
        spec:
          replicas: 1
          selector: {app: legacy}
          template: {metadata: {labels: {app: legacy}}, spec: {containers: [{name: c, image: "registry.example.com/legacy:1"}]}}
        ---
        apiVersion: autoscaling/v1
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: shop}
        spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, targetCPUUtilizationPercentage: 70}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: shop}
        spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
        """

    /// Objects owned by others, which need the uids of their owners: a chain of three.
    static func owned(gearUID: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": "gear-settings", "namespace": "shop",
                "ownerReferences": [
                    [
                        "apiVersion": "example.com/v1", "kind": "Widget", "name": "gear", "uid": .string(gearUID),
                        "controller": true,
                        "blockOwnerDeletion": true,
                    ]
                ],
            ],
            "data": ["a": "1"],
        ]
    }
}
