import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func ingress(
        port: String = "number: 80",
        host: String = "shop.example",
        ingressClass: String = "ingressClassName: gate,"
    ) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front, namespace: shop}
        spec:
          {\(ingressClass) tls: [{hosts: [\(host)], secretName: front-tls}],
          rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {\(port)}}}}]}}]}
        """
    }

    private static func ingressClass(isDefault: Bool = false) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: gate, annotations: {ingressclass.kubernetes.io/is-default-class: "\(isDefault)"}}
        spec: {controller: gate.example/ingress}
        """
    }

    private static let tls = TLSSamples.secret("front-tls")
    private static let rest = Sample.join(ingressClass(), Sample.service("web"), tls)
    private static let front = "Ingress.networking.k8s.io shop/front"
    private static let backend = "/spec/rules/0/http/paths/0/backend"

    static let ingresses: [BuiltinCase] = [
        BuiltinCase(
            "ingress-routes-resolve",
            "class, port and certificate are there",
            .pass,
            Sample.join(ingress(), rest)
        ),
        BuiltinCase(
            "ingress-routes-resolve",
            "a port by its name and a host of the wildcard",
            .pass,
            Sample.join(ingress(port: "name: http", host: "a.apps.example"), rest)
        ),
        BuiltinCase(
            "ingress-routes-resolve",
            "everything that it names is lost",
            .fail,
            ingress()
        )
        .finding(
            "fail \(front) at /spec/ingressClassName: wants the IngressClass gate, which does not exist",
            "fail \(front) at \(backend): routes to the Service shop/web, which does not exist",
            "fail \(front) at /spec/tls/0/secretName: needs the TLS Secret shop/front-tls, which does not exist"
        ),
        BuiltinCase(
            "ingress-routes-resolve",
            "the Service has another port",
            .fail,
            Sample.join(ingress(port: "number: 8080"), rest)
        )
        .finding("fail \(front) at \(backend): routes to port 8080 of shop/web, which it does not have"),
        BuiltinCase(
            "ingress-routes-resolve",
            "the certificate is for other hosts",
            .fail,
            Sample.join(ingress(host: "a.b.apps.example"), rest)
        )
        .finding(
            "fail \(front) at /spec/tls/0/secretName: "
                + "the certificate in shop/front-tls does not cover a.b.apps.example"
        ),
        BuiltinCase(
            "ingress-routes-resolve",
            "no class and no default",
            .warn,
            Sample.join(ingress(ingressClass: ""), rest)
        )
        .finding("warn \(front) at /spec/ingressClassName: names no class, and no class is the default"),
        BuiltinCase(
            "ingress-routes-resolve",
            "no class and a default",
            .pass,
            Sample.join(ingress(ingressClass: ""), ingressClass(isDefault: true), Sample.service("web"), tls)
        ),
        BuiltinCase("ingress-routes-resolve", "classes that cannot be read", .unknown, ingress())
            .unreadable(.ingressClass, "forbidden")
            .reason("IngressClass.networking.k8s.io could not be read: forbidden"),
    ]

    static let certificates: [BuiltinCase] = [
        BuiltinCase("certificates-valid", "a pair for months to come", .pass, tls),
        BuiltinCase(
            "certificates-valid",
            "a key after its curve's parameters",
            .pass,
            TLSSamples.secret(
                "front-tls",
                key: TLSSamples.keyWithParameters
            )
        ),
        BuiltinCase("certificates-valid", "it expires soon", .warn, tls).at("2026-12-02T00:00:00Z")
            .finding("warn Secret shop/front-tls at /data/tls.crt: its certificate expires at 2026-12-31T00:00:00Z"),
        BuiltinCase("certificates-valid", "it expires sooner than is allowed", .fail, tls)
            .parameters("{failWithinDays: 300}")
            .finding("fail Secret shop/front-tls at /data/tls.crt: its certificate expires at 2026-12-31T00:00:00Z"),
        BuiltinCase("certificates-valid", "it has expired", .fail, tls).at("2027-01-01T00:00:00Z")
            .finding("fail Secret shop/front-tls at /data/tls.crt: its certificate expired at 2026-12-31T00:00:00Z"),
        BuiltinCase(
            "certificates-valid",
            "the key is another's",
            .fail,
            TLSSamples.secret(
                "front-tls",
                key: TLSSamples.otherKey
            )
        )
        .finding("fail Secret shop/front-tls at /data/tls.crt: its certificate is of another key"),
        BuiltinCase("certificates-valid", "the key is missing", .fail, TLSSamples.secret("front-tls", key: "\"\""))
            .finding("fail Secret shop/front-tls at /data/tls.key: its tls.key is no private key in PEM"),
        BuiltinCase("certificates-valid", "an expired sealing key goes on opening", .warn, TLSSamples.sealingKey())
            .at("2037-01-01T00:00:00Z")
            .finding(
                "warn Secret kube-system/sealing at /data/tls.crt: its certificate expired at 2036-01-01T00:00:00Z"
            ),
        BuiltinCase("certificates-valid", "there are none", .skip, Sample.node).reason("there is nothing to look at"),
    ]
}
