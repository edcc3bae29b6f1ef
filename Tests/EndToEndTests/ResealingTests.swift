import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import Synchronization
import TestSupport
import Testing

@Suite struct `SealedSecrets that go to another namespace` {
    private static func key(_ name: String, _ certificate: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: sealing, labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}}
        data: {tls.crt: \(certificate), tls.key: \(certificate)}
        """
    }
    private static let stocked = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: sealedsecrets.bitnami.com}
        spec:
          group: bitnami.com
          scope: Namespaced
          names: {kind: SealedSecret, plural: sealedsecrets, singular: sealedsecret}
          versions: [{name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: sealed}
        ---
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: strict, namespace: sealed}
        spec: {encryptedData: {password: b2xk}, template: {metadata: {name: strict, namespace: sealed}}}
        ---
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: wide, namespace: sealed, annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}}
        spec: {encryptedData: {password: b2xk}}
        ---
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: lost, namespace: sealed}
        spec: {encryptedData: {password: b2xk}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: strict, namespace: sealed}
        data: {password: dmFsdWU=}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: wide, namespace: sealed}
        data: {password: dmFsdWU=}
        """

    @Test(arguments: TestCluster.available)
    func `are sealed anew with the certificate of the cluster when that is asked for`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster)
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: sealing}\n---\n"
        try await RestoreScenario.create(namespace + Self.key("newest", "bmV3"), in: scenario.client)
        let calls = Mutex<[String]>([])
        var run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["sealed"]
            policy.namespaceMapping = ["sealed": "sealed-copy"]
            policy.resealsSecrets = true
        }
        run.resealing = SecretResealing { (data, certificate, label) throws(LifeboatError) in
            calls.withLock { calls in
                calls.append("\(certificate) \(label) \(data["password"]?.string ?? "")")
                return JSONObject([.init(key: "password", value: .string("sealed-\(label)-\(calls.count)"))])
            }
        }
        let plan = try await run.plan()
        // A SealedSecret whose values nobody has stays out as before.
        let left = plan.steps.filter { $0.verdict == .skip(.sealedElsewhere) }.map(\.identity.name)
        #expect(left == ["lost"])
        #expect(calls.withLock { $0 }.sorted() == ["bmV3 sealed-copy dmFsdWU=", "bmV3 sealed-copy/strict dmFsdWU="])
        let result = try await run.apply(plan)
        #expect(result.isComplete, "\(result.failed)")
        let strict = try await scenario.object("bitnami.com/v1alpha1", "SealedSecret", "sealed-copy", "strict")
        let text = try #require(strict?["spec", "encryptedData", "password"]?.string)
        #expect(text.hasPrefix("sealed-sealed-copy/strict-"))
        #expect(strict?["spec", "template", "metadata", "namespace"] == "sealed-copy")
        // Sealing again gives other bytes, and still nothing is to be done.
        let again = try await run.plan()
        #expect(again.count("create") == 0 && again.count("update") == 0 && again.count("conflict") == 0)
        try await scenario.delete("v1", "Secret", "sealing", "newest")
        let error = await #expect(throws: LifeboatError.self) { _ = try await run.plan() }
        #expect(error?.code == .restoreRefused && error?.remedy.contains("--reseal") == true)
    }
}
