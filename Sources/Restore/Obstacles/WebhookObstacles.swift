import KubernetesAPI
import KubernetesObjects

extension RestoreObstacles {
    /// Admission webhooks of the cluster that must answer and have nobody who could, for what the plan writes.
    ///
    /// What only the objects or a `matchCondition` could tell counts as met.
    func webhooks() -> [RestoreObstacle] {
        let required = facts.requiredWebhooks().filter { !facts.backedServices.contains($0.service) }
        guard !required.isEmpty else { return [] }
        let (places, labels) = (writtenPlaces(), namespaceLabels())
        return required.compactMap { configuration, webhook, service in
            let rules = webhook["rules"]?.array ?? []
            let selector = webhook["namespaceSelector"].flatMap { try? LabelSelector(of: $0) } ?? LabelSelector([])
            let met = Set(
                places.filter { place in
                    rules.contains { Self.rule($0, covers: place) }
                        && Self.selects(selector, place, place.namespace.flatMap { labels[$0] })
                }
                .map(\.resource)
            )
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

    /// A kind that the plan writes, and the namespace whose labels decide: of a Namespace its own.
    private struct Place: Hashable {
        let resource: GroupResource
        let isNamespaced: Bool
        let namespace: String?
    }

    private func writtenPlaces() -> Set<Place> {
        var places: Set<Place> = []
        for step in plan.steps {
            switch step.verdict {
            case .create, .update, .recreate: break
            default: continue
            }
            let key = step.key
            places.insert(
                Place(
                    resource: step.resource.groupResource,
                    isNamespaced: step.resource.isNamespaced,
                    namespace: key.groupKind == TargetFacts.namespace ? key.name : step.identity.namespace
                )
            )
        }
        return places
    }

    /// The labels that namespaces may have while the plan is carried out; of one that it changes those before, after and of both.
    private func namespaceLabels() -> [String: [[String: String]]] {
        var labels: [String: [[String: String]]] = [:]
        for namespace in facts.objects[TargetFacts.namespace] ?? [] {
            labels[namespace.name] = [namespace["metadata", "labels"]?.stringMap ?? [:]]
        }
        for step in plan.steps where step.key.groupKind == TargetFacts.namespace {
            let name = step.key.name
            var wanted = step.needs?["metadata", "labels"]?.stringMap ?? [:]
            switch step.verdict {
            case .create where facts.unreadable[TargetFacts.namespace] != nil:
                // It may be there, with other labels.
                labels[name] = nil
            case .create:
                // https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#automatic-labelling
                if !KubernetesRelease.isOlder(facts.version, than: "v1.21.0") {
                    wanted["kubernetes.io/metadata.name"] = name
                }
                labels[name] = [wanted]
            case .update, .recreate:
                guard let before = labels[name]?.first else { continue }
                labels[name] = [before, wanted, before.merging(wanted) { $1 }]
            default: break
            }
        }
        return labels
    }

    /// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-namespaceselector
    private static func selects(_ selector: LabelSelector, _ place: Place, _ labels: [[String: String]]?) -> Bool {
        guard place.namespace != nil, let labels else { return true }
        return labels.contains(where: selector.matches)
    }

    /// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
    private static func rule(_ rule: JSONValue, covers place: Place) -> Bool {
        func has(_ field: String, _ values: String...) -> Bool {
            let listed = rule[field]?.array?.compactMap(\.string) ?? []
            return listed.contains("*") || values.contains(where: listed.contains)
        }
        let isInScope =
            switch rule["scope"]?.string {
            case "Cluster": !place.isNamespaced
            case "Namespaced": place.isNamespaced
            default: true
            }
        return isInScope && has("operations", "CREATE", "UPDATE") && has("apiGroups", place.resource.group)
            && has("resources", place.resource.resource, "*/*")
    }
}
