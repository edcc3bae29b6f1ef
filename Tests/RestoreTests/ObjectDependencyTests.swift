import KubernetesObjects
import Testing

@testable import Restore

@Suite struct `What objects need` {
    private static func names(_ text: String) throws -> [String] {
        let object = try #require(try YAMLDocuments.parse("apiVersion: v1\n" + text, source: "test").first)
        return ObjectDependencies.of(object).map { "\($0)" }.sorted()
    }

    @Test func `of Pods are settings, claims, pull secrets, the account and classes, wherever a Pod names them`() throws
    {
        let text = """
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec:
              serviceAccountName: web
              priorityClassName: gold
              runtimeClassName: gvisor
              imagePullSecrets: [{name: pull}]
              containers:
                - envFrom: [{configMapRef: {name: a}}, {secretRef: {name: b}}]
                  env: [{valueFrom: {configMapKeyRef: {name: c, key: k}}}, {valueFrom: {secretKeyRef: {name: d, key: k}}}]
              initContainers: [{envFrom: [{configMapRef: {name: e}}]}]
              volumes:
                - {configMap: {name: f}}
                - {secret: {secretName: g}}
                - {persistentVolumeClaim: {claimName: h}}
                - {projected: {sources: [{configMap: {name: i}}, {secret: {name: j}}]}}
                - {emptyDir: {}}
            """
        #expect(
            try Self.names(text) == [
                "ConfigMap shop/a", "ConfigMap shop/c", "ConfigMap shop/e", "ConfigMap shop/f", "ConfigMap shop/i",
                "PersistentVolumeClaim shop/h", "PriorityClass.scheduling.k8s.io gold",
                "RuntimeClass.node.k8s.io gvisor",
                "Secret shop/b", "Secret shop/d", "Secret shop/g", "Secret shop/j", "Secret shop/pull",
                "ServiceAccount shop/web",
            ]
        )
    }

    @Test(arguments: [
        (
            "kind: PersistentVolumeClaim\nmetadata: {name: a, namespace: shop}\nspec: {volumeName: pv, storageClassName: fast}",
            ["PersistentVolume pv", "StorageClass.storage.k8s.io fast"]
        ),
        (
            "kind: ServiceAccount\nmetadata: {name: a, namespace: shop}\nimagePullSecrets: [{name: pull}]",
            ["Secret shop/pull"]
        ),
        (
            "kind: ConfigMap\nmetadata: {name: a, namespace: shop, ownerReferences: [{apiVersion: example.com/v1, kind: Gear, name: g, uid: x}]}",
            ["Gear.example.com g", "Gear.example.com shop/g"]
        ),
    ])
    func `of other objects are what their fields name`(text: String, expected: [String]) throws {
        #expect(try Self.names(text) == expected)
    }

    @Test func `of bindings is the role, and the accounts need the bindings`() throws {
        let binding = try #require(
            try YAMLDocuments.parse(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: web, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects: [{kind: ServiceAccount, name: web, namespace: shop}, {kind: User, name: ann}]
                """,
                source: "test"
            ).first
        )
        #expect(ObjectDependencies.of(binding).map { "\($0)" } == ["Role.rbac.authorization.k8s.io shop/reader"])
        #expect(ObjectDependencies.accounts(of: binding).map { "\($0)" } == ["ServiceAccount shop/web"])
    }
}
