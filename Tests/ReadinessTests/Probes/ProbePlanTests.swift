import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `The requests to other servers` {
    @Test func `are those of routes, images and the issuer, each once, with the credential of the Pod`() throws {
        let objects = try YAMLDocuments.parse(
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: shop}
            spec: {tls: [{hosts: [a.example.com]}], rules: [{host: a.example.com}, {host: b.example.com}, {host: "*.c.example.com"}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: kube-apiserver-one, namespace: kube-system, labels: {component: kube-apiserver}}
            spec: {containers: [{name: a, image: registry.example.com/api:1, command: [kube-apiserver, --oidc-issuer-url=https://login.example.com]}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec: {imagePullSecrets: [{name: pull}], containers: [{name: a, image: registry.example.com/web:1}, {name: b, image: quay.io/b:1}]}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: pull, namespace: shop}
            type: kubernetes.io/dockerconfigjson
            data: {.dockerconfigjson: eyJhdXRocyI6eyJyZWdpc3RyeS5leGFtcGxlLmNvbSI6eyJhdXRoIjoiZURwNSJ9fX0=}
            """,
            source: "test"
        )
        let probes = ProbePlan(ObjectInventory(objects)).probes
        #expect(
            probes.map(\.key) == [
                "dns a.example.com", "dns b.example.com", "http http://b.example.com/", "http https://a.example.com/",
                "oidc https://login.example.com",
                "registry quay.io/b:1", "registry registry.example.com/api:1", "registry registry.example.com/web:1",
            ]
        )
        // The credential of one Pod is not that of another, and not for another registry.
        #expect(probes.map(\.authorization) == [nil, nil, nil, nil, nil, nil, nil, "Basic eDp5"])
    }
}
