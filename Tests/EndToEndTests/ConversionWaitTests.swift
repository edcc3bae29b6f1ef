import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Custom resources that somebody must convert` {
    /// The cluster prefers v1 and stores v1beta1, so that every object is converted by the webhook.
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: convert}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: converter, namespace: convert}
        spec: {ports: [{port: 443}]}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: shapes.convert.example.com}
        spec:
          group: convert.example.com
          scope: Namespaced
          names: {plural: shapes, singular: shape, kind: Shape}
          conversion:
            strategy: Webhook
            webhook: {conversionReviewVersions: [v1], clientConfig: {service: {name: converter, namespace: convert}}}
          versions:
            - {name: v1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
            - {name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: plains.convert.example.com}
        spec:
          group: convert.example.com
          scope: Namespaced
          names: {plural: plains, singular: plain, kind: Plain}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
        ---
        apiVersion: convert.example.com/v1
        kind: Shape
        metadata: {name: round, namespace: convert}
        ---
        apiVersion: convert.example.com/v1
        kind: Plain
        metadata: {name: flat, namespace: convert}
        """

    private static let address = """
        apiVersion: v1
        kind: Endpoints
        metadata: {name: converter, namespace: convert}
        subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 443}]}]
        """

    // The real control plane of the tests has no nodes, on which nobody could wait for a Pod.
    @Test func `C89: wait for whoever converts them, and hold up nothing else`() async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: .sandbox)
        var run = try scenario.run()
        run.backendTimeoutSeconds = 3
        let first = try await run.apply(try await run.plan())
        #expect(first.failed.map(\.code) == ["restore.backend-not-ready"], "\(first.failed)")
        #expect(first.failed.first?.object.contains("convert/round") == true)
        #expect(first.failed.first?.reason.contains("convert/converter") == true)
        #expect(try await scenario.object("convert.example.com/v1", "Shape", "convert", "round") == nil)
        #expect(try await scenario.object("convert.example.com/v1", "Plain", "convert", "flat") != nil)
        try await RestoreScenario.create(Self.address, in: scenario.client)
        let second = try await run.apply(try await run.plan())
        #expect(second.failed.isEmpty, "\(second.failed)")
        #expect(second.created == 1)
        #expect(try await scenario.object("convert.example.com/v1", "Shape", "convert", "round") != nil)
    }
}
