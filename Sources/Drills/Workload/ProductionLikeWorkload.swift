package import KubernetesObjects
internal import SandboxCluster

/// The cluster of `make drill`: one that uses every row of the checklist, with Secrets that are really sealed and signed.
package enum ProductionLikeWorkload {
    /// - Throws: `internal.error` when keys cannot be made.
    package static func objects(now: Timestamp, random: (Int) -> [UInt8]) throws(LifeboatError) -> [JSONValue] {
        var made = try SealedSecretsDemo.objects(now: now, random: random)
        let placeholders = SandboxWorkload.productionLike(sealedSecrets: made)
        let sealingKey = made.first.flatMap { ObjectIdentity(of: $0) }
        for secret in placeholders where secret["type"]?.string == "kubernetes.io/tls" {
            guard ObjectIdentity(of: secret) != sealingKey else { continue }
            var real = secret
            let pair = try DemoCertificate(
                hosts: hosts(of: secret, in: placeholders),
                isAuthority: secret["metadata", "name"]?.string == "linkerd-identity-issuer",
                now: now
            )
            real["data", "tls.crt"] = .string(pair.certificateBase64)
            real["data", "tls.key"] = .string(pair.keyBase64)
            made.append(real)
        }
        return SandboxWorkload.productionLike(sealedSecrets: made)
    }

    /// The hosts of the routes that use the Secret, else its own name.
    private static func hosts(of secret: JSONValue, in objects: [JSONValue]) -> [String] {
        let name = secret["metadata", "name"]?.string ?? ""
        let namespace = secret["metadata", "namespace"]?.string ?? ""
        var hosts: [String] = []
        for object in objects where object["metadata", "namespace"]?.string == namespace {
            for entry in object["spec", "tls"]?.array ?? [] where entry["secretName"]?.string == name {
                hosts += (entry["hosts"]?.array ?? []).compactMap(\.string)
            }
        }
        return hosts.isEmpty ? ["\(name).\(namespace).svc"] : hosts
    }
}
