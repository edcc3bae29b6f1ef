import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `Conformance of kinds that a restore meets` {
    @Test(arguments: TestCluster.available)
    func `a Service gets a clusterIP that cannot change, a headless one none, and a node port only once`(
        cluster: TestCluster
    ) async throws {
        let bench = try await Bench(cluster)
        var service = try await bench.create(
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}"
        )
        #expect(service["spec", "clusterIP"]?.string?.hasPrefix("10.") == true)
        #expect(service["spec", "type"] == "ClusterIP")
        #expect(service["spec", "ports"]?.array?.first?["protocol"] == "TCP")
        #expect(service["spec", "ports"]?.array?.first?["targetPort"] == 80)
        service["spec", "clusterIP"] = "10.0.200.200"
        service["spec", "clusterIPs"] = ["10.0.200.200"]
        await bench.fails(.invalid, "field is immutable") { try await bench.replace(service) }
        let headless = try await bench.create(
            "{apiVersion: v1, kind: Service, metadata: {name: h}, spec: {clusterIP: None, ports: [{port: 80}]}}"
        )
        #expect(headless["spec", "clusterIP"] == "None")
        let port = 30000 + Int.random(in: 500..<2700)
        func nodePort(_ name: String) -> String {
            "{apiVersion: v1, kind: Service, metadata: {name: \(name)}, spec: {type: NodePort, ports: [{port: 80, nodePort: \(port)}]}}"
        }
        try await bench.create(nodePort("n1"))
        await bench.fails(.invalid, "provided port is already allocated") { try await bench.create(nodePort("n2")) }
    }

    @Test(
        arguments: TestCluster.available,
        [
            (
                "{apiVersion: v1, kind: Secret, metadata: {name: a}, immutable: true, data: {k: dg==}}", ["data"],
                ["k": "dzw="], "immutable"
            ),
            ("{apiVersion: v1, kind: Secret, metadata: {name: a}, type: Opaque}", ["type"], "other", "immutable"),
            (Samples.deployment, ["spec", "selector"], ["matchLabels": ["app": "other"]], "field is immutable"),
            (
                """
                {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a},
                 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}, subjects: []}
                """, ["roleRef", "name"], "y", "cannot change roleRef"
            ),
            (
                """
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a},
                 spec: {accessModes: [ReadWriteOnce], storageClassName: x, resources: {requests: {storage: 1Gi}}}}
                """, ["spec", "storageClassName"], "y", "immutable after creation"
            ),
        ] as [(String, [String], JSONValue, String)]
    )
    func `what is immutable stays`(
        cluster: TestCluster,
        change: (text: String, path: [String], value: JSONValue, message: String)
    ) async throws {
        let bench = try await Bench(cluster)
        var object = try await bench.create(change.text)
        if change.path == ["spec", "selector"] { object["spec", "template", "metadata", "labels"] = ["app": "other"] }
        object.set(change.value, at: change.path[...])
        await bench.fails(.invalid, change.message) { try await bench.replace(object) }
    }

    @Test(arguments: TestCluster.available)
    func `an object in a namespace that does not exist is refused`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        await bench.fails(.notFound, "namespaces \"nowhere\" not found") {
            try await bench.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: nowhere}}")
        }
    }

    @Test(arguments: TestCluster.available)
    func `a namespace gets its service account and its certificate, and is deleted with its content`(
        cluster: TestCluster
    ) async throws {
        let bench = try await Bench(cluster)
        try await Bench.eventually("kube-root-ca.crt") {
            try await bench.names("v1", "ConfigMap").contains("kube-root-ca.crt")
        }
        try await bench.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")
        try await bench.delete("v1", "Namespace", bench.namespace)
        try await Bench.eventually("the namespace is gone") {
            try await bench.isGone("v1", "Namespace", bench.namespace)
        }
        #expect(try await bench.isGone("v1", "ConfigMap", "a"))
    }

    @Test(arguments: TestCluster.available)
    func `dependents go with their owner, and an owner with another uid is none`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let owner = try await bench.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: owner}}")
        func dependent(_ name: String, uid: String) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": .string(name),
                    "ownerReferences": [
                        ["apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": .string(uid)]
                    ],
                ],
            ]
        }
        let uid = try #require(owner["metadata", "uid"]?.string)
        try await bench.create(dependent("child", uid: uid))
        try await bench.create(dependent("stranger", uid: "11111111-2222-3333-4444-555555555555"))
        try await Bench.eventually("the stranger is collected") {
            try await bench.isGone("v1", "ConfigMap", "stranger")
        }
        _ = try await bench.get("v1", "ConfigMap", "child")
        try await bench.delete("v1", "ConfigMap", "owner")
        try await Bench.eventually("the child is collected") { try await bench.isGone("v1", "ConfigMap", "child") }
    }

    @Test(arguments: TestCluster.available)
    func `a claim binds to the volume that is kept for it`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let name = "volume-\(bench.namespace)"
        try await bench.create(
            """
            {apiVersion: v1, kind: PersistentVolume, metadata: {name: \(name)},
             spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, storageClassName: static,
                    nfs: {server: 192.0.2.1, path: /a}, claimRef: {namespace: \(bench.namespace), name: claim}}}
            """
        )
        try await bench.create(
            """
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: claim},
             spec: {accessModes: [ReadWriteOnce], storageClassName: static, volumeName: \(name), resources: {requests: {storage: 1Gi}}}}
            """
        )
        try await Bench.eventually("the claim is bound") {
            try await bench.get("v1", "PersistentVolumeClaim", "claim")["status", "phase"] == "Bound"
        }
        let volume = try await bench.get("v1", "PersistentVolume", name)
        let claim = try await bench.get("v1", "PersistentVolumeClaim", "claim")
        #expect(volume["spec", "claimRef", "uid"] == claim["metadata", "uid"])
    }

    @Test(arguments: TestCluster.available)
    func `a Deployment makes a ReplicaSet that makes pods`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create(Samples.deployment)
        try await Bench.eventually("two pods") { try await bench.names("v1", "Pod").count == 2 }
        let sets = try await bench.names("apps/v1", "ReplicaSet")
        #expect(sets.count == 1 && sets[0].hasPrefix("web-"))
        try await Bench.eventually("the status") {
            try await bench.get("apps/v1", "Deployment", "web")["status", "observedGeneration"] == 1
        }
    }

    @Test(arguments: TestCluster.available)
    func `an aggregated ClusterRole is filled`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        let label = "example.com/aggregate-\(bench.namespace)"
        try await bench.create(
            """
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: sum-\(bench.namespace)}, rules: [],
             aggregationRule: {clusterRoleSelectors: [{matchLabels: {\(label): "true"}}]}}
            """
        )
        try await bench.create(
            """
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: part-\(bench.namespace), labels: {\(label): "true"}},
             rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}
            """
        )
        try await Bench.eventually("the rules are there") {
            try await bench.get("rbac.authorization.k8s.io/v1", "ClusterRole", "sum-\(bench.namespace)")["rules"]?
                .array?.count == 1
        }
    }

    @Test(arguments: TestCluster.available)
    func `a webhook without a backend refuses what it guards when it must not fail`(cluster: TestCluster) async throws {
        let bench = try await Bench(cluster)
        try await bench.create(
            """
            {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hook-\(bench.namespace)},
             webhooks: [{name: hook.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail,
               clientConfig: {service: {name: nobody, namespace: \(bench.namespace)}},
               namespaceSelector: {matchLabels: {guarded: \(bench.namespace)}},
               rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}]}
            """
        )
        try await bench.patch(
            "v1",
            "Namespace",
            bench.namespace,
            ["metadata": ["labels": ["guarded": .string(bench.namespace)]]],
            .merge
        )
        try await Bench.eventually("the webhook is asked") {
            do {
                try await bench.create("{apiVersion: v1, kind: ConfigMap, metadata: {generateName: a-}}")
                return false
            } catch let error as ClusterError where error.kind == .internalError {
                return error.message.contains("failed calling webhook \"hook.example.com\"")
            }
        }
        try await bench.delete(
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            "hook-\(bench.namespace)"
        )
    }
}
