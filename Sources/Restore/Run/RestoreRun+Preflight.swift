internal import KubernetesAPI
package import KubernetesObjects

extension RestoreRun {
    /// What the plan needs and this identity may not do, one sentence for each; asked before anything is written.
    ///
    /// Roles need `escalate` and bindings `bind` as well, unless the identity has every permission that they grant.
    package func preflight(_ plan: RestorePlan) async throws(LifeboatError) -> [String] {
        var needed: Set<Permission> = []
        for step in plan.steps {
            let resource = step.resource.groupResource
            switch step.verdict {
            case .create: needed.insert(Permission(verb: "create", resource: resource))
            case .update: needed.insert(Permission(verb: "patch", resource: resource))
            case .recreate: needed.insert(Permission(verb: "delete", resource: resource))
            default: continue
            }
            guard resource.group == "rbac.authorization.k8s.io" else { continue }
            let isBinding = step.identity.groupVersionKind.kind.hasSuffix("Binding")
            let role = GroupResource(group: resource.group, resource: "clusterroles")
            needed.insert(Permission(verb: isBinding ? "bind" : "escalate", resource: role))
        }
        let permissions = needed.sorted { "\($0.resource) \($0.verb)" < "\($1.resource) \($1.verb)" }
        return try await Self.translated {
            var missing: [String] = []
            try await withThrowingTaskGroup(of: String?.self) { group in
                for permission in permissions {
                    group.addTask {
                        let isAllowed = try await client.mayI(permission.verb, permission.resource)
                        return isAllowed ? nil : "the identity may not \(permission.verb) \(permission.resource)"
                    }
                }
                for try await sentence in group { if let sentence { missing.append(sentence) } }
            }
            return missing.sorted()
        }
    }

    private struct Permission: Hashable, Sendable {
        let verb: String
        let resource: GroupResource
    }
}
