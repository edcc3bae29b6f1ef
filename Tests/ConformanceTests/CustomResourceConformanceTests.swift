import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `Conformance of custom resources` {
    /// A definition with two versions whose group is the test's own.
    private func definition(_ group: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gears.\(group)}
        spec:
          group: \(group)
          scope: Namespaced
          names: {plural: gears, singular: gear, kind: Gear, listKind: GearList}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [teeth]
                    properties:
                      teeth: {type: integer, minimum: 3}
                      size: {type: string, enum: [small, large], default: small}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}
          - name: v1beta1
            served: true
            storage: false
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
    }

    /// The bench with a new discovery that serves the definition.
    private func prepared(_ cluster: TestCluster) async throws -> (Bench, APIResource, String) {
        let bench = try await Bench(cluster)
        let group = "\(bench.namespace).example.com"
        try await bench.create(definition(group))
        try await Bench.eventually("the definition is established") {
            let conditions =
                try await bench.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gears.\(group)")[
                    "status",
                    "conditions"
                ]?.array ?? []
            return ["Established", "NamesAccepted"].allSatisfy { type in
                conditions.contains { $0["type"]?.string == type && $0["status"] == "True" }
            }
        }
        var found: APIResource?
        try await Bench.eventually("the kind is served") {
            found = try await bench.client.discover().resource(
                for: GroupVersionKind(apiVersion: "\(group)/v1", kind: "Gear")
            )
            return found != nil
        }
        return (bench, try #require(found), group)
    }

    private func create(_ bench: Bench, _ resource: APIResource, _ spec: JSONValue, name: String = "a") async throws
        -> JSONValue
    {
        let object: JSONValue = [
            "apiVersion": .string("\(resource.group)/v1"), "kind": "Gear", "metadata": ["name": .string(name)],
            "spec": spec, "status": ["x": 1],
        ]
        return try JSONValue(
            parsing: await bench.client.create(resource, namespace: bench.namespace, body: object.encoded())
        )
    }

    @Test(arguments: TestCluster.available)
    func `objects are defaulted and pruned, keep number lexemes, and are served in every version`(cluster: TestCluster)
        async throws
    {
        let (bench, resource, group) = try await prepared(cluster)
        let created = try await create(
            bench,
            resource,
            ["teeth": 12, "gone": "x", "free": ["int": .number("9007199254740993"), "float": .number("0.5")]]
        )
        #expect(created["spec", "size"] == "small")
        #expect(created["spec", "gone"] == nil)
        #expect(created["spec", "free", "int"] == .number("9007199254740993"))
        #expect(created["status"] == nil)
        let other = try #require(
            try await bench.client.discover().resource(
                for: GroupVersionKind(apiVersion: "\(group)/v1beta1", kind: "Gear")
            )
        )
        let seen = try JSONValue(parsing: await bench.client.get(other, namespace: bench.namespace, name: "a"))
        #expect(seen["apiVersion"]?.string == "\(group)/v1beta1")
        #expect(seen["spec", "teeth"] == 12)
    }

    @Test(
        arguments: TestCluster.available,
        [["teeth": 1], [:], ["teeth": "many"], ["teeth": 5, "size": "huge"]] as [JSONValue]
    )
    func `objects that break the schema are refused with the field`(cluster: TestCluster, spec: JSONValue) async throws
    {
        let (bench, resource, _) = try await prepared(cluster)
        await bench.fails(.invalid, "spec.") { _ = try await create(bench, resource, spec) }
    }

    @Test(arguments: TestCluster.available)
    func `with the definition go its objects`(cluster: TestCluster) async throws {
        let (bench, resource, group) = try await prepared(cluster)
        _ = try await create(bench, resource, ["teeth": 12])
        try await bench.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gears.\(group)")
        try await Bench.eventually("the definition is gone") {
            try await bench.isGone("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gears.\(group)")
        }
        await bench.fails(.notFound) { _ = try await bench.client.get(resource, namespace: bench.namespace, name: "a") }
    }
}
