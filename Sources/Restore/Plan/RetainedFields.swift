internal import KubernetesObjects

/// Fields that the cluster has chosen for an object and that a replacement has to repeat, because they cannot be changed or would be
/// chosen anew.
enum RetainedFields {
    /// `wanted` with the choices of the cluster where it makes none itself.
    static func added(to wanted: JSONValue, from existing: JSONValue, _ kind: GroupKind) -> JSONValue {
        var result = wanted
        func retain(_ fields: String...) {
            for field in fields where result["spec", field] == nil {
                if let value = existing["spec", field] { result["spec", field] = value }
            }
        }
        switch (kind.group, kind.kind) {
        case ("", "Service"):
            guard wanted["spec", "type"]?.string != "ExternalName" else { break }
            retain("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort")
            retainPorts(&result, existing)
        case ("", "PersistentVolumeClaim"): retain("volumeName", "storageClassName", "volumeMode")
        case ("", "Pod"): retain("nodeName", "serviceAccountName")
        case ("batch", "Job"):
            retain("selector")
            // The labels of the template belong to the selector that the cluster made.
            if wanted["spec", "selector"] == nil, let labels = existing["spec", "template", "metadata", "labels"] {
                result["spec", "template", "metadata", "labels"] = labels
            }
        default: break
        }
        return result
    }

    /// Node ports that nobody wrote stay those of the same port.
    private static func retainPorts(_ service: inout JSONValue, _ existing: JSONValue) {
        guard ["NodePort", "LoadBalancer"].contains(service["spec", "type"]?.string),
            let ports = service["spec", "ports"]?.array, let present = existing["spec", "ports"]?.array
        else { return }
        service["spec", "ports"] = .array(
            ports.map { port in
                var port = port
                let same = present.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
                if port["nodePort"] == nil, let chosen = same?["nodePort"] { port["nodePort"] = chosen }
                return port
            }
        )
    }
}
