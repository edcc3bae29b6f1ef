import KubernetesObjects

/// Other names of hosts: `old.example.com` becomes `new.example.com`, and `www.old.example.com` with it.
enum HostMapping {
    private static let fields: [String: [FieldPath]] = [
        "networking.k8s.io/Ingress": ["spec/rules/*/host", "spec/tls/*/hosts/*"],
        "extensions/Ingress": ["spec/rules/*/host", "spec/tls/*/hosts/*"],
        "gateway.networking.k8s.io/*": ["spec/hostnames/*", "spec/listeners/*/hostname"],
        "networking.istio.io/*": ["spec/hosts/*", "spec/servers/*/hosts/*"],
        "cert-manager.io/Certificate": ["spec/commonName", "spec/dnsNames/*"],
        "route.openshift.io/Route": ["spec/host"],
        "getambassador.io/*": ["spec/hostname", "spec/host"],
        "projectcontour.io/HTTPProxy": ["spec/virtualhost/fqdn"],
        "externaldns.k8s.io/DNSEndpoint": ["spec/endpoints/*/dnsName"],
    ]
    private static let annotation = "external-dns.alpha.kubernetes.io/hostname"

    static func apply(_ mapping: [String: String], _ object: inout JSONValue, _ kind: GroupKind) {
        for key in ["\(kind.group)/\(kind.kind)", "\(kind.group)/*"] {
            for path in fields[key] ?? [] {
                object.change(path) { host in
                    if let text = host.string { host = .string(mapped(text, mapping)) }
                }
            }
        }
        guard ["Service", "Ingress"].contains(kind.kind) else { return }
        object.change("metadata/annotations") { annotations in
            guard let hosts = annotations[annotation]?.string else { return }
            let all = hosts.split(separator: ",").map { mapped(String($0).trimmingSpaces(), mapping) }
            annotations[annotation] = .string(all.joined(separator: ","))
        }
    }

    /// The longest match decides.
    static func mapped(_ host: String, _ mapping: [String: String]) -> String {
        for (old, new) in mapping.sorted(by: { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }) {
            if host == old { return new }
            if host.hasSuffix(".\(old)") { return host.dropLast(old.count) + new }
        }
        return host
    }
}
