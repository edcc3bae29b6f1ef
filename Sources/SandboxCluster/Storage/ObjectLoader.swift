import KubernetesObjects

/// Writes a set of objects into a cluster, as `kubectl apply` would.
struct ObjectLoader: Sendable {
    let operations: ResourceOperations

    func load(_ objects: [JSONValue]) async throws(LifeboatError) {
        let flat = objects.flatMap { $0["kind"]?.string == "List" ? $0["items"]?.array ?? [] : [$0] }
        for object in flat.enumerated().sorted(by: {
            (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset)
        }) {
            try await apply(object.element)
        }
    }

    /// Kinds that others need come first.
    private static func rank(_ object: JSONValue) -> Int {
        switch object["kind"]?.string {
        case "Namespace", "CustomResourceDefinition": 0
        case "PriorityClass", "StorageClass", "ServiceAccount", "Secret", "ConfigMap", "PersistentVolume",
            "ClusterRole", "Role":
            1
        case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration": 3
        default: 2
        }
    }

    private func apply(_ object: JSONValue) async throws(LifeboatError) {
        let kind = GroupVersionKind(
            apiVersion: object["apiVersion"]?.string ?? "",
            kind: object["kind"]?.string ?? ""
        )
        let name = object["metadata", "name"]?.string ?? ""
        guard let resource = operations.registry.resource(kind) else {
            throw LifeboatError(.clusterInvalid, "the sandbox serves no \(kind), so “\(name)” cannot be loaded")
        }
        let namespace = resource.isNamespaced ? object["metadata", "namespace"]?.string ?? "default" : ""
        let options = ResourceOperations.WriteOptions(fieldManager: "sandbox")
        do throws(StatusError) {
            do throws(StatusError) {
                _ = try await operations.create(object, resource, namespace: namespace, options)
            } catch {
                guard error.reason == "AlreadyExists" else { throw error }
                _ = try await operations.change(resource, namespace: namespace, name: name, options) {
                    old,
                    _ throws(StatusError) in
                    var new = MergePatch.apply(object, to: VersionConversion.fromStorage(old.value, resource))
                    new["metadata", "resourceVersion"] = nil
                    new["metadata", "uid"] = nil
                    return try operations.replacement(new, resource, old)
                }
            }
        } catch {
            throw LifeboatError(
                .clusterInvalid,
                "\(kind) “\(name)” cannot be loaded into the sandbox: \(error.message)"
            )
        }
    }
}
