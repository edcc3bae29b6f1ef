import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `A restore into a cluster that is in use` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: obstacles}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.obstacles.example.com}
        spec:
          group: obstacles.example.com
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        ---
        apiVersion: obstacles.example.com/v1
        kind: Gadget
        metadata: {name: one, namespace: obstacles}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, namespace: obstacles}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: obstacles}
        spec: {storageClassName: obstacles-fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: obstacles}
        spec: {ingressClassName: obstacles-old, defaultBackend: {service: {name: web, port: {number: 80}}}}
        """

    private static let inTheWay = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: obstacles}
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: tight, namespace: obstacles}
        spec: {hard: {count/configmaps: "0"}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: obstacles}
        webhooks:
          - name: guard.obstacles.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            timeoutSeconds: 1
            clientConfig: {service: {name: guard, namespace: obstacles}}
            rules: [{operations: [CREATE], apiGroups: [obstacles.example.com], apiVersions: [v1], resources: [gadgets]}]
        """

    @Test(arguments: TestCluster.available)
    func `names each obstacle and the command that removes it, before and after`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster)
        try await RestoreScenario.create(Self.inTheWay, in: scenario.client)
        var run = try scenario.run { $0.selection.includedNamespaces = ["obstacles"] }
        run.retrySeconds = 1
        // The quota controller of a real cluster takes a moment to count.
        var plan = try await run.plan()
        for _ in 0..<50 where !plan.obstacles.contains(where: { $0.kind == .quota }) {
            try await Task.sleep(for: .milliseconds(100))
            plan = try await run.plan()
        }
        let kinds = Set(plan.obstacles.map(\.kind))
        #expect(kinds.isSuperset(of: [.quota, .webhook, .storageClass, .ingressClass]), "\(plan.obstacles)")
        #expect(!kinds.contains(.permission) && !kinds.contains(.unreadable))
        let remedies = plan.obstacles.map(\.remedy).joined(separator: "\n")
        #expect(remedies.contains("kubectl patch resourcequota tight -n obstacles"))
        #expect(remedies.contains("kubectl delete validatingwebhookconfiguration obstacles"))
        #expect(remedies.contains("--storage-class-mapping obstacles-fast=OTHER"))
        let result = try await run.apply(plan)
        let failed = Set(result.failed.map(\.object))
        #expect(
            failed == ["ConfigMap obstacles/one", "Gadget.obstacles.example.com obstacles/one"],
            "\(result.failed)"
        )
    }

    private static let environment = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: mapped, labels: {team: mapped}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: mapped}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.mapped.example/web:1"}]}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: mapped}
        spec: {storageClassName: mapped-fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: web, namespace: mapped}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{kind: ServiceAccount, name: default, namespace: mapped}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: mapped}
        spec:
          podSelector: {}
          ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mapped}}}]}]
        """

    @Test(arguments: TestCluster.available)
    func `changes every reference when it goes to another environment, and a second one changes nothing`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.environment, into: cluster)
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["mapped"]
            policy.namespaceMapping = ["mapped": "mapped-copy"]
            policy.mappings.storageClasses = ["mapped-fast": "mapped-slow"]
            policy.mappings.imageRegistries = ["registry.mapped.example": "mirror.mapped.example/web"]
        }
        let result = try await run.apply(try await run.plan())
        #expect(result.failed.isEmpty, "\(result.failed)")
        let place = "mapped-copy"
        let deployment = try #require(try await scenario.object("apps/v1", "Deployment", place, "web"))
        let image = deployment["spec", "template", "spec", "containers"]?.array?.first?["image"]
        #expect(image == "mirror.mapped.example/web/web:1")
        let claim = try #require(try await scenario.object("v1", "PersistentVolumeClaim", place, "data"))
        #expect(claim["spec", "storageClassName"] == "mapped-slow")
        let version = "rbac.authorization.k8s.io/v1"
        let binding = try #require(try await scenario.object(version, "RoleBinding", place, "web"))
        #expect(binding["subjects"]?.array?.first?["namespace"] == "mapped-copy")
        let policy = try #require(try await scenario.object("networking.k8s.io/v1", "NetworkPolicy", place, "web"))
        let from = policy["spec", "ingress"]?.array?.first?["from"]?.array?.first
        #expect(from?["namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"] == "mapped-copy")
        let namespace = try #require(try await scenario.object("v1", "Namespace", nil, place))
        #expect(namespace["metadata", "labels", "team"] == "mapped")
        let again = try await run.apply(try await run.plan())
        #expect(again.created == 0 && again.updated == 0 && again.failed.isEmpty, "\(again.json.prettyPrinted())")
    }

    private static let parts = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: parts, labels: {team: parts}}
        ---
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: parts-gold}
        value: 7
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: web, namespace: parts}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: parts}
        rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: web, namespace: parts}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: web, namespace: parts}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: parts}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: unrelated, namespace: parts, labels: {app: other}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: parts}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              serviceAccountName: web
              priorityClassName: parts-gold
              containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]
        """

    /// What a plan creates, without the ReplicaSets that a controller may or may not have made before the backup.
    private static func created(_ plan: RestorePlan) -> [String] {
        plan.steps.filter { $0.verdict == .create }.map { "\($0.identity)" }
            .filter { $0.contains("parts") && !$0.hasPrefix("ReplicaSet") }
    }

    @Test(arguments: TestCluster.available)
    func `brings back one object, with what it needs when that is asked for`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.parts, into: cluster)
        func plan(_ change: (inout RestorePolicy) -> Void) async throws -> [String] {
            Self.created(try await scenario.run(change).plan())
        }
        let web = try #require(ObjectChoice(parsing: "deployment/web"))
        let alone = try await plan { policy in
            policy.objects = [web]
            policy.selection.includedNamespaces = ["parts"]
        }
        #expect(alone == ["Namespace parts", "Deployment.apps parts/web"])
        let whole = try scenario.run { policy in
            policy.objects = [web]
            policy.withDependencies = true
        }
        let expected = [
            "Namespace parts", "PriorityClass.scheduling.k8s.io parts-gold",
            "Role.rbac.authorization.k8s.io parts/reader",
            "ServiceAccount parts/web", "RoleBinding.rbac.authorization.k8s.io parts/web", "ConfigMap parts/settings",
            "Deployment.apps parts/web",
        ]
        #expect(Self.created(try await whole.plan()).sorted() == expected.sorted())
        let selector = try LabelSelector(parsing: "app=other")
        let labelled = try await plan { $0.selection.labelSelector = selector }
        #expect(labelled.contains("ConfigMap parts/unrelated") && !labelled.contains("ConfigMap parts/settings"))
        // What the others need does not come along.
        let other = try await plan { policy in
            policy.selection.labelSelector = selector
            policy.withDependencies = true
        }
        #expect(other.contains("ConfigMap parts/unrelated") && !other.contains("ServiceAccount parts/web"), "\(other)")
        // C33, C42: what is excluded does not come because something else needs it.
        let narrow = try await plan { policy in
            policy.objects = [web]
            policy.withDependencies = true
            policy.selection.excludedResources = ["rolebindings.*"]
            policy.selection.clusterResources = .exclude
        }
        #expect(narrow.contains("ServiceAccount parts/web") && narrow.contains("ConfigMap parts/settings"))
        #expect(!narrow.contains { $0.contains("RoleBinding") || $0.contains("PriorityClass") }, "\(narrow)")
        let error = await #expect(throws: LifeboatError.self) {
            _ = try await plan { $0.objects = [ObjectChoice(parsing: "deployment/nobody")].compactMap(\.self) }
        }
        #expect(error?.code == .objectNotFound)
        let result = try await whole.apply(try await whole.plan())
        #expect(result.failed.isEmpty, "\(result.failed)")
        #expect(try await scenario.object("v1", "Namespace", nil, "parts")?["metadata", "labels", "team"] == "parts")
    }
}
