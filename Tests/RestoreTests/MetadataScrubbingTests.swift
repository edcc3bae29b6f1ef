import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `Metadata of a restored object` {
    private static let full = #"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop","uid":"1","generation":3,
        "creationTimestamp":"2026-01-01T00:00:00Z","selfLink":"/x","managedFields":[{}],"generateName":"a-",
        "resourceVersion":"7","deletionTimestamp":"2026-01-02T00:00:00Z","deletionGracePeriodSeconds":5,"finalizers":["example.com/guard"],"labels":{"b":"c"}},"data":{"k":"v"}}
        """#

    @Test func `C1: carries nothing that the old API server had set`() throws {
        let created = try #require(try Samples.created(Samples.parse(Self.full)))
        let metadata = try #require(created["metadata"]?.object)
        #expect(Set(metadata.keys) == ["name", "namespace", "generateName", "finalizers", "labels"])
    }

    @Test func `C2: keeps its name beside generateName`() throws {
        let created = try #require(try Samples.created(Samples.parse(Self.full)))
        #expect(created["metadata", "name"] == "a")
    }

    @Test func `C4: keeps its finalizers`() throws {
        let created = try #require(try Samples.created(Samples.parse(Self.full)))
        #expect(created["metadata", "finalizers"] == ["example.com/guard"])
    }

    @Test func `C11: carries its status only when the policy asks for it`() throws {
        let object = Samples.object("apps/v1", "Deployment", "web", namespace: "shop", ["status": ["replicas": 3]])
        let without = Samples.plan([object])
        #expect(try Samples.created(object)?["status"] == nil)
        #expect(without.steps.allSatisfy { $0.status == nil })
        let policy = RestorePolicy(name: "test", includeStatus: ["deployments.apps"])
        let with = Samples.plan([object], policy: policy)
        let step = try #require(with.steps.first { $0.identity.name == "web" })
        #expect(try JSONValue(parsing: #require(step.status))["status", "replicas"] == 3)
    }

    @Test(arguments: [true, false])
    func `C11: sends its status with the object where there is no subresource for it`(hasSubresource: Bool) throws {
        let subresources: JSONValue = hasSubresource ? ["status": [:]] : [:]
        let version: JSONValue = ["name": "v1", "served": true, "storage": true, "subresources": subresources]
        let definition = Samples.object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "widgets.example.com",
            [
                "spec": [
                    "group": "example.com", "names": ["plural": "widgets", "kind": "Widget"], "versions": [version],
                ]
            ]
        )
        let widget = Samples.object("example.com/v1", "Widget", "one", namespace: "shop", ["status": ["ready": true]])
        let policy = RestorePolicy(name: "test", includeStatus: ["widgets.example.com"])
        let plan = Samples.plan([definition, widget], policy: policy)
        let step = try #require(plan.steps.first { $0.identity.name == "one" })
        #expect(try JSONValue(parsing: step.body)["status", "ready"] == (hasSubresource ? nil : true))
        #expect((step.status != nil) == hasSubresource)
    }

    @Test func `C12: the annotation of an object goes before the policy`() throws {
        let object = Samples.object(
            "apps/v1",
            "Deployment",
            "web",
            namespace: "shop",
            ["metadata": ["annotations": ["lifeboat.dr/restore-status": "true"]], "status": ["replicas": 3]]
        )
        let step = try #require(Samples.plan([object]).steps.first { $0.identity.name == "web" })
        #expect(step.status != nil)
        var without = object
        without["metadata", "annotations", "lifeboat.dr/restore-status"] = "false"
        let policy = RestorePolicy(name: "test", includeStatus: ["deployments.apps"])
        let refused = try #require(Samples.plan([without], policy: policy).steps.first { $0.identity.name == "web" })
        #expect(refused.status == nil)
        // What another tool had called so means the same.
        var other = object
        other["metadata", "annotations"] = ["velero.io/restore-status": "true"]
        let imported = try #require(Samples.plan([other]).steps.first { $0.identity.name == "web" })
        #expect(imported.status != nil)
    }

    @Test func `C13: keeps unknown fields, large integers, floats, nulls and empty maps as they are`() throws {
        let text =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":{"i":9223372036854775807,"f":1.50,"n":null,"e":{},"s":"ü\n\""}}"#
        let object = try Samples.parse(text)
        #expect(try Samples.created(object)?["x"] == object["x"])
    }

    @Test func `C121: an object that a patch does not fit is refused and not created`() throws {
        let patch = RestorePatch(
            selection: .everything,
            change: .json([["op": "replace", "path": "/spec/missing", "value": 1]])
        )
        let object = Samples.object("v1", "ConfigMap", "a", namespace: "shop")
        let plan = Samples.plan([object], policy: RestorePolicy(name: "test", patches: [patch]))
        #expect(plan.steps.allSatisfy { $0.identity.name != "a" })
        #expect(plan.refused.map(\.identity.name) == ["a"])
    }

    @Test func `namespaces are mapped in objects, subjects and volume claims`() throws {
        let policy = RestorePolicy(name: "test", namespaceMapping: ["shop": "drill"])
        let binding = Samples.object(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "b",
            namespace: "shop",
            ["subjects": [["kind": "ServiceAccount", "name": "web", "namespace": "shop"]]]
        )
        let volume = Samples.object(
            "v1",
            "PersistentVolume",
            "disk",
            ["spec": ["claimRef": ["namespace": "shop", "name": "data"]]]
        )
        let created = try #require(try Samples.created(binding, policy: policy))
        #expect(created["metadata", "namespace"] == "drill")
        #expect(created["subjects"]?.array?.first?["namespace"] == "drill")
        #expect(try Samples.created(volume, policy: policy)?["spec", "claimRef", "namespace"] == "drill")
    }
}
