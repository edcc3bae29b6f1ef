internal import KubernetesAPI
internal import KubernetesObjects
internal import Logging

/// The Services without which a webhook configuration or an APIService does harm: it refuses, or cannot answer, until they have an address.
enum InterceptionBackends {
    static func services(of object: JSONValue) -> Set<ObjectKey> {
        var references: [JSONValue?] = []
        switch object["kind"]?.string {
        case "APIService": references = [object["spec", "service"]]
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            // https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy
            references = (object["webhooks"]?.array ?? []).filter { $0["failurePolicy"]?.string != "Ignore" }
                .map { $0["clientConfig", "service"] }
        default: break
        }
        return Set(
            references.compactMap { reference in
                guard let name = reference?["name"]?.string else { return nil }
                let kind = GroupKind(group: "", kind: "Service")
                return ObjectKey(kind, namespace: reference?["namespace"]?.string, name: name)
            }
        )
    }
}

extension RestoreRun {
    /// Waits until what is about to intercept requests has somebody who answers.
    ///
    /// - Returns: for each step whose backend did not come in time, a Service of it. In a cluster without nodes nothing can run, and
    ///   nobody waits.
    func unbacked(_ steps: [RestorePlan.Step], _ plan: RestorePlan) async throws -> [ObjectKey: ObjectKey] {
        var services: [ObjectKey: Set<ObjectKey>] = [:]
        for step in steps where step.verdict == .create {
            guard let object = try? JSONValue(parsing: plan.filled(step).body) else { continue }
            let needed = InterceptionBackends.services(of: object)
            if !needed.isEmpty { services[step.key] = needed }
        }
        let missing = try await unbacked(Set(services.values.joined()))
        return services.compactMapValues { $0.intersection(missing).min { "\($0)" < "\($1)" } }
    }

    /// Waits until Services have an address to send to.
    ///
    /// - Returns: those that have none in time.
    func unbacked(_ services: Set<ObjectKey>) async throws -> Set<ObjectKey> {
        guard !services.isEmpty, try await hasNodes() else { return [] }
        var missing = services
        var waited = 0.0
        while true {
            for service in missing where try await isBacked(service) { missing.remove(service) }
            guard !missing.isEmpty, waited < backendTimeoutSeconds else { break }
            logger.info("waiting for \(missing.count) Services behind webhooks and APIServices")
            try await sleep(1)
            waited += 1
        }
        return missing
    }

    /// Nodes that may not be listed count as there.
    private func hasNodes() async throws -> Bool {
        do throws(ClusterError) {
            return try await client.list(.nodes).collect().contains { !$0.items.isEmpty }
        } catch {
            guard [.forbidden, .notFound].contains(error.kind) else { throw error }
            return true
        }
    }

    /// Whether a Service has an address to send to; one that may not be read counts as backed, because nothing is known against it.
    func isBacked(_ service: ObjectKey) async throws -> Bool {
        let endpoints = APIResource(
            group: "",
            version: "v1",
            resource: "endpoints",
            kind: "Endpoints",
            isNamespaced: true,
            verbs: [],
            hasStatus: false
        )
        do throws(ClusterError) {
            let bytes = try await client.get(endpoints, namespace: service.namespace, name: service.name)
            let subsets = (try? JSONValue(parsing: bytes))?["subsets"]?.array ?? []
            return subsets.contains { $0["addresses"]?.array?.isEmpty == false }
        } catch {
            if error.kind == .cancelled { throw error }
            return error.kind != .notFound
        }
    }
}
