import KubernetesObjects

/// EndpointSlices: v1 has fields for the node and the zone, v1beta1 a map
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#endpointslice-v125).
enum EndpointSliceConversion {
    private static let host = "kubernetes.io/hostname"
    private static let zone = "topology.kubernetes.io/zone"

    static func convert(_ object: inout JSONValue, isOld: Bool, toOld: Bool) {
        guard isOld != toOld else { return }
        object.change("endpoints/*") { endpoint in
            if toOld {
                var topology = endpoint["deprecatedTopology"] ?? [:]
                if let name = endpoint["nodeName"] { topology[host] = name }
                if let zone = endpoint["zone"] { topology[Self.zone] = zone }
                endpoint["topology"] = topology.object?.isEmpty == true ? nil : topology
                for field in ["deprecatedTopology", "zone", "hints"] { endpoint[field] = nil }
            } else {
                guard var topology = endpoint["topology"] else { return }
                if endpoint["nodeName"] == nil { endpoint["nodeName"] = topology[host] }
                endpoint["zone"] = topology[zone]
                for key in [host, zone] { topology[key] = nil }
                endpoint["deprecatedTopology"] = topology.object?.isEmpty == true ? nil : topology
                endpoint["topology"] = nil
            }
        }
    }
}
