import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `Traces of components` {
    private static let catalogue = """
        kind: ReadinessComponents
        spec:
          components:
            - {id: relay, row: service-mesh, workloads: ["Deployment/relay"], labels: ["app=relay"], annotations: ["*:relay.example.com/*"]}
            - {id: vault, row: secrets-management, secrets: ["vault-key", "type:example.com/vault", "label:vault.example.com/key"]}
            - {id: hosted, row: build-pipeline, configMaps: ["*-runner"], namespaces: ["hosted"]}
        """

    private static func traces(_ text: String) throws -> [String] {
        let catalogue = try ComponentCatalogue.parse(Self.catalogue, source: "a.yaml")
        let checklist = try ReadinessChecklist(checks: [], catalogue: catalogue)
        let inventory = ObjectInventory(try YAMLDocuments.parse(text, source: "test"))
        let result = checklist.evaluate(inventory, now: try Timestamp(parsing: "2026-06-01T00:00:00Z"))
        return result.sections.flatMap(\.traces).map { "\($0.component): \($0.evidence.joined(separator: ", "))" }
    }

    @Test(arguments: [
        ("{kind: Namespace, metadata: {name: hosted}}", "hosted: Namespace hosted"),
        ("{kind: ConfigMap, metadata: {name: the-runner, namespace: a}}", "hosted: ConfigMap the-runner"),
        ("{kind: Secret, metadata: {name: vault-key, namespace: a}}", "vault: Secret vault-key"),
        ("{kind: Secret, type: example.com/vault, metadata: {name: a}}", "vault: Secret type example.com/vault"),
        (
            "{kind: Secret, metadata: {name: a, labels: {vault.example.com/key: x}}}",
            "vault: Secret label vault.example.com/key"
        ),
        ("{kind: Namespace, metadata: {name: a, labels: {app: relay}}}", "relay: label app=relay"),
        (
            "{kind: Service, metadata: {name: a, annotations: {relay.example.com/inject: x}}}",
            "relay: annotation Service:relay.example.com/inject"
        ),
        (
            "{kind: Pod, metadata: {name: a, annotations: {relay.example.com/inject: x}}, spec: {containers: []}}",
            "relay: annotation Pod:relay.example.com/inject"
        ),
    ])
    func `are names that it leaves behind`(object: String, trace: String) throws {
        #expect(
            try Self.traces(object.replacing("{kind", with: "{apiVersion: v1, kind", maxReplacements: 1)) == [trace]
        )
    }

    @Test func `are not what other names share, and none is told of what is there`() throws {
        #expect(
            try Self.traces("apiVersion: v1\nkind: Namespace\nmetadata: {name: hosted-2, labels: {app: relay2}}") == []
        )
        let running = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: relay, namespace: a, labels: {app: relay}}
            spec: {template: {metadata: {annotations: {relay.example.com/inject: x}}, spec: {containers: []}}}
            """
        #expect(try Self.traces(running) == [])
    }

    @Test func `of the template of a Deployment are those of its Pods`() throws {
        let other = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: a}
            spec: {template: {metadata: {annotations: {relay.example.com/inject: x}}, spec: {containers: []}}}
            """
        #expect(try Self.traces(other) == ["relay: annotation Pod:relay.example.com/inject"])
    }
}
