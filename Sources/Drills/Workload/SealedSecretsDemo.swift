package import KubernetesObjects
internal import Readiness

/// SealedSecrets that were really sealed, for the production-like workload of the sandbox.
package enum SealedSecretsDemo {
    /// A sealing key, two SealedSecrets of different scopes, and the Secrets that come out of them.
    ///
    /// No controller unseals in a sandbox, so the Secrets stand beside their SealedSecrets, marked as the controller's to take over.
    package static func objects(now: Timestamp, random: (Int) -> [UInt8]) throws(LifeboatError) -> [JSONValue] {
        let sealing = try SealedSecretSealing(now: now)
        var objects = [sealing.keySecret(namespace: "kube-system", name: "sealed-secrets-key7x2qd")]
        for (name, scope) in [("payments-token", SealedSecretScope.strict), ("users-token", .namespaceWide)] {
            let value = Array(String(decoding: hexadecimal(random(16)), as: UTF8.self).utf8)
            objects.append(
                try sealing.sealedSecret(
                    namespace: "shop",
                    name: name,
                    values: [(key: "token", value: value)],
                    scope: scope,
                    random: random
                )
            )
            objects.append(
                [
                    "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                    "metadata": [
                        "namespace": "shop", "name": .string(name),
                        "annotations": ["sealedsecrets.bitnami.com/managed": "true"],
                    ],
                    "data": ["token": .string(SealedSecretSealing.base64(value))],
                ]
            )
        }
        return objects
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
