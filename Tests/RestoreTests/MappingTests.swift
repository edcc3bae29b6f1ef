import KubernetesObjects
import Policies
import Testing

@testable import Restore

@Suite struct `Restores into another environment` {
    /// The object of the snapshot, as it is created.
    private static func created(_ text: String, _ change: (inout RestorePolicy) -> Void) throws -> JSONValue {
        var policy = RestorePolicy(name: "test")
        change(&policy)
        let object = try #require(try YAMLDocuments.parse(text, source: "test").first)
        var result = object
        let kind = try #require(ObjectIdentity(of: object)).groupVersionKind.groupKind
        ObjectMapping(policy).apply(to: &result, kind)
        return result
    }

    private static func expect(_ text: String, becomes expected: String, _ change: (inout RestorePolicy) -> Void) throws
    {
        let wanted = try #require(try YAMLDocuments.parse(expected, source: "test").first)
        let found = try created(text, change)
        #expect(found == wanted, "\(found.prettyPrinted())")
        // A name that no mapping has stays as it is.
        #expect(try created(expected, change) == wanted)
    }

    @Test(arguments: [
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {kubernetes.io/metadata.name: shop, team: shop}}",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop, namespace: shop}",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: shop}
        subjects:
          - {kind: ServiceAccount, name: shop, namespace: shop}
          - {kind: User, name: "system:serviceaccount:shop:shop"}
          - {kind: Group, name: "system:serviceaccounts:shop"}
        """,
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: shop}
        webhooks:
          - clientConfig: {service: {name: shop, namespace: shop}}
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
        """,
        """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: shop}
        spec: {service: {name: shop, namespace: shop}}
        """,
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: shop, namespace: shop}
        spec:
          ingress:
            - from:
                - {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}
                - {podSelector: {matchLabels: {app: shop}}}
          egress:
            - to: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [shop, a]}]}}]
        """,
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: shop}
        spec: {claimRef: {name: shop, namespace: shop}}
        """,
        """
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshotContent
        metadata: {name: shop}
        spec: {volumeSnapshotRef: {name: shop, namespace: shop}}
        """,
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: shop, namespace: shop}
        spec: {from: [{group: "", kind: Service, namespace: shop}], to: [{group: "", kind: Secret, name: shop}]}
        """,
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop, namespace: shop}
        spec: {parentRefs: [{name: shop, namespace: shop}], rules: [{backendRefs: [{name: shop, namespace: shop}]}]}
        """,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            spec:
              affinity:
                podAntiAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, namespaces: [shop]}]
        """,
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: shop, namespace: shop}
        spec: {targetNamespace: shop, sourceRef: {kind: GitRepository, name: shop, namespace: shop}}
        """,
    ])
    func `C98, C99, C81: name the new namespace wherever they name the old one, and nothing else`(text: String) throws {
        // Every text names the namespace in places of its own; names of other things are called alike and stay.
        let marks = [
            "namespace: shop", "metadata.name: shop", "serviceaccount:shop", "serviceaccounts:shop", "values: [shop",
            "namespaces: [shop", "targetNamespace: shop",
        ]
        var expected = text
        for mark in marks { expected = expected.replacing(mark, with: mark.replacing("shop", with: "copy")) }
        if text.contains("kind: Namespace\n") { expected = expected.replacing("{name: shop", with: "{name: copy") }
        try Self.expect(text, becomes: expected) { $0.namespaceMapping = ["shop": "copy"] }
    }

    @Test(arguments: [
        ("nginx", "mirror.example/hub/library/nginx"),
        ("nginx:1.27", "mirror.example/hub/library/nginx:1.27"),
        ("acme/web@sha256:aa", "mirror.example/hub/acme/web@sha256:aa"),
        ("docker.io/acme/web:1", "mirror.example/hub/acme/web:1"),
        ("old.example:5000/team/web:1", "new.example/web:1"),
        ("old.example:5000/teams/web:1", "old.example:5000/teams/web:1"),
        ("old.example:5000/other/web:1", "old.example:5000/other/web:1"),
        ("localhost/web", "localhost/web"),
    ])
    func `take images from another registry`(image: String, expected: String) {
        let mapping = ["docker.io": "mirror.example/hub", "old.example:5000/team": "new.example"]
        #expect(ImageMapping.mapped(image, mapping) == expected)
    }

    @Test func `change the images of all containers of everything that makes Pods`() throws {
        let spec = "containers: [{image: a.old/x:1}], initContainers: [{image: a.old/y:1}]"
        for (kind, version, start, end) in [
            ("Pod", "v1", "spec: {", "}"), ("Deployment", "apps/v1", "spec: {template: {spec: {", "}}}"),
            ("CronJob", "batch/v1", "spec: {jobTemplate: {spec: {template: {spec: {", "}}}}}"),
        ] {
            let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a}\n\(start)\(spec)\(end)"
            try Self.expect(text, becomes: text.replacing("a.old", with: "b.new/c")) {
                $0.mappings.imageRegistries = ["a.old": "b.new/c"]
            }
        }
    }

    @Test func `use other classes of storage and Ingresses`() throws {
        let claim =
            "metadata: {name: a, annotations: {volume.beta.kubernetes.io/storage-class: old}}, spec: {storageClassName: old}"
        for text in [
            "{apiVersion: v1, kind: PersistentVolumeClaim, \(claim)}",
            "{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}, spec: {storageClassName: old}}",
            "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: a}, spec: {volumeClaimTemplates: [{\(claim)}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {volumes: [{ephemeral: {volumeClaimTemplate: {\(claim)}}}]}}",
        ] {
            try Self.expect(text, becomes: text.replacing("old", with: "fast")) {
                $0.mappings.storageClasses = ["old": "fast", "other": "slow"]
            }
        }
        let ingress =
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: {kubernetes.io/ingress.class: old}}, spec: {ingressClassName: old}}"
        try Self.expect(ingress, becomes: ingress.replacing("old", with: "new")) {
            $0.mappings.ingressClasses = ["old": "new"]
        }
    }

    @Test func `serve other hosts, and those below them`() throws {
        let ingress = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: a, annotations: {external-dns.alpha.kubernetes.io/hostname: "old.example,www.old.example"}}
            spec: {rules: [{host: www.old.example}, {host: bold.example}], tls: [{hosts: [old.example]}]}
            """
        let expected = ingress.replacing("www.old", with: "www.new").replacing(": \"old", with: ": \"new")
            .replacing("[old", with: "[new")
        try Self.expect(ingress, becomes: expected) { $0.mappings.hosts = ["old.example": "new.example"] }
        let certificate =
            "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a}, spec: {dnsNames: [a.old.example]}}"
        try Self.expect(certificate, becomes: certificate.replacing("a.old", with: "a.new")) {
            $0.mappings.hosts = ["old.example": "new.example"]
        }
    }

    @Test func `ask for other labels of nodes`() throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            spec:
              nodeSelector: {zone: eu-1, disk: ssd}
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - {matchExpressions: [{key: zone, operator: In, values: [eu-1, eu-2]}]}
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - {weight: 1, preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}
            """
        let expected = pod.replacing("eu-1", with: "us-1").replacing("disk: ssd", with: "storage: nvme")
            .replacing("key: disk, operator: In, values: [ssd]", with: "key: storage, operator: In, values: [nvme]")
        try Self.expect(pod, becomes: expected) {
            $0.mappings.nodeLabels = ["zone=eu-1": "zone=us-1", "disk=ssd": "storage=nvme"]
        }
        let volume = """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: a}
            spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [eu-1]}]}]}}}
            """
        try Self.expect(volume, becomes: volume.replacing("eu-1", with: "us-1")) {
            $0.mappings.nodeLabels = ["zone=eu-1": "zone=us-1"]
        }
    }

    @Test func `bring the Secret in place of what is sealed for the old namespace`() throws {
        let sealed = """
            apiVersion: bitnami.com/v1alpha1
            kind: SealedSecret
            metadata: {name: password, namespace: shop, uid: old}
            """
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: password
              namespace: shop
              ownerReferences: [{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, name: password, uid: old, controller: true}]
            data: {value: c2FuZGJveA==}
            """
        let key = """
            apiVersion: v1
            kind: Secret
            metadata: {name: key, namespace: kube-system, labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}}
            """
        func steps(_ mapping: [String: String], _ scope: String = "") throws -> [String: String] {
            let objects = try [sealed, secret, key].map {
                try #require(
                    try YAMLDocuments.parse(
                        $0.replacing("namespace: shop", with: "namespace: shop\(scope)"),
                        source: "t"
                    ).first
                )
            }
            let plan = Samples.plan(objects, policy: RestorePolicy(name: "test", namespaceMapping: mapping))
            return Dictionary(
                plan.steps.map { ("\($0.identity)", $0.verdict.name) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        #expect(try steps([:])["Secret shop/password"] == "skip")
        #expect(try steps(["shop": "copy"])["Secret copy/password"] == "create")
        #expect(try steps(["shop": "copy"])["SealedSecret.bitnami.com shop/password"] == "skip")
    }
}
