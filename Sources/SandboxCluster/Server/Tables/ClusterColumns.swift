import KubernetesObjects

/// The columns of the kinds around the workloads.
enum ClusterColumns {
    static func columns(_ kind: String) -> [TableColumn]? {
        table[kind].map { [TableColumns.name] + $0 } ?? (kind == "Event" ? events : nil)
    }

    private static let table: [String: [TableColumn]] = [
        "Namespace": [TableColumns.text("Status", ["status", "phase"]), TableColumns.age],
        "Node": [
            TableColumns.made("Status") { node in
                let ready = (node["status", "conditions"]?.array ?? []).first { $0["type"]?.string == "Ready" }
                let status = ready?["status"]?.string == "True" ? "Ready" : "NotReady"
                return node["spec", "unschedulable"]?.bool == true ? status + ",SchedulingDisabled" : status
            },
            TableColumns.made("Roles") { node in
                let prefix = "node-role.kubernetes.io/"
                let labels = node["metadata", "labels"]?.stringMap.keys.filter { $0.hasPrefix(prefix) } ?? []
                let roles = labels.map { String($0.dropFirst(prefix.count)) }.sorted().joined(separator: ",")
                return roles.isEmpty ? "<none>" : roles
            }, TableColumns.age, TableColumns.text("Version", ["status", "nodeInfo", "kubeletVersion"]),
        ],
        "Service": [
            TableColumns.text("Type", ["spec", "type"]), TableColumns.text("Cluster-IP", ["spec", "clusterIP"]),
            TableColumns.made("External-IP", externalAddress), TableColumns.made("Port(s)", ports), TableColumns.age,
        ],
        "ConfigMap": [TableColumns.count("Data", [["data"], ["binaryData"]]), TableColumns.age],
        "Secret": [
            TableColumns.text("Type", ["type"]), TableColumns.count("Data", [["data"]]), TableColumns.age,
        ],
        "ServiceAccount": [TableColumns.count("Secrets", [["secrets"]]), TableColumns.age],
        "PersistentVolumeClaim": [
            TableColumns.text("Status", ["status", "phase"]),
            TableColumns.text("Volume", ["spec", "volumeName"], missing: ""),
            TableColumns.text("Capacity", ["status", "capacity", "storage"], missing: ""),
            TableColumns.made("Access Modes") { accessModes($0["status", "accessModes"]) },
            TableColumns.text("StorageClass", ["spec", "storageClassName"], missing: ""), TableColumns.age,
        ],
        "PersistentVolume": [
            TableColumns.text("Capacity", ["spec", "capacity", "storage"], missing: ""),
            TableColumns.made("Access Modes") { accessModes($0["spec", "accessModes"]) },
            TableColumns.text("Reclaim Policy", ["spec", "persistentVolumeReclaimPolicy"]),
            TableColumns.text("Status", ["status", "phase"]),
            TableColumns.made("Claim") { volume in
                guard let claim = volume["spec", "claimRef"] else { return "" }
                return "\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")"
            }, TableColumns.text("StorageClass", ["spec", "storageClassName"], missing: ""),
            TableColumns.text("Reason", ["status", "reason"], missing: ""), TableColumns.age,
        ],
        "StorageClass": [
            TableColumns.text("Provisioner", ["provisioner"]),
            TableColumns.text("ReclaimPolicy", ["reclaimPolicy"], missing: "Delete"),
            TableColumns.text("VolumeBindingMode", ["volumeBindingMode"], missing: "Immediate"),
            TableColumns.text("AllowVolumeExpansion", ["allowVolumeExpansion"], missing: "false"), TableColumns.age,
        ],
        "Ingress": [
            TableColumns.text("Class", ["spec", "ingressClassName"]),
            TableColumns.made("Hosts") { ingress in
                let hosts = (ingress["spec", "rules"]?.array ?? []).compactMap { $0["host"]?.string }
                return hosts.isEmpty ? "*" : hosts.joined(separator: ",")
            }, TableColumns.made("Address") { externalAddress($0) == "<none>" ? "" : externalAddress($0) },
            TableColumns.made("Ports") { $0["spec", "tls"] == nil ? "80" : "80, 443" }, TableColumns.age,
        ],
        "NetworkPolicy": [
            TableColumns.made("Pod-Selector") {
                WorkloadColumns.labels($0["spec", "podSelector", "matchLabels"]?.stringMap ?? [:])
            }, TableColumns.age,
        ],
        "CustomResourceDefinition": [TableColumns.text("Created At", ["metadata", "creationTimestamp"])],
        "ClusterRole": [TableColumns.text("Created At", ["metadata", "creationTimestamp"])],
        "Role": [TableColumns.text("Created At", ["metadata", "creationTimestamp"])],
        "RoleBinding": [TableColumns.made("Role", role), TableColumns.age],
        "ClusterRoleBinding": [TableColumns.made("Role", role), TableColumns.age],
        "PriorityClass": [
            TableColumns.number("Value", ["value"]),
            TableColumns.text("Global-Default", ["globalDefault"], missing: "false"), TableColumns.age,
        ],
        "Lease": [TableColumns.text("Holder", ["spec", "holderIdentity"], missing: ""), TableColumns.age],
    ]

    private static let events = [
        TableColumns.time("Last Seen", ["lastTimestamp"]), TableColumns.text("Type", ["type"]),
        TableColumns.text("Reason", ["reason"]),
        TableColumns.made("Object") {
            "\($0["involvedObject", "kind"]?.string?.lowercased() ?? "")/\($0["involvedObject", "name"]?.string ?? "")"
        }, TableColumns.text("Message", ["message"], missing: ""),
    ]

    @Sendable
    private static func externalAddress(_ object: JSONValue) -> String {
        let balancer = (object["status", "loadBalancer", "ingress"]?.array ?? []).compactMap {
            $0["ip"]?.string ?? $0["hostname"]?.string
        }
        let given = object["spec", "externalIPs"]?.array?.compactMap(\.string) ?? []
        if let name = object["spec", "externalName"]?.string, !name.isEmpty { return name }
        if balancer.isEmpty, given.isEmpty {
            return object["spec", "type"]?.string == "LoadBalancer" ? "<pending>" : "<none>"
        }
        return (balancer + given).joined(separator: ",")
    }

    @Sendable
    private static func ports(_ service: JSONValue) -> String {
        let ports = (service["spec", "ports"]?.array ?? []).map { port in
            let node = port["nodePort"]?.int.map { ":\($0)" } ?? ""
            return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
        }
        return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
    }

    @Sendable
    private static func role(_ binding: JSONValue) -> String {
        "\(binding["roleRef", "kind"]?.string ?? "")/\(binding["roleRef", "name"]?.string ?? "")"
    }

    private static func accessModes(_ modes: JSONValue?) -> String {
        let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"]
        return (modes?.array ?? []).compactMap(\.string).map { short[$0] ?? $0 }.joined(separator: ",")
    }
}
