internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects

extension RestoreRun {
    /// Looks at what may stand in the way of a plan; writes nothing.
    func obstacles(_ plan: RestorePlan, _ discovery: Discovery) async throws -> [RestoreObstacle] {
        var facts = TargetFacts()
        facts.snapshotVersion = reader.details.cluster.version
        facts.version = try await client.serverVersion().gitVersion
        facts.denied = try await denied(plan)
        for kind in TargetFacts.kinds {
            guard let resource = discovery.resources(for: kind).first else { continue }
            do throws(ClusterError) {
                facts.objects[kind] = try await objects(of: resource)
            } catch {
                if error.kind == .cancelled { throw error }
                facts.unreadable[kind] = error.message
            }
        }
        for service in Set(facts.requiredWebhooks().map(\.service)) where try await isBacked(service, discovery) {
            facts.backedServices.insert(service)
        }
        return RestoreObstacles(plan, facts).find()
    }

    private func objects(of resource: APIResource) async throws(ClusterError) -> [JSONValue] {
        try await client.list(resource).collect()
            .flatMap { page in
                page.items.compactMap { item in
                    guard
                        var object = try? JSONValue(
                            parsing: page.bytes.span,
                            range: item.range,
                            leavesOutManagedFields: true
                        )
                    else { return nil }
                    // The objects of a typed list carry no kind.
                    object["kind"] = .string(resource.kind)
                    return object
                }
            }
    }

    /// Whether a Service has an address to send to; one that may not be read counts as backed, because nothing is known against it.
    private func isBacked(_ service: ObjectKey, _ discovery: Discovery) async throws -> Bool {
        let kind = GroupKind(group: "", kind: "Endpoints")
        guard let resource = discovery.resources(for: kind).first else { return true }
        do throws(ClusterError) {
            let bytes = try await client.get(resource, namespace: service.namespace, name: service.name)
            let subsets = (try? JSONValue(parsing: bytes))?["subsets"]?.array ?? []
            return subsets.contains { $0["addresses"]?.array?.isEmpty == false }
        } catch {
            if error.kind == .cancelled { throw error }
            return error.kind != .notFound
        }
    }

    /// What the plan needs and this identity may not do, such as `create configmaps`.
    ///
    /// Roles need `escalate` and bindings `bind` as well, unless the identity has every permission that they grant
    /// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping).
    private func denied(_ plan: RestorePlan) async throws -> [String] {
        var needed: Set<Permission> = []
        for step in plan.steps {
            let resource = step.resource.groupResource
            switch step.verdict {
            case .create: needed.insert(Permission(verb: "create", resource: resource))
            case .update: needed.insert(Permission(verb: "patch", resource: resource))
            case .recreate:
                needed.insert(Permission(verb: "delete", resource: resource))
                needed.insert(Permission(verb: "create", resource: resource))
            default: continue
            }
            guard resource.group == "rbac.authorization.k8s.io" else { continue }
            let isBinding = step.identity.groupVersionKind.kind.hasSuffix("Binding")
            let role = GroupResource(group: resource.group, resource: "clusterroles")
            needed.insert(Permission(verb: isBinding ? "bind" : "escalate", resource: role))
        }
        var missing: [String] = []
        try await withThrowingTaskGroup(of: String?.self) { group in
            for permission in needed {
                group.addTask {
                    let isAllowed = try await client.mayI(permission.verb, permission.resource)
                    return isAllowed ? nil : "\(permission.verb) \(permission.resource)"
                }
            }
            for try await permission in group { if let permission { missing.append(permission) } }
        }
        return missing.sorted()
    }

    private struct Permission: Hashable, Sendable {
        let verb: String
        let resource: GroupResource
    }
}
