import KubernetesObjects

/// An object that a Pod names and needs.
struct PodReference: Hashable, Sendable {
    let kind: GroupKind
    let name: String
    /// The key in a ConfigMap or Secret that must be there; nil when the whole object is used.
    let key: String?
    let isOptional: Bool
    let path: String
}

extension Workload {
    /// The ConfigMaps, Secrets, claims, accounts and classes that the Pods need.
    var references: [PodReference] {
        var found: [PodReference] = []
        func add(_ kind: GroupKind, _ source: JSONValue?, _ path: String, name: String = "name", key: String? = nil) {
            guard let source, let text = source[name]?.string, !text.isEmpty else { return }
            let isOptional = source["optional"]?.bool ?? false
            found.append(PodReference(kind: kind, name: text, key: key, isOptional: isOptional, path: path))
        }
        func volume(_ source: JSONValue, _ path: String) {
            add(.configMap, source["configMap"], "\(path)/configMap")
            add(.secret, source["secret"], "\(path)/secret", name: source["secret", "secretName"] == nil ? "name" : "secretName")
        }
        for (path, container) in containers {
            for (index, source) in (container["envFrom"]?.array ?? []).enumerated() {
                add(.configMap, source["configMapRef"], "\(path)/envFrom/\(index)")
                add(.secret, source["secretRef"], "\(path)/envFrom/\(index)")
            }
            for (index, variable) in (container["env"]?.array ?? []).enumerated() {
                let place = "\(path)/env/\(index)/valueFrom"
                let (map, secret) = (variable["valueFrom", "configMapKeyRef"], variable["valueFrom", "secretKeyRef"])
                add(.configMap, map, place, key: map?["key"]?.string)
                add(.secret, secret, place, key: secret?["key"]?.string)
            }
        }
        for (index, source) in (podSpec["volumes"]?.array ?? []).enumerated() {
            let path = "\(specPath)/volumes/\(index)"
            volume(source, path)
            add(.claim, source["persistentVolumeClaim"], path, name: "claimName")
            for (part, projection) in (source["projected", "sources"]?.array ?? []).enumerated() {
                volume(projection, "\(path)/projected/sources/\(part)")
            }
        }
        for (index, secret) in (podSpec["imagePullSecrets"]?.array ?? []).enumerated() {
            add(.secret, secret, "\(specPath)/imagePullSecrets/\(index)")
        }
        add(.serviceAccount, podSpec, "\(specPath)/serviceAccountName", name: "serviceAccountName")
        add(.priorityClass, podSpec, "\(specPath)/priorityClassName", name: "priorityClassName")
        return found
    }
}
