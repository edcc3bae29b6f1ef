import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

/// What a restore does with what it meets in a cluster, on the sandbox and on a real control plane.
@Suite struct `A restore that meets objects` {
    private static func maps(_ namespace: String, of rule: Bool) -> String {
        let values = rule ? ("new", "true") : ("old", "true")
        return """
            apiVersion: v1
            kind: Namespace
            metadata: {name: \(namespace)}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: equal, namespace: \(namespace)}
            data: {a: same}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: mutable, namespace: \(namespace)}
            data: {a: \(values.0)}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: fixed, namespace: \(namespace)}
            immutable: \(values.1)
            data: {a: \(values.0)}
            """
    }

    private static func absent(_ namespace: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: absent, namespace: \(namespace)}
        data: {a: new}
        """
    }

    private static func namespace(_ rule: ConflictRule) -> String { "matrix-\(rule.rawValue)" }

    // C116, C119: absent, equal, different and different in what cannot change, by every rule.
    @Test(arguments: TestCluster.available)
    func `does with each what its rule says`(cluster: TestCluster) async throws {
        let rules = ConflictRule.allCases
        let stocked = rules.map(Self.namespace).flatMap { [Self.maps($0, of: true), Self.absent($0)] }
        let scenario = try await RestoreScenario.of(stocked.joined(separator: "\n---\n"), into: cluster)
        let inUse = rules.map { Self.maps(Self.namespace($0), of: false) }
        try await RestoreScenario.create(inUse.joined(separator: "\n---\n"), in: scenario.client)
        for rule in rules {
            let namespace = Self.namespace(rule)
            let run = try scenario.run { policy in
                policy.selection.includedNamespaces = [NamePattern(namespace)]
                policy.conflict = rule
            }
            let uids = try await Self.uids(scenario, namespace)
            let plan = try await run.plan()
            if rule == .fail {
                let error = await #expect(throws: LifeboatError.self) { _ = try await run.apply(plan) }
                #expect(error?.code == .restoreRefused)
                #expect(try await scenario.object("v1", "ConfigMap", namespace, "absent") == nil)
                continue
            }
            let result = try await run.apply(plan)
            #expect(result.failed.isEmpty, "\(rule): \(result.failed)")
            #expect(result.created == 1, "\(rule)")
            let conflicts = Set(result.conflicts.map(\.identity.name))
            let updates: Set<String>
            switch rule {
            case .skip, .fail: updates = []
            case .merge, .apply, .replace: updates = ["mutable"]
            case .recreate: updates = ["mutable", "fixed"]
            }
            #expect(conflicts == Set(["mutable", "fixed"]).subtracting(updates), "\(rule)")
            let updated = plan.steps.filter {
                $0.verdict.name == "update" && $0.identity.groupVersionKind.kind == "ConfigMap"
            }
            #expect(Set(updated.map(\.identity.name)) == updates, "\(rule)")
            for name in ["mutable", "fixed"] {
                let value = try await scenario.object("v1", "ConfigMap", namespace, name)?["data", "a"]?.string
                #expect(value == (updates.contains(name) ? "new" : "old"), "\(rule) \(name)")
            }
            let after = try await Self.uids(scenario, namespace)
            #expect((after["mutable"] == uids["mutable"]) == (rule != .recreate))
            #expect(after["equal"] == uids["equal"])
            // A2, C10: once more, and nothing is written.
            let again = try await run.plan()
            #expect(again.count("create") == 0 && again.count("update") == 0, "\(rule)")
        }
    }

    private static func uids(_ scenario: borrowing RestoreScenario, _ namespace: String) async throws -> [String:
        String]
    {
        var uids: [String: String] = [:]
        for name in ["equal", "mutable", "fixed"] {
            uids[name] = try await scenario.object("v1", "ConfigMap", namespace, name)?["metadata", "uid"]?.string
        }
        return uids
    }

    private static let guarded = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: guarded, labels: {guarded: "yes"}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, namespace: guarded}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: two, namespace: guarded}
        spec:
          replicas: 0
          selector: {matchLabels: {app: two}}
          template: {metadata: {labels: {app: two}}, spec: {containers: [{name: a, image: "a:1"}]}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: three, namespace: guarded}
        spec: {podSelector: {}}
        """
    private static let guarding = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: guarded}
        webhooks:
          - name: guard.guarded.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            timeoutSeconds: 1
            clientConfig: {service: {name: guard, namespace: guarded}}
            namespaceSelector: {matchLabels: {guarded: "yes"}}
            rules: [{operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: Namespaced}]
        """

    // C27: a webhook that would refuse everything does not come before anything else.
    @Test(arguments: TestCluster.available)
    func `is not blocked by a webhook that it brings along`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.guarded, into: cluster) { source in
            try await RestoreScenario.create(Self.guarding, in: source)
        }
        var run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["guarded"]
            policy.selection.clusterResources = .include
            policy.selection.includedResources = [
                "namespaces", "configmaps", "deployments.apps", "networkpolicies.networking.k8s.io",
                "validatingwebhook*",
            ]
        }
        run.backendTimeoutSeconds = 1
        run.retrySeconds = 1
        let result = try await run.apply(try await run.plan())
        // Where something could run, a webhook without a backend is left out and named.
        let codes = Set(result.failed.map(\.code))
        #expect(codes.isSubset(of: ["restore.backend-not-ready"]), "\(result.failed)")
        for (apiVersion, kind, name) in [
            ("v1", "ConfigMap", "one"), ("apps/v1", "Deployment", "two"),
            ("networking.k8s.io/v1", "NetworkPolicy", "three"),
        ] {
            #expect(try await scenario.object(apiVersion, kind, "guarded", name) != nil, "\(kind)")
        }
        // Nothing is left behind that would refuse what other tests do.
        let group = "admissionregistration.k8s.io/v1"
        if try await scenario.object(group, "ValidatingWebhookConfiguration", nil, "guarded") != nil {
            try await scenario.delete(group, "ValidatingWebhookConfiguration", nil, "guarded")
        }
    }

    private static func leaving(_ name: String, finalizer: Bool) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(name)}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(finalizer ? "held" : "one"), namespace: \(name)\(finalizer ? ", finalizers: [example.com/held]" : "")}
        """
    }

    // C101
    @Test(arguments: TestCluster.available)
    func `waits for a namespace that is being deleted, and fails for that one alone`(cluster: TestCluster) async throws
    {
        let stocked = [Self.leaving("leaving", finalizer: false), Self.leaving("staying", finalizer: false)]
        let scenario = try await RestoreScenario.of(stocked.joined(separator: "\n---\n"), into: cluster)
        try await RestoreScenario.create(Self.leaving("leaving", finalizer: true), in: scenario.client)
        try await scenario.delete("v1", "Namespace", nil, "leaving")
        var run = try scenario.run { $0.selection.includedNamespaces = ["leaving", "staying"] }
        run.retrySeconds = 1
        let plan = try await run.plan()
        #expect(plan.obstacles.contains { $0.kind == .terminatingNamespace && $0.object.contains("leaving") })
        let first = try await run.apply(plan)
        #expect(!first.failed.isEmpty && first.failed.allSatisfy { $0.object.contains("leaving") }, "\(first.failed)")
        #expect(try await scenario.object("v1", "ConfigMap", "staying", "one") != nil)
        // It goes while a second run waits for it.
        run.retrySeconds = 60
        let waiting = run
        let again = try await waiting.plan()
        async let second = waiting.apply(again)
        try await scenario.patch("v1", "ConfigMap", "leaving", "held", ["metadata": ["finalizers": .null]])
        let result = try await second
        #expect(result.failed.isEmpty, "\(result.failed)")
        #expect(try await scenario.object("v1", "ConfigMap", "leaving", "one") != nil)
    }

    // C117
    @Test(arguments: TestCluster.available)
    func `calls an update that the server refuses a failure`(cluster: TestCluster) async throws {
        let stocked = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: refusing, labels: {refusing: "yes"}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: one, namespace: refusing}
            data: {a: new}
            """
        let scenario = try await RestoreScenario.of(stocked, into: cluster)
        try await RestoreScenario.create(stocked.replacing("a: new", with: "a: old"), in: scenario.client)
        try await RestoreScenario.create(Self.guarding.replacing("guarded", with: "refusing"), in: scenario.client)
        var run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["refusing"]
            policy.conflict = .merge
        }
        run.retrySeconds = 1
        let result = try await run.apply(try await run.plan())
        #expect(result.failed.map(\.object) == ["ConfigMap refusing/one"], "\(result.failed)")
        #expect(!result.isComplete)
        let one = try await scenario.object("v1", "ConfigMap", "refusing", "one")
        #expect(one?["data", "a"] == "old")
        let group = "admissionregistration.k8s.io/v1"
        try await scenario.delete(group, "ValidatingWebhookConfiguration", nil, "refusing")
    }

    // C28
    @Test(arguments: TestCluster.available)
    func `tries again what was refused for a reason that passes`(cluster: TestCluster) async throws {
        let stocked = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: passing, labels: {passing: "yes"}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: one, namespace: passing}
            """
        let scenario = try await RestoreScenario.of(stocked, into: cluster)
        try await RestoreScenario.create(Self.guarding.replacing("guarded", with: "passing"), in: scenario.client)
        let run = try scenario.run { $0.selection.includedNamespaces = ["passing"] }
        let plan = try await run.plan()
        async let result = run.apply(plan)
        // It is refused at least once before its reason goes.
        var isRefused = false
        for _ in 0..<100 where !isRefused {
            try await Task.sleep(for: .milliseconds(20))
            isRefused = try await scenario.object("v1", "Namespace", nil, "passing") != nil
        }
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await scenario.object("v1", "ConfigMap", "passing", "one") == nil)
        try await scenario.delete("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", nil, "passing")
        let failed = try await result.failed
        #expect(failed.isEmpty, "\(failed)")
        #expect(try await scenario.object("v1", "ConfigMap", "passing", "one") != nil)
    }

    private static func gadgets(_ plural: String, _ names: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: \(plural).names.example.com}
        spec:
          group: names.example.com
          scope: Namespaced
          names: {plural: \(plural), \(names)}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        """
    }

    // C16: a definition whose names another one has is never established.
    @Test(arguments: TestCluster.available)
    func `loses only the objects of a definition that is not established`(cluster: TestCluster) async throws {
        let objects = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: names}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: one, namespace: names}
            ---
            apiVersion: names.example.com/v1
            kind: Gadget
            metadata: {name: one, namespace: names}
            ---
            apiVersion: names.example.com/v1
            kind: Gadget
            metadata: {name: two, namespace: names}
            """
        let definition = Self.gadgets("gadgets", "singular: gadget, kind: Gadget")
        let scenario = try await RestoreScenario.of("\(definition)\n---\n\(objects)", into: cluster)
        let other = Self.gadgets("gizmos", "singular: gizmo, kind: Gadget, listKind: GizmoList")
        try await RestoreScenario.create(other, in: scenario.client)
        var run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["names"]
            policy.selection.clusterResources = .include
            policy.selection.includedResources = [
                "namespaces", "configmaps", "gadgets.names.example.com", "customresourcedefinitions*",
            ]
            policy.selection.excludedResources = ["gizmos*"]
        }
        run.definitionTimeoutSeconds = 2
        run.retrySeconds = 1
        let result = try await run.apply(try await run.plan())
        // C91: one failure for the kind, and not one for each object.
        #expect(result.failed.map(\.code) == ["restore.kind-not-established"], "\(result.failed)")
        #expect(result.failed.first?.object.contains("2 objects") == true)
        #expect(try await scenario.object("v1", "ConfigMap", "names", "one") != nil)
    }
}
