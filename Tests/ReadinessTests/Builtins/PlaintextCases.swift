import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    /// Put together here, so that nobody's scanner takes this file for a leak.
    static let fakeToken = "gh" + "p_" + String(repeating: "x", count: 20)

    private static func map(_ value: String, namespace: String = "shop") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: \(namespace)}
        data: {"app/token": "\(value)"}
        """
    }

    private static func web(_ name: String, _ value: String) -> String {
        Sample.deployment("web", spec: "initContainers: [{env: [{name: \(name), value: \"\(value)\"}]}]")
    }

    private static let variable = "Deployment.apps shop/web at /spec/template/spec/initContainers/0/env/0/value"

    static let plaintext: [BuiltinCase] = [
        BuiltinCase(
            "no-plaintext-secrets",
            "settings and references",
            .pass,
            Sample.join(map("fast"), web("MODE", "fast"))
        ),
        BuiltinCase("no-plaintext-secrets", "a token in a ConfigMap", .warn, map("token=\(fakeToken)"))
            .finding(
                "warn ConfigMap shop/settings at /data/app~1token: a ConfigMap holds what looks like a GitHub token"
            ),
        BuiltinCase(
            "no-plaintext-secrets",
            "a token after a word that only ends like one",
            .warn,
            map("xgh" + "p_ \(fakeToken)")
        )
        .finding("warn ConfigMap shop/settings at /data/app~1token: a ConfigMap holds what looks like a GitHub token"),
        BuiltinCase("no-plaintext-secrets", "a password in a variable", .warn, web("DB_PASSWORD", "hunter2"))
            .finding("warn \(variable): the variable DB_PASSWORD holds what looks like a credential"),
        BuiltinCase("no-plaintext-secrets", "the path of a password", .pass, web("DB_PASSWORD", "/run/password")),
        BuiltinCase("no-plaintext-secrets", "the system's namespaces", .skip, map(fakeToken, namespace: "kube-system"))
            .reason("there is nothing to look at"),
    ]
}
