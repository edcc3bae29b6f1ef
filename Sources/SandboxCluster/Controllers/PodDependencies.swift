import KubernetesObjects

/// What a Pod needs from its namespace before its containers can start.
struct PodDependencies {
    /// Why the containers wait, in the kubelet's words.
    struct Problem {
        let reason: String
        let message: String
    }

    let transaction: Transaction

    /// The claims that a Pod's volumes name.
    static func claims(of pod: JSONValue) -> [String] {
        pod.elements("spec", "volumes").compactMap { volume in
            if let name = volume["persistentVolumeClaim", "claimName"]?.string { return name }
            return volume["ephemeral"] == nil ? nil : "\(pod.name)-\(volume.text("name"))"
        }
    }

    func problem(of pod: JSONValue) -> Problem? {
        let namespace = pod.namespace
        for volume in pod.elements("spec", "volumes") {
            var sources: [(GroupResource, String, Bool)] = []
            if let secret = volume["secret"] {
                sources.append((.secrets, secret.text("secretName"), secret["optional"]?.bool ?? false))
            }
            if let map = volume["configMap"] {
                sources.append((.configMaps, map.text("name"), map["optional"]?.bool ?? false))
            }
            for source in volume.elements("projected", "sources") {
                if let secret = source["secret"] {
                    sources.append((.secrets, secret.text("name"), secret["optional"]?.bool ?? false))
                }
                if let map = source["configMap"] {
                    sources.append((.configMaps, map.text("name"), map["optional"]?.bool ?? false))
                }
            }
            for (resource, name, isOptional) in sources where !isOptional && !exists(resource, namespace, name) {
                let kind = resource == .secrets ? "secret" : "configmap"
                return Problem(
                    reason: "ContainerCreating",
                    message: "MountVolume.SetUp failed for volume \"\(volume.text("name"))\" : "
                        + "\(kind) \"\(name)\" not found"
                )
            }
        }
        for container in pod.elements("spec", "initContainers") + pod.elements("spec", "containers") {
            if let message = missing(container, namespace) {
                return Problem(reason: "CreateContainerConfigError", message: message)
            }
        }
        return nil
    }

    private func missing(_ container: JSONValue, _ namespace: String) -> String? {
        for source in container.elements("envFrom") {
            for (field, resource) in [("secretRef", GroupResource.secrets), ("configMapRef", .configMaps)] {
                guard let reference = source[field], reference["optional"]?.bool != true else { continue }
                if !exists(resource, namespace, reference.text("name")) {
                    return "\(resource == .secrets ? "secret" : "configmap") \"\(reference.text("name"))\" not found"
                }
            }
        }
        for variable in container.elements("env") {
            for (field, resource) in [("secretKeyRef", GroupResource.secrets), ("configMapKeyRef", .configMaps)] {
                guard let reference = variable["valueFrom", field], reference["optional"]?.bool != true else {
                    continue
                }
                let (name, key) = (reference.text("name"), reference.text("key"))
                let kind = resource == .secrets ? "secret" : "configmap"
                guard let object = transaction.value(resource, namespace: namespace, name: name) else {
                    return "\(kind) \"\(name)\" not found"
                }
                if object["data", key] == nil, object["binaryData", key] == nil {
                    let title = resource == .secrets ? "Secret" : "ConfigMap"
                    return "couldn't find key \(key) in \(title) \(namespace)/\(name)"
                }
            }
        }
        return nil
    }

    private func exists(_ resource: GroupResource, _ namespace: String, _ name: String) -> Bool {
        transaction.object(ObjectKey(resource, namespace: namespace, name: name)) != nil
    }
}
