internal import KubernetesAPI
import KubernetesObjects

/// Who converts custom resources that are sent in another version than the one in which the cluster stores them: without an answer the
/// API server takes none of them
/// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion).
enum ConversionWebhooks {
    /// The Service that converts objects of a version; nil when nobody has to, or when the webhook is no Service.
    static func service(of definition: JSONValue, sentAs version: String) -> ObjectKey? {
        let conversion = definition["spec", "conversion"]
        guard conversion?["strategy"]?.string == "Webhook" else { return nil }
        let stored = (definition["spec", "versions"]?.array ?? []).first { $0["storage"]?.bool == true }
        guard stored?["name"]?.string != version else { return nil }
        let client = conversion?["webhook", "clientConfig"] ?? conversion?["webhookClientConfig"]
        guard let service = client?["service"], let name = service["name"]?.string else { return nil }
        return ObjectKey(
            GroupKind(group: "", kind: "Service"),
            namespace: service["namespace"]?.string,
            name: name
        )
    }
}

extension RestoreRun {
    /// The Services that convert the objects of steps, by the kind of these. The definitions are those of the cluster, which are
    /// what its API server goes by.
    func conversionWebhooks(of steps: ArraySlice<RestorePlan.Step>) async throws -> [GroupKind: ObjectKey] {
        var resources: Set<APIResource> = []
        for step in steps where RestoreState.isSent(step) { resources.insert(step.resource) }
        return try await withThrowingTaskGroup(of: (GroupKind, ObjectKey)?.self) { group in
            for resource in resources {
                group.addTask {
                    guard let definition = try await definition(of: resource),
                        let service = ConversionWebhooks.service(of: definition, sentAs: resource.version)
                    else { return nil }
                    return (resource.groupVersionKind.groupKind, service)
                }
            }
            var services: [GroupKind: ObjectKey] = [:]
            for try await case (let kind, let service)? in group { services[kind] = service }
            return services
        }
    }

    /// Waits for the Services that convert, and leaves the objects waiting whose Service has not come.
    ///
    /// - Returns: the steps whose objects can be converted.
    func convertible(
        _ steps: ArraySlice<RestorePlan.Step>,
        _ services: [GroupKind: ObjectKey],
        _ state: inout RestoreState
    ) async throws -> ArraySlice<RestorePlan.Step> {
        let missing = try await unbacked(Set(services.values))
        var convertible: [RestorePlan.Step] = []
        for step in steps {
            guard let service = services[step.key.groupKind] else { continue }
            if missing.contains(service), RestoreState.isSent(step) {
                state.waiting.append((step, .backend(service)))
            } else {
                convertible.append(step)
            }
        }
        return convertible[...]
    }

    /// The definition of a custom resource; nil for others, and when it may not be read.
    private func definition(of resource: APIResource) async throws -> JSONValue? {
        do throws(ClusterError) {
            let name = "\(resource.resource).\(resource.group)"
            let bytes = try await client.get(.definitions, namespace: nil, name: name)
            return try? JSONValue(parsing: bytes)
        } catch {
            if error.kind == .cancelled { throw error }
            return nil
        }
    }
}
