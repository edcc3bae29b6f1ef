import KubernetesObjects

/// Keeps Endpoints and an EndpointSlice for each Service with a selector.
struct EndpointsController {
    let writes: ControllerWrites
    private static let slices = GroupResource(group: "discovery.k8s.io", resource: "endpointslices")
    private static let manager = "endpointslice-controller.k8s.io"

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) throws(StatusError) {
        let endpointsKey = ObjectKey(.core("endpoints"), namespace: key.namespace, name: key.name)
        guard let service = transaction.object(key) else {
            writes.delete(endpointsKey, in: &transaction)
            return
        }
        let selector = service.value["spec", "selector"]?.stringMap ?? [:]
        guard !selector.isEmpty, service.value.text("spec", "type") != "ExternalName", !service.isTerminating else {
            return
        }
        let pods = transaction.objects(.pods, namespace: key.namespace).filter { pod in
            let labels = pod.labels
            return pod.value.isActivePod && pod.value["status", "podIP"] != nil
                && selector.allSatisfy { labels[$0.key] == $0.value }
        }
        try writeEndpoints(service, Array(pods), endpointsKey, in: &transaction)
        try writeSlice(service, Array(pods), in: &transaction)
    }

    private func ports(_ service: StoredObject, _ pod: StoredObject?) -> [JSONValue] {
        service.value.elements("spec", "ports").compactMap { port in
            var number = port["targetPort"] ?? port["port"] ?? 0
            if let name = number.string {
                let ports = pod?.value.elements("spec", "containers").flatMap { $0.elements("ports") } ?? []
                guard let found = ports.first(where: { $0.text("name") == name }) else { return nil }
                number = found["containerPort"] ?? 0
            }
            var result: JSONValue = ["port": number, "protocol": port["protocol"] ?? "TCP"]
            if let name = port["name"] { result["name"] = name }
            if let application = port["appProtocol"] { result["appProtocol"] = application }
            return result
        }
    }

    private func target(_ pod: StoredObject) -> JSONValue {
        [
            "kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid),
        ]
    }

    private func writeEndpoints(
        _ service: StoredObject,
        _ pods: [StoredObject],
        _ key: ObjectKey,
        in transaction: inout Transaction
    ) throws(StatusError) {
        func addresses(_ pods: [StoredObject]) -> JSONValue {
            .array(
                pods.map { pod in
                    [
                        "ip": pod.value["status", "podIP"] ?? "", "nodeName": pod.value["spec", "nodeName"] ?? "",
                        "targetRef": target(pod),
                    ]
                }
            )
        }
        var subsets: JSONValue?
        if !pods.isEmpty {
            var subset: JSONValue = [:]
            let publishesAll = service.value["spec", "publishNotReadyAddresses"]?.bool == true
            let ready = pods.filter { $0.value.isReadyPod || publishesAll }
            let others = pods.filter { !($0.value.isReadyPod || publishesAll) }
            if !ready.isEmpty { subset["addresses"] = addresses(ready) }
            if !others.isEmpty { subset["notReadyAddresses"] = addresses(others) }
            let ports = ports(service, pods.first)
            if !ports.isEmpty { subset["ports"] = .array(ports) }
            subsets = [subset]
        }
        var labels = service.value["metadata", "labels"] ?? [:]
        if service.value.text("spec", "clusterIP") == "None" { labels["service.kubernetes.io/headless"] = "" }
        if transaction.object(key) == nil {
            try writes.create(
                [
                    "apiVersion": "v1", "kind": "Endpoints",
                    "metadata": ["name": .string(key.name), "namespace": .string(key.namespace), "labels": labels],
                    "subsets": subsets ?? [],
                ],
                key.resource,
                in: &transaction
            )
        }
        writes.change(key, in: &transaction) { object in
            object["subsets"] = subsets
            object["metadata", "labels"] = labels.object?.isEmpty == true ? nil : labels
        }
    }

    private func writeSlice(
        _ service: StoredObject,
        _ pods: [StoredObject],
        in transaction: inout Transaction
    ) throws(StatusError) {
        let endpoints: [JSONValue] = pods.map { pod in
            let isReady = pod.value.isReadyPod
            return [
                "addresses": [pod.value["status", "podIP"] ?? ""],
                "conditions": ["ready": .bool(isReady), "serving": .bool(isReady), "terminating": false],
                "nodeName": pod.value["spec", "nodeName"] ?? "", "targetRef": target(pod),
            ]
        }
        var ports = ports(service, pods.first)
        for index in ports.indices { ports[index].setDefault("", "name") }
        let own = transaction.objects(Self.slices, namespace: service.namespace).first { slice in
            slice.labels["endpointslice.kubernetes.io/managed-by"] == Self.manager
                && slice.value.controllerReference?.text("uid") == service.uid
        }
        if let own {
            writes.change(own.key, in: &transaction) { object in
                object["endpoints"] = .array(endpoints)
                object["ports"] = .array(ports)
            }
            return
        }
        var labels = service.value["metadata", "labels"] ?? [:]
        labels["kubernetes.io/service-name"] = .string(service.name)
        labels["endpointslice.kubernetes.io/managed-by"] = .string(Self.manager)
        try writes.create(
            [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": [
                    "generateName": .string(service.name + "-"), "namespace": .string(service.namespace),
                    "labels": labels, "ownerReferences": [service.value.asController],
                ],
                "addressType": "IPv4", "endpoints": .array(endpoints), "ports": .array(ports),
            ],
            Self.slices,
            in: &transaction
        )
    }
}
