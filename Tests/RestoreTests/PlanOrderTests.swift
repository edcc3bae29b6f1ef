import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `The order of a plan` {
    private static func resource(_ group: String, _ resource: String, _ kind: String) -> APIResource {
        APIResource(
            group: group,
            version: "v1",
            resource: resource,
            kind: kind,
            isNamespaced: true,
            verbs: ["create", "list", "get"],
            hasStatus: false
        )
    }
    private static let example = "example.com"
    private static let resources = [
        resource("", "configmaps", "ConfigMap"), resource("apps", "deployments", "Deployment"),
        resource(example, "issuers", "Issuer"), resource(example, "certificates", "Certificate"),
        resource(example, "clusters", "Cluster"), resource(example, "machines", "Machine"),
    ]

    private static func object(
        _ kind: String,
        _ name: String,
        spec: JSONValue? = nil,
        owner: (kind: String, name: String)? = nil
    ) throws -> (object: JSONValue, resource: GroupResource) {
        let resource = try #require(resources.first { $0.kind == kind })
        var object: JSONValue = [
            "apiVersion": .string(resource.groupVersionKind.apiVersion), "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": "shop", "uid": .string("\(kind)-\(name)")],
        ]
        object["spec"] = spec
        if let owner {
            let api = try #require(resources.first { $0.kind == owner.kind }).groupVersionKind.apiVersion
            object["metadata", "ownerReferences"] = [
                ["apiVersion": .string(api), "kind": .string(owner.kind), "name": .string(owner.name), "uid": "1"]
            ]
        }
        return (object, resource.groupResource)
    }

    /// The names in the order of a plan, those of one place joined by a plus.
    private static func order(
        _ objects: [(object: JSONValue, resource: GroupResource)],
        _ rules: [OrderRule] = []
    ) throws -> [String] {
        var policy = RestorePolicy(name: "test")
        policy.order = rules
        let plan = try RestorePlanner.plan(
            objects: objects,
            discovery: Discovery(resources: resources, failures: []),
            existing: [],
            policy: policy
        )
        var places: [(RestoreWave, Int)] = []
        var names: [[String]] = []
        for step in plan.steps {
            if let last = places.last, last == (step.wave, step.depth) {
                names[names.count - 1].append(step.identity.name)
            } else {
                places.append((step.wave, step.depth))
                names.append([step.identity.name])
            }
        }
        return names.map { $0.sorted().joined(separator: "+") }
    }

    @Test func `puts what a custom resource refers to before it`() throws {
        let objects = [
            try Self.object("Certificate", "a", spec: ["issuerRef": ["kind": "Issuer", "name": "z"]]),
            try Self.object("Issuer", "z"),
            try Self.object(
                "Machine",
                "c",
                spec: ["template": ["apiVersion": "example.com/v1", "kind": "Cluster", "name": "y"]]
            ),
            try Self.object("Cluster", "y", spec: ["list": [["group": "example.com", "kind": "Issuer", "name": "z"]]]),
            // Of another group, so another kind.
            try Self.object("Issuer", "b", spec: ["ref": ["apiGroup": "other.com", "kind": "Cluster", "name": "y"]]),
        ]
        #expect(try Self.order(objects) == ["b+z", "a+y", "c"])
    }

    @Test func `goes on when references go round in a circle`() throws {
        let objects = [
            try Self.object("Issuer", "a", spec: ["ref": ["kind": "Cluster", "name": "b"]]),
            try Self.object("Cluster", "b", spec: ["ref": ["kind": "Issuer", "name": "a"]]),
            try Self.object("Cluster", "self", spec: ["ref": ["kind": "Cluster", "name": "self"]]),
        ]
        #expect(try Self.order(objects).joined(separator: "+").split(separator: "+").count == 3)
    }

    // C29
    @Test func `follows the rules of the user, and what is owned follows its owner`() throws {
        let objects = [
            try Self.object("Cluster", "cluster"), try Self.object("Machine", "machine"),
            try Self.object("Issuer", "issuer"), try Self.object("ConfigMap", "map"),
            try Self.object("ConfigMap", "owned", owner: ("Machine", "machine")), try Self.object("Deployment", "web"),
        ]
        #expect(try Self.order(objects) == ["map", "web", "cluster+issuer+machine", "owned"])
        let rules = [
            OrderRule(first: ["machines.example.com"], then: ["issuers.*"]),
            OrderRule(first: ["clusters.example.com"], then: ["machines.*"]),
            // A rule may turn the order of kinds around.
            OrderRule(first: ["deployments.apps"], then: ["configmaps"]),
        ]
        #expect(try Self.order(objects, rules) == ["web", "map", "cluster", "machine", "issuer+owned"])
    }

    @Test func `is refused when rules contradict each other or an owner`() throws {
        let objects = [
            try Self.object("Cluster", "cluster"), try Self.object("Machine", "machine", owner: ("Cluster", "cluster")),
        ]
        let against = OrderRule(first: ["machines.example.com"], then: ["clusters.example.com"])
        let error = #expect(throws: LifeboatError.self) { _ = try Self.order(objects, [against]) }
        #expect(error?.code == .policyInvalid)
        let with = OrderRule(first: ["clusters.example.com"], then: ["machines.example.com"])
        #expect(throws: LifeboatError.self) { _ = try Self.order(objects, [with, against]) }
        #expect(try Self.order(objects, [with]) == ["cluster", "machine"])
        // A rule over resources of which there is nothing says nothing.
        #expect(try Self.order(objects, [OrderRule(first: ["secrets"], then: ["*"])]) == ["cluster", "machine"])
    }
}
