import KubernetesAPI
import KubernetesObjects

extension RestoreObstacles {
    /// Admission webhooks of the cluster that must answer and have nobody who could, for what the plan writes.
    func webhooks() -> [RestoreObstacle] {
        let written = Set(
            plan.steps.compactMap { step in
                switch step.verdict {
                case .create, .update, .recreate: step.resource.groupResource
                default: nil
                }
            }
        )
        return facts.requiredWebhooks()
            .compactMap { configuration, webhook, service in
                guard !facts.backedServices.contains(service) else { return nil }
                let met = written.filter { resource in
                    (webhook["rules"]?.array ?? []).contains { Self.rule($0, covers: resource) }
                }
                guard !met.isEmpty else { return nil }
                let kind = configuration["kind"]?.string ?? "ValidatingWebhookConfiguration"
                let names = met.map { "\($0)" }.sorted().prefix(3).joined(separator: ", ")
                return RestoreObstacle(
                    .webhook,
                    "\(kind) \(configuration.name)",
                    "refuses \(names)\(met.count > 3 ? " and \(met.count - 3) more" : "") until \(service.namespace)/\(service.name) answers \(webhook["name"]?.string ?? "")",
                    remedy:
                        "start what stands behind the Service, or delete the configuration for the time of the restore: "
                        + "kubectl delete \(kind.lowercased()) \(configuration.name)"
                )
            }
    }

    /// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
    private static func rule(_ rule: JSONValue, covers resource: GroupResource) -> Bool {
        func has(_ field: String, _ values: String...) -> Bool {
            let listed = rule[field]?.array?.compactMap(\.string) ?? []
            return listed.contains("*") || values.contains(where: listed.contains)
        }
        return has("operations", "CREATE", "UPDATE") && has("apiGroups", resource.group)
            && has("resources", resource.resource, "*/*")
    }
}
