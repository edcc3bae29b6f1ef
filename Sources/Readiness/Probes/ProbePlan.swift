import FoundationEssentials
import KubernetesObjects
import Policies

/// The requests that the checks with `needs: [network]` want: hosts of routes, images in use, and the issuer of the sign-in.
package struct ProbePlan: Sendable {
    package let probes: [Probe]

    init(_ probes: [Probe]) { self.probes = probes }

    /// What cannot be read asks for no probe; the checks then say what they could not read.
    package init(_ inventory: ObjectInventory) {
        var found: [String: Probe] = [:]
        func add(_ kind: Probe.Kind, _ target: String, _ authorization: String? = nil) {
            let probe = Probe(kind: kind, target: target, authorization: authorization)
            if found[probe.key]?.authorization == nil { found[probe.key] = probe }
        }
        for ingress in (try? inventory.objects(.ingress)) ?? [] {
            let secured = Set(
                (ingress["spec", "tls"]?.array ?? []).flatMap { $0["hosts"]?.array ?? [] }.compactMap(\.string)
            )
            for host in (ingress["spec", "rules"]?.array ?? []).compactMap({ $0["host"]?.string })
            where !host.contains("*") {
                add(.http, "\(secured.contains(host) ? "https" : "http")://\(host)/")
                add(.dns, host)
            }
        }
        for workload in (try? inventory.workloads()) ?? [] {
            for (_, image) in workload.images {
                add(.registry, image.text, Self.authorization(for: image.registry, of: workload, inventory))
            }
        }
        let options = (try? inventory.serverOptions()) ?? nil
        if let issuer = options?["--oidc-issuer-url"] { add(.oidc, issuer) }
        probes = found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The credential that the kubelet would use: that of a pull secret of the Pod or of its account.
    private static func authorization(
        for registry: String,
        of workload: Workload,
        _ inventory: ObjectInventory
    ) -> String? {
        let account = workload.podSpec["serviceAccountName"]?.string ?? "default"
        let object = try? inventory.object(.serviceAccount, namespace: workload.namespace, name: account)
        let references =
            (workload.podSpec["imagePullSecrets"]?.array ?? []) + (object?["imagePullSecrets"]?.array ?? [])
        for name in references.compactMap({ $0["name"]?.string }) {
            guard let secret = try? inventory.object(.secret, namespace: workload.namespace, name: name) else {
                continue
            }
            if let found = PullSecret.authorization(of: secret, for: registry) { return found }
        }
        return nil
    }
}

extension PullSecret {
    /// The value of an Authorization header for a registry; nil when the Secret has none for it.
    fileprivate static func authorization(of secret: JSONValue, for registry: String) -> String? {
        let isNew = secret["type"]?.string == "kubernetes.io/dockerconfigjson"
        guard let text = secret["data", isNew ? ".dockerconfigjson" : ".dockercfg"]?.string,
            let bytes = Data(base64Encoded: text), let value = try? JSONValue(parsing: Array(bytes)),
            let entries = isNew ? value["auths"]?.object : value.object
        else { return nil }
        for entry in entries.members where Self.host(Self.host(entry.key), covers: registry) {
            if let auth = entry.value["auth"]?.string { return "Basic \(auth)" }
            guard let user = entry.value["username"]?.string, let password = entry.value["password"]?.string else {
                continue
            }
            return "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
        }
        return nil
    }
}
