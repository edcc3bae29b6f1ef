import KubernetesAPI
import KubernetesObjects
import Policies
import Testing

@testable import Restore

@Suite struct `What stands in the way of a restore` {
    private static func found(
        _ objects: String,
        cluster: String = "",
        conflict: ConflictRule = .skip,
        change: (inout TargetFacts) -> Void = { _ in }
    ) throws -> [String] {
        var facts = TargetFacts()
        for object in try YAMLDocuments.parse(cluster, source: "cluster") {
            let identity = try #require(ObjectIdentity(of: object))
            facts.objects[identity.groupVersionKind.groupKind, default: []].append(object)
        }
        change(&facts)
        let plan = Samples.plan(
            try YAMLDocuments.parse(objects, source: "snapshot"),
            existing: facts.objects[TargetFacts.namespace] ?? [],
            policy: RestorePolicy(name: "test", conflict: conflict)
        )
        return RestoreObstacles(plan, facts).find().map { "\($0.object) \($0.reason); \($0.remedy)" }
    }

    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec: {template: {spec: {priorityClassName: gold, runtimeClassName: gvisor, nodeSelector: {disk: ssd, zone: a}, containers: []}}}
        """

    private static func claim(_ storageClass: String) -> String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        spec: {\(storageClass)resources: {requests: {storage: 10Gi}}}
        """
    }

    private static let storageClass = """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
        """

    @Test func `is nothing in a cluster that has everything`() throws {
        let cluster = """
            \(Self.storageClass)
            ---
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: gold}
            ---
            apiVersion: node.k8s.io/v1
            kind: RuntimeClass
            metadata: {name: gvisor}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: one, labels: {disk: ssd, zone: a}}
            """
        let objects = "\(Self.deployment)\n---\n\(Self.claim("storageClassName: fast, "))\n---\n"
        #expect(try Self.found(objects, cluster: cluster) == [])
        #expect(try Self.found(Self.claim(""), cluster: cluster) == [])
        #expect(try Self.found(Self.claim("storageClassName: \"\", ")) == [])
    }

    @Test func `is a disk that the cluster of the snapshot may still write to`() throws {
        let kind = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolume")
        let disks = ["b", "a"].map { ObjectIdentity(groupVersionKind: kind, namespace: nil, name: $0) }
        let found = try Self.found("") { facts in
            (facts.foreignDisks, facts.sourceCluster) = (disks, "production")
        }
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix(
                "the disks of 2 volumes, the first is PersistentVolume a, may still be written to by the cluster “production”"
            ) == true
        )
        #expect(try Self.found("") { $0.sourceCluster = "production" } == [])
    }

    @Test func `C71: is a claim of devices that is not there, and the class that a claim asks for`() throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: train, namespace: lab}
            spec:
              containers: []
              resourceClaims:
              - {name: a, resourceClaimName: shared}
              - {name: b, resourceClaimTemplateName: each}
            """
        let claims = """
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaim
            metadata: {name: shared, namespace: lab}
            spec: {devices: {requests: [{name: one, exactly: {deviceClassName: gpu}}]}}
            ---
            apiVersion: resource.k8s.io/v1beta1
            kind: ResourceClaimTemplate
            metadata: {name: each, namespace: lab}
            spec: {spec: {devices: {requests: [{name: one, deviceClassName: nic}, {name: two, firstAvailable: [{deviceClassName: gpu}]}]}}}
            """
        #expect(
            try Self.found(pod) == [
                "ResourceClaim lab/shared does not exist, so that no Pod starts of Pod lab/train; restore or create it",
                "ResourceClaimTemplate lab/each does not exist, so that no Pod starts of Pod lab/train; restore or create it",
            ]
        )
        #expect(
            try Self.found("\(pod)\n---\n\(claims)") == [
                "DeviceClass gpu does not exist, so that these claims get no device: 2 objects, the first is "
                    + "ResourceClaim.resource.k8s.io lab/shared; install the driver of the devices, which brings the class",
                "DeviceClass nic does not exist, so that these claims get no device: "
                    + "ResourceClaimTemplate.resource.k8s.io lab/each; install the driver of the devices, which brings the class",
            ]
        )
        let classes = """
            apiVersion: resource.k8s.io/v1
            kind: DeviceClass
            metadata: {name: gpu}
            ---
            apiVersion: resource.k8s.io/v1
            kind: DeviceClass
            metadata: {name: nic}
            """
        #expect(try Self.found("\(pod)\n---\n\(claims)", cluster: classes) == [])
        #expect(try Self.found(pod, cluster: claims) == [])
    }

    @Test func `is a storage class that claims ask for, and the default one when they ask for none`() throws {
        #expect(
            try Self.found(Self.claim("storageClassName: slow, "), cluster: Self.storageClass) == [
                "StorageClass slow does not exist, so that these claims get no volume: PersistentVolumeClaim shop/data; "
                    + "lifeboat restore SNAPSHOT storageclass/slow, or create it, or restore with --storage-class-mapping slow=OTHER"
            ]
        )
        #expect(
            try Self.found(Self.claim("")) == [
                "the default StorageClass does not exist, so that these claims get no volume: "
                    + "PersistentVolumeClaim shop/data; "
                    + "kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true"
            ]
        )
        // A claim that names its volume waits for no class.
        #expect(
            try Self.found(
                Self.claim("storageClassName: slow, volumeName: pv, ") + "\n---\n" + """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: pv}
                    spec: {persistentVolumeReclaimPolicy: Retain}
                    """
            ) == []
        )
    }

    @Test func `is a class of Pods that does not exist, and labels that no node has`() throws {
        let nodes = "apiVersion: v1\nkind: Node\nmetadata: {name: one, labels: {disk: ssd, zone: b}}"
        #expect(
            try Self.found(Self.deployment, cluster: nodes) == [
                "PriorityClass gold does not exist, so that no Pod starts of Deployment.apps shop/web; lifeboat restore SNAPSHOT priorityclass/gold, or create it",
                "RuntimeClass gvisor does not exist, so that no Pod starts of Deployment.apps shop/web; lifeboat restore SNAPSHOT runtimeclass/gvisor, or create it",
                "a node with disk=ssd,zone=a does not exist, so that nowhere can run Deployment.apps shop/web; "
                    + "kubectl label node NAME disk=ssd zone=a",
            ]
        )
    }

    // C88, C105
    @Test func `is a second default class`() throws {
        func storage(_ name: String, _ value: String) -> String {
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: \(name), annotations: "
                + "{storageclass.kubernetes.io/is-default-class: \"\(value)\"}}\nprovisioner: a"
        }
        #expect(
            try Self.found(storage("new", "true"), cluster: storage("old", "true")) == [
                "StorageClass new comes as a second default beside old of the cluster; "
                    + "kubectl annotate storageclass old storageclass.kubernetes.io/is-default-class-"
            ]
        )
        #expect(try Self.found(storage("new", "false"), cluster: storage("old", "true")) == [])
        func ingress(_ name: String) -> String {
            "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: \(name), annotations: "
                + "{ingressclass.kubernetes.io/is-default-class: \"true\"}}\nspec: {controller: a}"
        }
        #expect(
            try Self.found(ingress("new"), cluster: ingress("old")) == [
                "IngressClass new comes as a second default beside old of the cluster; "
                    + "kubectl annotate ingressclass old ingressclass.kubernetes.io/is-default-class-"
            ]
        )
        // A default class that comes with the restore is enough for claims that name none.
        #expect(try Self.found("\(storage("new", "true"))\n---\n\(Self.claim(""))") == [])
    }

    // C71
    @Test func `is a gate that holds Pods back`() throws {
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n"
            + "spec: {schedulingGates: [{name: example.com/wait}], containers: [{name: a, image: a}]}"
        #expect(
            try Self.found(pod) == [
                "the scheduling gate example.com/wait holds back the Pods of Pod shop/a; "
                    + "see that the controller runs which removes it"
            ]
        )
    }

    @Test func `is a quota of the cluster without room, and not one with`() throws {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}"
        func quota(_ hard: String, used: String = "1") -> String {
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\n"
                + "spec: {hard: {\(hard)}}\nstatus: {used: {configmaps: \"\(used)\", requests.storage: 1Gi}}"
        }
        #expect(
            try Self.found(map, cluster: quota("configmaps: \"1\"")) == [
                "ResourceQuota shop/q allows 1 of configmaps, 1 are used and 1 come with the restore; "
                    + "kubectl patch resourcequota q -n shop --type merge -p '{\"spec\":{\"hard\":{\"configmaps\":\"2\"}}}'"
            ]
        )
        #expect(try Self.found(map, cluster: quota("configmaps: 2, count/secrets: 0")) == [])
        #expect(try Self.found(map, cluster: quota("count/configmaps: 0")).count == 1)
        #expect(try Self.found(map, cluster: quota("configmaps: 0").replacing("shop", with: "other")) == [])
        let claim = Self.claim("storageClassName: \"\", ")
        #expect(try Self.found(claim, cluster: quota("requests.storage: 11Gi")) == [])
        #expect(
            try Self.found(claim, cluster: quota("requests.storage: 5Gi")).first?
                .hasPrefix("ResourceQuota shop/q allows 5Gi of requests.storage, 1Gi are used and 10Gi come with")
                == true
        )
    }

    @Test func `is a webhook that must answer and has nobody behind it`() throws {
        func webhook(_ members: String) -> String {
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: guard}
            webhooks: [{name: a.example.com, clientConfig: {service: {name: guard, namespace: security}}, \(members)}]
            """
        }
        let rules = "rules: [{operations: [CREATE], apiGroups: [\"\"], apiVersions: [v1], resources: [configmaps]}]"
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}"
        #expect(
            try Self.found(map, cluster: webhook(rules)) == [
                "ValidatingWebhookConfiguration guard refuses configmaps until security/guard answers a.example.com; "
                    + "start what stands behind the Service, or delete the configuration for the time of the restore: "
                    + "kubectl delete validatingwebhookconfiguration guard"
            ]
        )
        #expect(try Self.found(map, cluster: webhook("failurePolicy: Ignore, \(rules)")) == [])
        #expect(try Self.found(map, cluster: webhook(rules.replacing("configmaps", with: "secrets"))) == [])
        let service = ObjectKey(GroupKind(group: "", kind: "Service"), namespace: "security", name: "guard")
        #expect(try Self.found(map, cluster: webhook(rules)) { $0.backedServices = [service] } == [])
    }

    @Test func `is no webhook for other namespaces or another scope`() throws {
        let webhook = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: guard}
            webhooks:
              - name: a.example.com
                clientConfig: {service: {name: guard, namespace: security}}
                namespaceSelector: {matchLabels: {guarded: "yes"}}
                rules: [{operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: Namespaced}]
            """
        func namespace(_ labels: String) -> String {
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {\(labels)}}"
        }
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}"
        func count(
            _ objects: [String],
            _ cluster: [String] = [],
            _ conflict: ConflictRule = .skip,
            webhook: String
        ) throws -> Int {
            let documents = (cluster + [webhook]).joined(separator: "\n---\n")
            return try Self.found(objects.joined(separator: "\n---\n"), cluster: documents, conflict: conflict).count
        }
        let guarded = namespace("guarded: \"yes\"")
        // The labels of a namespace that is there, of one that comes with the restore, of one that is made, and of one that changes.
        #expect(try count([map], [namespace("")], webhook: webhook) == 0)
        #expect(try count([map], [guarded], webhook: webhook) == 1)
        #expect(try count([map, namespace("")], webhook: webhook) == 0)
        #expect(try count([map, guarded], webhook: webhook) == 1)
        #expect(try count([map], webhook: webhook) == 0)
        #expect(try count([map, namespace("a: b")], [namespace("a: c")], webhook: webhook) == 0)
        #expect(try count([map, namespace("a: b")], [namespace("a: c")], .merge, webhook: webhook) == 0)
        #expect(try count([map, namespace("a: b")], [guarded], .replace, webhook: webhook) == 1)
        #expect(try count([map, guarded], [namespace("a: b")], .merge, webhook: webhook) == 1)
        let named = webhook.replacing(
            "matchLabels: {guarded: \"yes\"}",
            with: "matchLabels: {kubernetes.io/metadata.name: shop}"
        )
        #expect(try count([map, namespace("")], webhook: named) == 1)
        // A selector of namespaces says nothing about what has none, except for the namespaces themselves.
        let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {}"
        #expect(try count([volume], webhook: webhook) == 0)
        let everywhere = webhook.replacing("scope: Namespaced", with: "scope: \"*\"")
        #expect(try count([volume], webhook: everywhere) == 1)
        #expect(try count([namespace("")], webhook: everywhere) == 0)
        #expect(try count([guarded], webhook: everywhere) == 1)
        // Where the namespaces may not be read, nobody knows their labels.
        let unknown = try Self.found([map, namespace("")].joined(separator: "\n---\n"), cluster: webhook) {
            $0.unreadable[TargetFacts.namespace] = "forbidden"
        }
        #expect(unknown.contains { $0.hasPrefix("ValidatingWebhookConfiguration guard refuses configmaps") })
        let clusterWide = webhook.replacing("scope: Namespaced", with: "scope: Cluster")
        #expect(try count([map], webhook: clusterWide) == 0)
    }

    @Test func `is a missing permission, an older release, a namespace that goes and a kind that cannot be listed`()
        throws
    {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}"
        let going =
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, deletionTimestamp: \"2026-01-01T00:00:00Z\"}"
        let found = try Self.found(map, cluster: going) { facts in
            facts.denied = ["create configmaps"]
            facts.version = "v1.20.2"
            facts.snapshotVersion = "v1.32.0"
            facts.unreadable = [TargetFacts.quota: "forbidden"]
        }
        #expect(
            found.map { $0.prefix { $0 != ";" } } == [
                "the identity of this restore may not create configmaps",
                "Namespace shop is being deleted and takes nothing: ConfigMap shop/a",
                "Kubernetes v1.20.2 is older than v1.32.0 of the snapshot, and drops the fields that it does not know",
                "ResourceQuota could not be listed, so that nobody knows whether it stands in the way: forbidden",
            ]
        )
    }
}
