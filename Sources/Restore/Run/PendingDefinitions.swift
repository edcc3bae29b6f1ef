internal import KubernetesAPI
internal import KubernetesObjects

/// The definitions that a restore sends and that are not established yet.
struct PendingDefinitions {
    let resource: APIResource?
    /// By the name of the definition.
    private(set) var kindsOfDefinition: [String: [GroupKind]] = [:]

    init(_ plan: RestorePlan) {
        let steps = plan.steps.filter { $0.wave == .definitions && RestoreState.isSent($0) }
        resource = steps.first?.resource
        for step in steps {
            // The bodies are of our own making; one that did not parse would define nothing.
            guard let body = try? plan.filled(step).body, let definition = try? JSONValue(parsing: body) else {
                continue
            }
            let resources = TargetKinds.resources(of: definition)
            kindsOfDefinition[step.identity.name] = resources.map(\.groupVersionKind.groupKind)
        }
    }

    /// Whether nothing is left to wait for; definitions that were refused do not come.
    func isSettled(without refused: Set<String>) -> Bool { refused.isSuperset(of: kindsOfDefinition.keys) }

    /// The kinds that cannot be created yet.
    var kinds: Set<GroupKind> { Set(kindsOfDefinition.values.joined()) }

    /// Takes out the definitions of a page that are established.
    mutating func take(_ page: ListPage) throws(JSONError) {
        for item in page.items where kindsOfDefinition[item.name] != nil {
            let definition = try JSONValue(parsing: page.bytes.span, range: item.range)
            if Self.isEstablished(definition) { kindsOfDefinition[item.name] = nil }
        }
    }

    private static func isEstablished(_ definition: JSONValue) -> Bool {
        let conditions = definition["status", "conditions"]?.array ?? []
        return ["Established", "NamesAccepted"]
            .allSatisfy { type in conditions.contains { $0["type"]?.string == type && $0["status"]?.string == "True" } }
    }
}

extension RestoreRun {
    /// Waits until the definitions are established, for some time at most.
    func settle(
        _ definitions: inout PendingDefinitions,
        refused: Set<String>,
        within seconds: Double
    ) async throws {
        guard let resource = definitions.resource else { return }
        var waited = 0.0
        var pause = 0.05
        while !definitions.isSettled(without: refused) {
            for page in try await client.list(resource).collect() { try definitions.take(page) }
            guard !definitions.isSettled(without: refused), waited < seconds else { return }
            try await sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 2)
        }
    }
}
