import KubernetesObjects

/// Fills the token Secrets of ServiceAccounts, and removes those whose account is gone.
struct TokenController {
    let writes: ControllerWrites

    /// The certificate that a sandbox hands out. Nothing trusts it: the sandbox speaks plain HTTP on loopback.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        U2FuZGJveCBjbHVzdGVyIG9mIExpZmVib2F0OiBwbGFpbiBIVFRQLCBubyBhdXRob3JpdHku
        -----END CERTIFICATE-----

        """

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let secret = transaction.object(key), !secret.isTerminating,
            secret.value.text("type") == "kubernetes.io/service-account-token",
            let name = secret.value.annotations["kubernetes.io/service-account.name"]
        else { return }
        let account = transaction.object(ObjectKey(.serviceAccounts, namespace: key.namespace, name: name))
        let uid = secret.value.annotations["kubernetes.io/service-account.uid"] ?? ""
        guard let account, uid.isEmpty || uid == account.uid else {
            writes.delete(key, in: &transaction)
            return
        }
        writes.change(key, in: &transaction) { object in
            object["metadata", "annotations", "kubernetes.io/service-account.uid"] = .string(account.uid)
            func set(_ field: String, _ text: String) {
                object.setDefault(.string(Base64.encode(Array(text.utf8))), "data", field)
            }
            set("ca.crt", Self.certificate)
            set("namespace", key.namespace)
            set("token", "sandbox-token:\(key.namespace):\(name):\(account.uid)")
        }
    }
}
