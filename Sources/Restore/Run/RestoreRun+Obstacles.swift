internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

extension RestoreRun {
    /// Looks at what may stand in the way of a plan; writes nothing.
    func obstacles(_ plan: RestorePlan, _ discovery: Discovery) async throws -> [RestoreObstacle] {
        var facts = TargetFacts()
        facts.snapshotVersion = reader.details.cluster.version
        facts.version = try await client.serverVersion().gitVersion
        do {
            facts.denied = try await denied(plan)
        } catch let error as ClusterError where error.kind != .cancelled {
            // A webhook for everything intercepts this question, too.
            facts.unaskedPermissions = error.message
        }
        let source = reader.details.cluster
        if !plan.clusterUID.isEmpty, source.uid != plan.clusterUID {
            facts.foreignDisks = try plan.volumesOfDisks()
            facts.sourceCluster = source.name
        }
        for kind in TargetFacts.kinds(of: plan) {
            guard let resource = discovery.resources(for: kind).first else { continue }
            do throws(ClusterError) {
                facts.objects[kind] = try await client.objects(of: resource)
            } catch {
                if error.kind == .cancelled { throw error }
                facts.unreadable[kind] = error.message
            }
        }
        for service in Set(facts.requiredWebhooks().map(\.service)) where try await isBacked(service) {
            facts.backedServices.insert(service)
        }
        return RestoreObstacles(plan, facts).find()
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
            case .delete: needed.insert(Permission(verb: "delete", resource: resource))
            case .recreate:
                needed.insert(Permission(verb: "delete", resource: resource))
                needed.insert(Permission(verb: "create", resource: resource))
            default: continue
            }
            guard step.verdict != .delete, resource.group == "rbac.authorization.k8s.io" else { continue }
            let isBinding = step.identity.groupVersionKind.kind.hasSuffix("Binding")
            let role = GroupResource(group: resource.group, resource: "clusterroles")
            needed.insert(Permission(verb: isBinding ? "bind" : "escalate", resource: role))
        }
        if policy.runsCommands {
            // Servers before 1.35 ask for “get” on a WebSocket, later ones for “create” as well.
            for verb in ["create", "get"] {
                needed.insert(Permission(verb: verb, resource: GroupResource(group: "", resource: "pods/exec")))
            }
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
