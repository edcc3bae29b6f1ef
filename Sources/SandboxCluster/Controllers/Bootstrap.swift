import KubernetesObjects

/// What a new cluster has before anybody uses it.
struct Bootstrap {
    let writes: ControllerWrites
    let nodeCount: Int

    func run(in transaction: inout Transaction) {
        func create(_ object: JSONValue, _ resource: GroupResource) {
            // Only what is there already is refused.
            try? writes.create(object, resource, in: &transaction)
        }
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]], .namespaces)
            NamespaceController.createDefaults(of: name, writes, in: &transaction)
        }
        for number in 1...max(nodeCount, 1) where number <= nodeCount {
            create(node("sandbox-node-\(number)", number, transaction.now), .nodes)
        }
        for (name, value) in [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)] {
            create(
                [
                    "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
                    "metadata": ["name": .string(name)], "value": .int(value),
                    "description":
                        "Used for system critical pods that must not be moved from their current node.",
                ],
                GroupResource(group: "scheduling.k8s.io", resource: "priorityclasses")
            )
        }
        create(Self.service, .services)
        create(Self.endpoints, .core("endpoints"))
        create(Self.slice, GroupResource(group: "discovery.k8s.io", resource: "endpointslices"))
        for role in BootstrapRoles.roles { create(role, .rbac("clusterroles")) }
        for binding in BootstrapRoles.bindings { create(binding, .rbac("clusterrolebindings")) }
        for api in apiServices { create(api, GroupResource(group: "apiregistration.k8s.io", resource: "apiservices")) }
    }

    private func node(_ name: String, _ number: Int, _ now: Timestamp) -> JSONValue {
        let resources: JSONValue = [
            "cpu": "16", "memory": "64Gi", "pods": "250", "ephemeral-storage": "200Gi",
        ]
        let conditions: [JSONValue] = [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID"), ("Ready", "True", "KubeletReady"),
        ].map { type, status, reason in
            [
                "type": .string(type), "status": .string(status), "reason": .string(reason),
                "lastHeartbeatTime": .string("\(now)"), "lastTransitionTime": .string("\(now)"),
            ]
        }
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": .string(name),
                "labels": [
                    "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                    "beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64",
                    "topology.kubernetes.io/region": "sandbox",
                    "topology.kubernetes.io/zone": .string("sandbox-\((number - 1) % 3 + 1)"),
                ],
            ],
            "spec": ["podCIDR": .string("10.244.\(number).0/24"), "podCIDRs": [.string("10.244.\(number).0/24")]],
            "status": [
                "capacity": resources, "allocatable": resources, "conditions": .array(conditions),
                "addresses": [
                    ["type": "InternalIP", "address": .string("192.168.0.\(9 + number)")],
                    ["type": "Hostname", "address": .string(name)],
                ],
                "nodeInfo": [
                    "architecture": "amd64", "operatingSystem": "linux", "osImage": "Sandbox", "kernelVersion": "6.1.0",
                    "containerRuntimeVersion": "sandbox://1", "kubeletVersion": "v1.32.0",
                    "kubeProxyVersion": "v1.32.0",
                    "bootID": "", "machineID": "", "systemUUID": "",
                ],
            ],
        ]
    }

    private static let service: JSONValue = [
        "apiVersion": "v1", "kind": "Service",
        "metadata": [
            "name": "kubernetes", "namespace": "default",
            "labels": ["component": "apiserver", "provider": "kubernetes"],
        ],
        "spec": [
            "type": "ClusterIP", "clusterIP": "10.96.0.1",
            "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
        ],
    ]

    private static let endpoints: JSONValue = [
        "apiVersion": "v1", "kind": "Endpoints",
        "metadata": [
            "name": "kubernetes", "namespace": "default",
            "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"],
        ],
        "subsets": [
            ["addresses": [["ip": "192.168.0.2"]], "ports": [["name": "https", "port": 6443, "protocol": "TCP"]]]
        ],
    ]

    private static let slice: JSONValue = [
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": [
            "name": "kubernetes", "namespace": "default", "labels": ["kubernetes.io/service-name": "kubernetes"],
        ],
        "addressType": "IPv4", "endpoints": [["addresses": ["192.168.0.2"], "conditions": ["ready": true]]],
        "ports": [["name": "https", "port": 6443, "protocol": "TCP"]],
    ]

    private var apiServices: [JSONValue] {
        let versions = Set(writes.registry.all.map { "\($0.version)|\($0.group)" }).sorted()
        return versions.map { text in
            let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let (version, group) = (parts[0], parts[1])
            return [
                "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                "metadata": [
                    "name": .string("\(version).\(group)"),
                    "labels": ["kube-aggregator.kubernetes.io/automanaged": "onstart"],
                ],
                "spec": [
                    "group": .string(group), "version": .string(version),
                    "groupPriorityMinimum": group.isEmpty ? 18000 : 17800, "versionPriority": group.isEmpty ? 1 : 15,
                ],
            ]
        }
    }
}
