import FoundationEssentials
import KubernetesObjects
import Policies

/// Whether the images that run are known, and can be pulled again.
enum ImageChecks {
    /// Every image is pinned by a digest or a Git commit; a version tag is a warning. Parameters: `excludedNamespaces`,
    /// `versionTagsFrom` (patterns of `registry/repository` whose version tags are good enough).
    static let pinned: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let trusted = context.patterns("versionTagsFrom")
        for workload in try context.inventory.workloads() where !context.excludedNamespaces.matches(workload.namespace)
        {
            for (path, image) in workload.images {
                result.examined += 1
                switch image.pinning {
                case .digest, .commit: break
                case .version:
                    guard !trusted.matches("\(image.registry)/\(image.repository)") else { continue }
                    result.warn(
                        workload.identity,
                        "\(image.text) is pinned by a version tag, which can be moved",
                        at: path
                    )
                case .moving:
                    let text =
                        "\(image.text) can change between the backup and the rebuild: it has no digest and no version"
                    result.fail(workload.identity, text, at: path)
                }
            }
        }
        return result
    }

    /// Every pull secret that a Pod or its account names exists, parses, and covers a registry that the Pod uses.
    /// Parameters: `excludedNamespaces`, `publicRegistries`, which need no secret, and `nodeCredentialRegistries`, which
    /// nodes pull from with their own identity.
    static let pullSecrets: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let open = context.patterns(
            "publicRegistries",
            default: [
                "docker.io", "registry.k8s.io", "k8s.gcr.io", "gcr.io", "quay.io", "ghcr.io", "public.ecr.aws",
                "cr.l5d.io",
            ]
        )
        // Nodes of a cloud pull from its own registries with their own identity.
        let byNodes = context.patterns(
            "nodeCredentialRegistries",
            default: [
                "*.dkr.ecr.*", "*.azurecr.io", "*.pkg.dev", "*.gcr.io", "mcr.microsoft.com", "registry.datadoghq.com",
            ]
        )
        for workload in try context.inventory.workloads() where !context.excludedNamespaces.matches(workload.namespace)
        {
            var names: [(name: String, path: String)] = []
            for (index, secret) in (workload.podSpec["imagePullSecrets"]?.array ?? []).enumerated() {
                if let name = secret["name"]?.string {
                    names.append((name, "\(workload.specPath)/imagePullSecrets/\(index)"))
                }
            }
            let account = workload.podSpec["serviceAccountName"]?.string ?? "default"
            let object = try context.inventory.object(.serviceAccount, namespace: workload.namespace, name: account)
            for secret in object?["imagePullSecrets"]?.array ?? [] {
                if let name = secret["name"]?.string { names.append((name, "\(workload.specPath)/serviceAccountName")) }
            }
            var covered: Set<String> = []
            for (name, path) in names {
                result.examined += 1
                let place = "\(workload.namespace)/\(name)"
                guard let secret = try context.inventory.object(.secret, namespace: workload.namespace, name: name)
                else {
                    result.fail(
                        workload.identity,
                        "pulls its images with the Secret \(place), which does not exist",
                        at: path
                    )
                    continue
                }
                guard let hosts = PullSecret.hosts(of: secret) else {
                    result.fail(
                        ObjectIdentity(of: secret),
                        "is no registry credential that a kubelet can read",
                        at: "/data"
                    )
                    continue
                }
                covered.formUnion(hosts)
            }
            let registries = Set(workload.images.map(\.image.registry))
            for registry in registries.sorted() where !open.matches(registry) && !byNodes.matches(registry) {
                result.examined += 1
                guard !covered.contains(where: { PullSecret.host($0, covers: registry) }) else { continue }
                let text = "no pull secret of it covers \(registry)"
                if names.isEmpty {
                    result.warn(workload.identity, text, at: "\(workload.specPath)/imagePullSecrets")
                } else {
                    result.fail(workload.identity, text, at: "\(workload.specPath)/imagePullSecrets")
                }
            }
        }
        return result
    }
}

/// The registries that a pull secret has credentials for.
enum PullSecret {
    /// nil when the Secret is not one; the credentials themselves are never returned.
    static func hosts(of secret: JSONValue) -> [String]? {
        let isNew = secret["type"]?.string == "kubernetes.io/dockerconfigjson"
        guard isNew || secret["type"]?.string == "kubernetes.io/dockercfg" else { return nil }
        guard let text = secret["data", isNew ? ".dockerconfigjson" : ".dockercfg"]?.string,
            let bytes = Data(base64Encoded: text), let value = try? JSONValue(parsing: Array(bytes)),
            let entries = isNew ? value["auths"]?.object : value.object
        else { return nil }
        for member in entries.members {
            let hasCredential =
                ["auth", "identitytoken", "registrytoken"].contains { member.value[$0]?.string != nil }
                || (member.value["username"]?.string != nil && member.value["password"]?.string != nil)
            guard hasCredential else { return nil }
        }
        return entries.keys.map(host)
    }

    /// `https://index.docker.io/v1/` is docker.io.
    static func host(_ key: String) -> String {
        var text = Substring(key)
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        let host = String(text.prefix { $0 != "/" })
        return host == "index.docker.io" ? "docker.io" : host
    }

    static func host(_ entry: String, covers registry: String) -> Bool { NamePattern(entry).matches(registry) }
}
