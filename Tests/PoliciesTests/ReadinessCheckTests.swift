import KubernetesObjects
import Policies
import Testing

@Suite struct `Readiness checks as documents` {
    private static func check(_ spec: String) -> String {
        """
        apiVersion: lifeboat.dr/v1
        kind: ReadinessCheck
        metadata: {name: monitoring.mine}
        spec:
          row: monitoring
          severity: minor
          title: "T"
          why: "W"
          remedy: "R"
        \(spec)
        """
    }

    private static func problems(_ spec: String) -> [String] {
        let error = #expect(throws: PolicyErrors.self) {
            try PolicySet.parse(check(spec), source: "a.yaml")
        }
        return error?.problems.map(\.description) ?? []
    }

    @Test func `a rule is read with its names in order`() throws {
        let text = Self.check(
            """
              each: [Service, apps/Deployment]
              let: {b: size(self.spec), a: b + 1}
              must: [{that: a > 1, say: '"no"', level: warn, path: /spec}]
            """
        )
        let check = try #require(try PolicySet.parse(text, source: "a.yaml").checks.first)
        guard case .rule(let rule) = check.test else { throw TestFailure() }
        #expect(rule.bindings.map(\.name) == ["b", "a"])
        #expect(
            rule.subjects == [
                .kind(GroupKind(group: "", kind: "Service")), .kind(GroupKind(group: "apps", kind: "Deployment")),
            ]
        )
        #expect(rule.requirements.first?.isWarning == true && rule.requirements.first?.path == "/spec")
    }

    private struct TestFailure: Error {}

    @Test func `an error in an expression has its line, its column and a caret`() {
        let problems = Self.problems("  each: Service\n  must: [{that: size(slef) > 1}]")
        #expect(
            problems == [
                "a.yaml:11:22: spec.must[0].that: the name “slef” is not known here; did you mean “self”?\n    size(slef) > 1\n         ^"
            ]
        )
    }

    @Test func `an error in a text of several lines is at its own line`() {
        let problems = Self.problems(
            "  each: Service\n  must:\n    - that: |\n        self.a == 1\n          && self.b ==\n"
        )
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("a.yaml:14:23: spec.must[0].that: a value is expected here") == true)
    }

    @Test func `a check has either a rule or a builtin`() {
        #expect(Self.problems("  builtin: x\n  each: Service\n  must: [{that: true}]").count == 1)
        #expect(Self.problems("").contains { $0.contains("says for “each” of which objects") })
        #expect(Self.problems("  each: Service").contains { $0.contains("the field “must” is missing") })
        #expect(
            Self.problems("  each: service\n  must: [{that: true}]").contains { $0.contains("“service” is no kind") }
        )
    }

    @Test func `a policy of the checklist is read, and its days are whole`() throws {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: ReadinessPolicy
            metadata: {name: site}
            spec:
              rows: {service-mesh: ignore, monitoring: require}
              exemptions:
                - {check: "security.*", namespace: "old-*", reason: r, owner: o, until: 2027-01-31}
              attestations:
                - {row: build-pipeline, component: circleci, statement: s, owner: o, until: 2027-01-31}
            """
        let policy = try #require(try PolicySet.parse(text, source: "a.yaml").readiness.first)
        #expect(policy.rows == [.serviceMesh: .ignore, .monitoring: .require])
        #expect(policy.exemptions.first?.until.description == "2027-01-31T23:59:59Z")
        #expect(policy.attestations.first?.section == .buildPipeline)
        #expect(policy.exemptions.first?.covers(check: "security.a", nil) == false)
    }

    @Test func `an exemption without an owner or an end is refused`() {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: ReadinessPolicy
            metadata: {name: site}
            spec:
              rows: {service-mash: ignore}
              exemptions: [{check: "*", reason: r, until: someday}]
            """
        let error = #expect(throws: PolicyErrors.self) { try PolicySet.parse(text, source: "a.yaml") }
        let all = error?.description ?? ""
        #expect(all.contains("the field “owner” is missing") && all.contains("“someday” is no day"))
        #expect(all.contains("did you mean “service-mesh”?"))
    }
}
