internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

extension RestoreRun {
    private static let secrets = GroupResource(group: "", resource: "secrets")

    /// The SealedSecrets of mapped namespaces, sealed for where they go. What cannot be sealed anew is left out as without this.
    ///
    /// - Throws: `restore.refused` when nobody knows which certificate the controller of the cluster has.
    func resealed(_ entries: [SnapshotEntry]) async throws -> [ObjectKey: JSONValue] {
        guard policy.resealsSecrets, let resealing else { return [:] }
        var secrets: [ObjectKey: SnapshotEntry] = [:]
        var found: [(entry: SnapshotEntry, namespace: String)] = []
        for entry in entries {
            if entry.resource.groupResource == Self.secrets { secrets[ObjectKey(entry.identity)] = entry }
            guard ObjectKey(entry.identity).groupKind == ResealedSecret.kind,
                let namespace = policy.namespaceMapping[entry.namespace], namespace != entry.namespace
            else { continue }
            found.append((entry, namespace))
        }
        guard !found.isEmpty else { return [:] }
        let certificate = try await sealingCertificate(Array(secrets.values))
        var result: [ObjectKey: JSONValue] = [:]
        for (entry, namespace) in found {
            let sealed = try reader.object(entry)
            let key = ObjectKey(GroupKind(group: "", kind: "Secret"), namespace: entry.namespace, name: entry.name)
            guard ResealedSecret.isBound(sealed), let secret = secrets[key] else { continue }
            result[ObjectKey(entry.identity)] = try ResealedSecret.make(
                of: sealed,
                secret: try reader.object(secret),
                namespace: namespace,
                certificate: certificate,
                resealing
            )
        }
        return result
    }

    /// The certificate of the newest sealing key of the cluster, or of the one that this restore brings along.
    private func sealingCertificate(_ entries: [SnapshotEntry]) async throws -> String {
        let resource = APIResource(
            group: "",
            version: "v1",
            resource: "secrets",
            kind: "Secret",
            isNamespaced: true,
            verbs: [],
            hasStatus: false
        )
        var query = ListQuery()
        query.labelSelector = "\(SkipContext.sealingKeyLabel)=active"
        var keys: [JSONValue] = []
        for page in try await client.list(resource, query).collect() {
            for item in page.items { keys.append(try JSONValue(parsing: page.bytes.span, range: item.range)) }
        }
        if keys.isEmpty {
            for entry in entries {
                let secret = try reader.object(entry)
                if secret["metadata", "labels", SkipContext.sealingKeyLabel]?.string == "active" { keys.append(secret) }
            }
        }
        let newest = keys.max {
            ($0["metadata", "creationTimestamp"]?.string ?? "") < ($1["metadata", "creationTimestamp"]?.string ?? "")
        }
        guard let certificate = newest?["data", "tls.crt"]?.string else {
            throw LifeboatError(
                .restoreRefused,
                "SealedSecrets are to be sealed anew, and neither the cluster nor the restored objects have a sealing key",
                remedy:
                    "install the sealed-secrets controller first, restore its namespace as well, or leave out --reseal"
            )
        }
        return certificate
    }
}
