/// Fields of a Service that the API server chooses (statements C51 to C56 of the restore rules).
package enum ServiceFields {
    /// Clears cluster IPs but `None`, health check ports, and node ports unless a user wrote them or they are kept.
    package static func removeChosen(from object: inout JSONValue, keepsNodePorts: Bool) {
        guard object["spec", "type"]?.string != "ExternalName" else { return }
        if object["spec", "clusterIP"]?.string != "None" {
            object["spec", "clusterIP"] = nil
            object["spec", "clusterIPs"] = nil
        }
        guard !keepsNodePorts else { return }
        object["spec", "healthCheckNodePort"] = nil
        let written = writtenNodePorts(object)
        guard let ports = object["spec", "ports"]?.array else { return }
        object["spec", "ports"] = .array(
            ports.map { port in
                guard let number = port["nodePort"]?.int, !written.contains(number) else { return port }
                var port = port
                port["nodePort"] = nil
                return port
            }
        )
    }

    /// The node ports in the manifest that kubectl last applied.
    private static func writtenNodePorts(_ object: JSONValue) -> Set<Int> {
        let annotation = "kubectl.kubernetes.io/last-applied-configuration"
        guard let text = object["metadata", "annotations", annotation]?.string,
            let applied = try? JSONValue(parsing: text)
        else {
            return []
        }
        return Set(applied["spec", "ports"]?.array?.compactMap { $0["nodePort"]?.int } ?? [])
    }
}

/// Fields of a Pod that the scheduler, admission and the kubelet choose (statements C66 and C70).
package enum PodFields {
    package static func removeChosen(from object: inout JSONValue) {
        for field in ["nodeName", "priority", "ephemeralContainers"] { object["spec", field] = nil }
        let account = object["spec", "serviceAccountName"]?.string ?? "default"
        let volumes = object["spec", "volumes"]?.array ?? []
        let names = Set(volumes.compactMap { $0["name"]?.string }.filter { isTokenVolume($0, account: account) })
        guard !names.isEmpty else { return }
        let kept = volumes.filter { !names.contains($0["name"]?.string ?? "") }
        object["spec", "volumes"] = kept.isEmpty ? nil : .array(kept)
        for list in ["containers", "initContainers"] {
            guard let containers = object["spec", list]?.array else { continue }
            object["spec", list] = .array(containers.map { withoutMounts($0, names) })
        }
    }

    private static func withoutMounts(_ container: JSONValue, _ names: Set<String>) -> JSONValue {
        var container = container
        let mounts = (container["volumeMounts"]?.array ?? []).filter { !names.contains($0["name"]?.string ?? "") }
        container["volumeMounts"] = mounts.isEmpty ? nil : .array(mounts)
        return container
    }

    /// The volume that admission adds: `default-token-x7k2p` up to 1.20, `kube-api-access-x7k2p` since.
    private static func isTokenVolume(_ name: String, account: String) -> Bool {
        GeneratedNames.hasRandomSuffix(name, prefix: "kube-api-access-")
            || GeneratedNames.hasRandomSuffix(name, prefix: "\(account)-token-")
    }
}

/// Fields of a Job that its controller generates (statement C72).
package enum JobFields {
    private static let generated = ["controller-uid", "batch.kubernetes.io/controller-uid"]

    package static func removeChosen(from object: inout JSONValue) {
        guard object["spec", "manualSelector"]?.bool != true else { return }
        for label in generated {
            object["spec", "selector", "matchLabels", label] = nil
            object["spec", "template", "metadata", "labels", label] = nil
            object["metadata", "labels", label] = nil
        }
        if object["spec", "selector", "matchLabels"]?.object?.isEmpty == true { object["spec", "selector"] = nil }
    }
}

/// Names that the API server completes with five random characters.
package enum GeneratedNames {
    private static let alphabet = Set("bcdfghjklmnpqrstvwxz2456789".utf8)

    package static func hasRandomSuffix(_ name: String, prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let suffix = name.dropFirst(prefix.count).utf8
        return suffix.count == 5 && suffix.allSatisfy { alphabet.contains($0) }
    }
}
