import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `Objects that the cluster has already` {
    private func map(_ value: String, _ members: JSONValue = [:]) -> JSONValue {
        var object = Samples.object("v1", "ConfigMap", "a", namespace: "shop", members)
        object["data", "k"] = .string(value)
        return object
    }

    private func verdict(
        _ wanted: JSONValue,
        _ existing: JSONValue,
        _ rule: ConflictRule = .skip
    ) -> RestorePlan.Verdict? {
        let plan = Samples.plan([wanted], existing: [existing], policy: RestorePolicy(name: "test", conflict: rule))
        return plan.steps.first { $0.identity.name == wanted["metadata", "name"]?.string }?.verdict
    }

    @Test(arguments: ConflictRule.allCases)
    func `C10, C120: an equal one is unchanged, whatever the rule`(rule: ConflictRule) {
        let existing = map("v", ["metadata": ["uid": "new", "resourceVersion": "9", "labels": [:]]])
        #expect(verdict(map("v"), existing, rule) == .unchanged)
    }

    @Test func `C120: fields that only the cluster has are defaults or somebody else's`() {
        let existing = map("v", ["metadata": ["labels": ["added": "later"]], "immutable": false])
        #expect(verdict(map("v"), existing) == .unchanged)
    }

    @Test(arguments: [
        (ConflictRule.skip, RestorePlan.Verdict.conflict(paths: ["/data/k"])),
        (.fail, .conflict(paths: ["/data/k"])),
        (.merge, .update(paths: ["/data/k"])),
        (.apply, .update(paths: ["/data/k"])),
        (.replace, .update(paths: ["/data/k"])),
        (.recreate, .recreate(paths: ["/data/k"])),
    ])
    func `C116: one with another content follows the rule`(rule: ConflictRule, expected: RestorePlan.Verdict) {
        #expect(verdict(map("new"), map("old"), rule) == expected)
    }

    @Test func `C116: the rule “fail” refuses the whole plan`() {
        let policy = RestorePolicy(name: "test", conflict: .fail)
        #expect(Samples.plan([map("new")], existing: [map("old")], policy: policy).isRefused)
        #expect(!Samples.plan([map("same")], existing: [map("same")], policy: policy).isRefused)
    }

    @Test func `C118: a merge removes nothing that only the cluster has`() throws {
        let existing = map("old", ["data": ["other": "kept"]])
        let policy = RestorePolicy(name: "test", conflict: .merge)
        let plan = Samples.plan([map("new")], existing: [existing], policy: policy)
        let step = try #require(plan.steps.first { $0.identity.name == "a" })
        #expect(try JSONValue(parsing: step.body) == ["data": ["k": "new"]])
    }

    @Test func `C47: an immutable one has to be made anew`() {
        let existing = map("old", ["immutable": true])
        #expect(verdict(map("new", ["immutable": true]), existing, .merge) == .needsRecreate(field: "/data/k"))
    }

    @Test func `C97, C119: fields that cannot change are named`() {
        func binding(_ role: String) -> JSONValue {
            Samples.object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "b",
                namespace: "shop",
                ["roleRef": ["name": .string(role)]]
            )
        }
        #expect(verdict(binding("new"), binding("old"), .replace) == .needsRecreate(field: "/roleRef/name"))
        func deployment(_ app: String) -> JSONValue {
            Samples.object(
                "apps/v1",
                "Deployment",
                "d",
                namespace: "shop",
                ["spec": ["selector": ["matchLabels": ["app": .string(app)]]]]
            )
        }
        let field = "/spec/selector/matchLabels/app"
        #expect(verdict(deployment("new"), deployment("old"), .merge) == .needsRecreate(field: field))
    }

    @Test func `C100: a namespace gets the labels that it lacks and keeps its own`() throws {
        let wanted = Samples.object("v1", "Namespace", "shop", ["metadata": ["labels": ["a": "1", "b": "1"]]])
        let existing = Samples.object("v1", "Namespace", "shop", ["metadata": ["labels": ["b": "2"]]])
        let step = try #require(Samples.plan([wanted], existing: [existing]).steps.first)
        #expect(step.verdict == .update(paths: ["/metadata/labels/a"]))
        #expect(try JSONValue(parsing: step.body) == ["metadata": ["labels": ["a": "1"]]])
        // By a rule that overwrites, what differs is set as well; nothing is taken away.
        var noted = wanted
        noted["metadata", "annotations"] = ["n": "1"]
        let merge = RestorePolicy(name: "test", conflict: .merge)
        let merged = try #require(Samples.plan([noted], existing: [existing], policy: merge).steps.first)
        let body: JSONValue = ["metadata": ["labels": ["a": "1", "b": "1"], "annotations": ["n": "1"]]]
        #expect(try JSONValue(parsing: merged.body) == body)
    }

    @Test func `C65: pull secrets are added to the account that the cluster made`() throws {
        func account(_ secrets: JSONValue) -> JSONValue {
            Samples.object("v1", "ServiceAccount", "default", namespace: "shop", ["imagePullSecrets": secrets])
        }
        let plan = Samples.plan([account([["name": "mine"]])], existing: [account([["name": "theirs"]])])
        let step = try #require(plan.steps.first { $0.identity.name == "default" })
        #expect(try JSONValue(parsing: step.body) == ["imagePullSecrets": [["name": "theirs"], ["name": "mine"]]])
    }

    @Test func `the restored uid of an owner is not a difference`() {
        var wanted = map("v")
        wanted["metadata", "ownerReferences"] = [Samples.owner("v1", "ConfigMap", "b")]
        var existing = map("v")
        var owner = Samples.owner("v1", "ConfigMap", "b")
        owner["uid"] = "new-uid"
        existing["metadata", "ownerReferences"] = [owner]
        #expect(verdict(wanted, existing) == .unchanged)
    }

    @Test func `the counts of a plan add up`() {
        let plan = Samples.plan(
            [map("new"), Samples.object("v1", "Secret", "s", namespace: "shop")],
            existing: [map("old")]
        )
        let counts = plan.countsJSON
        #expect(counts["create"] == 2)
        #expect(counts["conflict"] == 1)
        #expect(plan.json["conflicts"]?.array?.first?["flag"] == "--conflict merge")
    }
}
