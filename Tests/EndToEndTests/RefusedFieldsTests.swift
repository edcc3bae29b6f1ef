import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Fields that the server refuses` {
    /// A definition of Gadgets of a group, by the schema of their `spec`.
    private static func definition(_ group: String, _ spec: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.\(group)}
        spec:
          group: \(group)
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, \(spec)}}}}
        """
    }

    private static func gadget(_ group: String, _ namespace: String, _ name: String, _ spec: String) -> String {
        """
        apiVersion: \(group)/v1
        kind: Gadget
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {\(spec)}
        """
    }

    private static func namespace(_ name: String) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(name)}
        """
    }

    private static func joined(_ documents: String...) -> String { documents.joined(separator: "\n---\n") }

    @Test(arguments: TestCluster.available)
    func `C114: are named for each object when the new version of a kind demands more`(
        cluster: TestCluster
    ) async throws {
        let (group, namespace) = ("demanding.example.com", "demanding")
        let properties = "properties: {size: {type: integer}, color: {type: string}}"
        let scenario = try await RestoreScenario.of(
            Self.joined(
                Self.definition(group, properties),
                Self.namespace(namespace),
                Self.gadget(group, namespace, "one", "color: red"),
                Self.gadget(group, namespace, "two", "color: blue"),
                Self.gadget(group, namespace, "whole", "color: blue, size: 1")
            ),
            into: cluster
        )
        // The last object is there so that the kind is served when the restore begins.
        try await RestoreScenario.create(
            Self.joined(
                Self.definition(group, "required: [size], \(properties)"),
                Self.namespace(namespace),
                Self.gadget(group, namespace, "other", "size: 1")
            ),
            in: scenario.client
        )
        var run = try scenario.run { $0.selection.includedNamespaces = ["demanding"] }
        run.retrySeconds = 1
        let result = try await run.apply(try await run.plan())
        #expect(
            result.failed.map(\.object).sorted() == ["one", "two"].map { "Gadget.\(group) \(namespace)/\($0)" },
            "\(result.failed)"
        )
        #expect(result.failed.allSatisfy { $0.reason.contains("spec.size") }, "\(result.failed)")
        #expect(!result.isComplete)
        #expect(try await scenario.object("\(group)/v1", "Gadget", namespace, "whole")?["spec", "size"] == 1)
    }

    @Test(arguments: TestCluster.available)
    func `C117: are named when an object that exists is not updated because of them`(
        cluster: TestCluster
    ) async throws {
        let (group, namespace) = ("limited.example.com", "limited")
        let scenario = try await RestoreScenario.of(
            Self.joined(
                Self.definition(group, "properties: {size: {type: integer}}"),
                Self.namespace(namespace),
                Self.gadget(group, namespace, "one", "size: 9")
            ),
            into: cluster
        )
        try await RestoreScenario.create(
            Self.joined(
                Self.definition(group, "properties: {size: {type: integer, maximum: 5}}"),
                Self.namespace(namespace),
                Self.gadget(group, namespace, "one", "size: 1")
            ),
            in: scenario.client
        )
        for rule in [ConflictRule.merge, .apply, .replace] {
            var run = try scenario.run { policy in
                policy.selection.includedNamespaces = ["limited"]
                policy.conflict = rule
            }
            run.retrySeconds = 1
            let result = try await run.apply(try await run.plan())
            #expect(result.failed.map(\.object) == ["Gadget.\(group) \(namespace)/one"], "\(rule): \(result.failed)")
            #expect(result.failed.first?.reason.contains("spec.size") == true, "\(rule): \(result.failed)")
            #expect(!result.isComplete)
        }
        #expect(try await scenario.object("\(group)/v1", "Gadget", namespace, "one")?["spec", "size"] == 1)
    }
}
