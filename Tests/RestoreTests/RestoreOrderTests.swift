import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `The order of a restore` {
    private func order(_ objects: [JSONValue]) -> [String] { Samples.plan(objects).steps.map(\.identity.name) }

    @Test func `C15, C17, C19, C20, C22, C26: each kind comes after what it needs`() {
        let definition = Samples.object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "widgets.example.com",
            [
                "spec": [
                    "group": "example.com", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                    "versions": [["name": "v1", "served": true, "storage": true]],
                ]
            ]
        )
        let objects = [
            Samples.object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhook"),
            Samples.object("v1", "ResourceQuota", "quota", namespace: "shop"),
            Samples.object("example.com/v1", "Widget", "widget", namespace: "shop"),
            Samples.object("apps/v1", "Deployment", "deployment", namespace: "shop"),
            Samples.object("v1", "Service", "service", namespace: "shop"),
            Samples.object("v1", "PersistentVolumeClaim", "claim", namespace: "shop"),
            Samples.object("v1", "Secret", "secret", namespace: "shop"),
            Samples.object("rbac.authorization.k8s.io/v1", "RoleBinding", "binding", namespace: "shop"),
            Samples.object("rbac.authorization.k8s.io/v1", "Role", "role", namespace: "shop"),
            Samples.object("v1", "PersistentVolume", "volume"),
            definition,
            Samples.object("v1", "Namespace", "shop"),
        ]
        #expect(
            order(objects) == [
                "shop", "widgets.example.com", "volume", "role", "binding", "secret", "claim", "service", "deployment",
                "widget", "quota", "webhook",
            ]
        )
    }

    @Test func `C3: what is owned comes after its owner, also across waves`() {
        let owner = Samples.object("apps/v1", "Deployment", "owner", namespace: "shop")
        let replicas = Samples.object(
            "apps/v1",
            "ReplicaSet",
            "a-replicas",
            namespace: "shop",
            ["metadata": ["ownerReferences": [Samples.owner("apps/v1", "Deployment", "owner")]]]
        )
        let settings = Samples.object(
            "v1",
            "ConfigMap",
            "settings",
            namespace: "shop",
            [
                "metadata": [
                    "ownerReferences": [Samples.owner("apps/v1", "ReplicaSet", "a-replicas", isController: false)]
                ]
            ]
        )
        #expect(order([settings, replicas, owner]) == ["shop", "owner", "a-replicas", "settings"])
    }

    @Test func `C3: owners in a circle do not hang the plan`() {
        func map(_ name: String, ownedBy owner: String) -> JSONValue {
            Samples.object(
                "v1",
                "ConfigMap",
                name,
                namespace: "shop",
                ["metadata": ["ownerReferences": [Samples.owner("v1", "ConfigMap", owner)]]]
            )
        }
        #expect(order([map("a", ownedBy: "b"), map("b", ownedBy: "a")]).count == 3)
    }

    @Test func `C3: a reference to an owner that does not exist is dropped with a note`() throws {
        let orphan = Samples.object(
            "v1",
            "ConfigMap",
            "orphan",
            namespace: "shop",
            ["metadata": ["ownerReferences": [Samples.owner("v1", "Node", "gone")]]]
        )
        let step = try #require(Samples.plan([orphan]).steps.first { $0.identity.name == "orphan" })
        #expect(step.owners.isEmpty)
        #expect(step.notes.count == 1)
    }

    @Test func `C18: a namespace that the snapshot does not have is made`() {
        let plan = Samples.plan([Samples.object("v1", "ConfigMap", "a", namespace: "shop")])
        #expect(plan.steps.first?.identity.description == "Namespace shop")
        #expect(plan.steps.first?.verdict == .create)
    }

    @Test func `C111: an object comes in the version that the cluster serves`() throws {
        let budget = Samples.object("policy/v1beta1", "PodDisruptionBudget", "web", namespace: "shop")
        #expect(try Samples.created(budget)?["apiVersion"] == "policy/v1")
    }

    @Test func `C91, C112: objects of a kind that is not served are reported once`() {
        let objects = (0..<3).map { Samples.object("example.com/v1", "Widget", "w\($0)", namespace: "shop") }
        let plan = Samples.plan(objects)
        #expect(plan.unserved.map(\.objects) == [3])
        #expect(plan.failures.count == 1)
    }
}
