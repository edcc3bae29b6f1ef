import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Discovery of the sandbox` {
    private let crd: JSONValue = [
        "metadata": ["name": "widgets.example.com"],
        "spec": [
            "group": "example.com", "scope": "Namespaced",
            "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                    "additionalPrinterColumns": [["name": "Size", "type": "integer", "jsonPath": ".spec.size"]],
                ],
                [
                    "name": "v1beta1", "served": true, "storage": false,
                    "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                ],
            ],
        ],
    ]

    @Test func `the aggregated document has what the single ones have`() async throws {
        let cluster = try await ServerHarness()
        let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
        let aggregated = await cluster.get("/apis", accept: accept)
        #expect(aggregated.contentType == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
        let groups = await cluster.get("/apis").json["groups"]?.array ?? []
        #expect(aggregated.items.compactMap { $0["metadata", "name"] } == groups.compactMap { $0["name"] })
        for group in groups {
            for version in group["versions"]?.array ?? [] {
                let list = await cluster.get("/apis/\(version["groupVersion"]?.string ?? "")").json
                #expect(list["resources"]?.array?.isEmpty == false)
            }
        }
    }

    @Test func `a custom resource is served in all its versions as soon as it is defined, and in tables`() async throws
    {
        let cluster = try await ServerHarness()
        #expect(await cluster.get("/apis/example.com/v1/widgets").status == 404)
        let created = await cluster.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        #expect(created.status == 201, "\(created.json)")
        let group = await cluster.get("/apis/example.com").json
        #expect(group["preferredVersion", "version"] == "v1")
        let target = "/apis/example.com/v1/namespaces/shop/widgets"
        let widget: JSONValue = [
            "apiVersion": "example.com/v1", "kind": "Widget", "metadata": ["name": "w"], "spec": ["size": 3],
        ]
        #expect(await cluster.post(target, widget).status == 201)
        let beta = await cluster.get("/apis/example.com/v1beta1/namespaces/shop/widgets/w").json
        #expect(beta["apiVersion"] == "example.com/v1beta1")
        let list = await cluster.get(target)
        #expect(list.items.first?["kind"] == "Widget")
        let table = await cluster.get(target, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        #expect(table.json["rows"]?.array?.first?["cells"] == ["w", 3])
        let strategic = await cluster.patch(target + "/w", [:], "strategic-merge-patch+json")
        #expect(strategic.status == 415)
    }

    @Test func `versions are ordered by their priority`() {
        let versions = ["v1alpha1", "v2", "foo", "v1", "v1beta2", "v10", "v1beta1", "v11alpha1"]
        #expect(
            versions.sorted(by: KubernetesVersionOrder.precedes)
                == ["v10", "v2", "v1", "v1beta2", "v1beta1", "v11alpha1", "v1alpha1", "foo"]
        )
    }
}
