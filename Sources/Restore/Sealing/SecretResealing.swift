package import KubernetesObjects

/// Seals values for another cluster or namespace. It is handed in, because a restore knows no cryptography.
package struct SecretResealing: Sendable {
    package typealias Seal =
        @Sendable (
            _ data: JSONObject,
            _ certificate: String,
            _ label: String
        ) throws(LifeboatError) -> JSONObject

    /// Makes the encryptedData of a SealedSecret of the data of a Secret (base64), for a certificate (PEM in base64) and a label. Errors
    /// quote no value.
    let seal: Seal

    package init(seal: @escaping Seal) { self.seal = seal }
}

/// A SealedSecret that is sealed for its old namespace, sealed anew for the one that it goes to
/// (https://github.com/bitnami-labs/sealed-secrets#scopes). Pure but for the sealing.
enum ResealedSecret {
    static let kind = GroupKind(group: "bitnami.com", kind: "SealedSecret")
    /// Says which version of which SealedSecret it is made of: sealed values are never the same twice and cannot be compared.
    static let origin = "lifeboat.dr/resealed-from"

    /// Whether the values are bound to the namespace.
    static func isBound(_ object: JSONValue) -> Bool {
        object["metadata", "annotations", "sealedsecrets.bitnami.com/cluster-wide"]?.string != "true"
    }

    /// The SealedSecret for another namespace; nil when the Secret lacks a value of it.
    static func make(
        of object: JSONValue,
        secret: JSONValue,
        namespace: String,
        certificate: String,
        _ resealing: SecretResealing
    ) throws(LifeboatError) -> JSONValue? {
        guard let sealed = object["spec", "encryptedData"]?.object, let name = object["metadata", "name"]?.string else {
            return nil
        }
        var values = JSONObject()
        for member in sealed.members {
            guard let value = secret["data", member.key] else { return nil }
            values[member.key] = value
        }
        let annotations = object["metadata", "annotations"]
        let isNamespaceWide = annotations?["sealedsecrets.bitnami.com/namespace-wide"]?.string == "true"
        let label = isNamespaceWide ? namespace : "\(namespace)/\(name)"
        var result = object
        result["spec", "encryptedData"] = .object(try resealing.seal(values, certificate, label))
        if result["spec", "template", "metadata", "namespace"] != nil {
            result["spec", "template", "metadata", "namespace"] = .string(namespace)
        }
        let uid = object["metadata", "uid"]?.string ?? ""
        let generation = object["metadata", "generation"]?.int ?? 0
        result["metadata", "annotations", origin] = .string("\(uid)/\(generation)")
        return result
    }

    /// `wanted` with the sealed values of `existing` when both are made of the same.
    static func comparable(_ wanted: JSONValue, _ existing: JSONValue) -> JSONValue {
        guard let mark = wanted["metadata", "annotations", origin],
            existing["metadata", "annotations", origin] == mark,
            let values = existing["spec", "encryptedData"]
        else { return wanted }
        var result = wanted
        result["spec", "encryptedData"] = values
        return result
    }
}
