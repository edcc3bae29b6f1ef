import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Webhooks and APIServices of a restore` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: gated, labels: {gated: "yes"}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: guard, namespace: gated}
        spec: {ports: [{port: 443}]}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: gated-strict}
        webhooks:
          - name: strict.gated.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            clientConfig: {service: {name: guard, namespace: gated}}
            namespaceSelector: {matchLabels: {gated: "yes"}}
            rules: [{operations: [CREATE], apiGroups: [gated.example.com], apiVersions: [v1], resources: [gates]}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: gated-lenient}
        webhooks:
          - name: lenient.gated.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            failurePolicy: Ignore
            clientConfig: {service: {name: guard, namespace: gated}}
            namespaceSelector: {matchLabels: {gated: "yes"}}
            rules: [{operations: [CREATE], apiGroups: [gated.example.com], apiVersions: [v1], resources: [gates]}]
        """

    private static let address = """
        apiVersion: v1
        kind: Endpoints
        metadata: {name: guard, namespace: gated}
        subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 443}]}]
        """

    // C26. The real control plane of the tests has no nodes, on which nobody could wait for a Pod.
    @Test func `come when somebody answers behind them, and are named when nobody does`() async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: .sandbox)
        var run = try scenario.run()
        run.backendTimeoutSeconds = 3
        let first = try await run.apply(try await run.plan())
        #expect(first.failed.map(\.code) == ["restore.backend-not-ready"], "\(first.failed)")
        #expect(first.failed.first?.object.contains("gated-strict") == true)
        #expect(first.failed.first?.reason.contains("gated/guard") == true)
        let group = "admissionregistration.k8s.io/v1"
        let kind = "ValidatingWebhookConfiguration"
        #expect(try await scenario.object(group, kind, nil, "gated-strict") == nil)
        #expect(try await scenario.object(group, kind, nil, "gated-lenient") != nil)
        try await RestoreScenario.create(Self.address, in: scenario.client)
        let second = try await run.apply(try await run.plan())
        #expect(second.failed.isEmpty, "\(second.failed)")
        #expect(try await scenario.object(group, kind, nil, "gated-strict") != nil)
    }
}
