import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `A policy of the checklist` {
    private static let now = Timestamp(secondsSince1970: 1_780_272_000)

    /// The result of one check on a node that is not Ready, under a policy.
    private static func result(_ spec: String, _ objects: String = broken) throws -> ChecklistResult {
        let text = "apiVersion: lifeboat.dr/v1\nkind: ReadinessPolicy\nmetadata: {name: site}\nspec: \(spec)"
        let set = try PolicySet.parse(text, source: "site.yaml")
        let check = ReadinessCheck(
            id: "security.nodes",
            section: .security,
            severity: .critical,
            title: "Nodes",
            test: .builtin("nodes-ready")
        )
        return try ReadinessChecklist(
            checks: [check],
            catalogue: Samples.catalogue(),
            policy: SitePolicy(set.readiness)
        )
        .evaluate(Samples.inventory(objects), now: now)
    }

    private static let broken = Sample.node.replacing("\"True\"", with: "\"False\"")

    private static func exemption(_ rest: String) -> String {
        "{exemptions: [{check: 'security.*', reason: known, owner: ops, \(rest)}]}"
    }

    @Test func `an exemption takes the finding away and says by whom`() throws {
        let result = try Self.result(Self.exemption("kind: Node, name: one, until: 2026-12-31"))
        #expect(result.isPassed)
        #expect(result.outcomes.first?.status == .pass)
        #expect(result.outcomes.first?.exempted.first?.exemption.owner == "ops")
        #expect("\(result.json)".contains("known"))
        #expect(result.notes == [])
    }

    @Test func `an exemption that ended covers nothing and is named`() throws {
        let result = try Self.result(Self.exemption("until: 2026-05-31"))
        #expect(!result.isPassed)
        #expect(result.notes.first?.hasPrefix("site.yaml:4:") == true)
        #expect(result.notes.first?.contains("ended at 2026-05-31T23:59:59Z") == true)
    }

    @Test func `an exemption that covers no finding is named`() throws {
        let result = try Self.result(Self.exemption("name: two, until: 2026-12-31"))
        #expect(!result.isPassed)
        #expect(result.notes.first?.contains("covers no finding") == true)
    }

    @Test func `a row that is required and absent keeps the checklist from passing`() throws {
        #expect(try Self.result("{rows: {service-mesh: require}}", Sample.node).isPassed == false)
        #expect(try Self.result("{rows: {service-mesh: expect}}", Sample.node).isPassed)
    }

    @Test func `an attestation makes a row unverifiable until it ends, and never ready`() throws {
        func attested(_ until: String) throws -> ChecklistResult {
            try Self.result(
                "{rows: {build-pipeline: require}, attestations: "
                    + "[{row: build-pipeline, component: circleci, statement: s, owner: ops, until: \(until)}]}",
                Sample.node
            )
        }
        let valid = try attested("2026-12-31")
        #expect(valid.rows.first?.verdict == .unverifiable && valid.isPassed)
        #expect(valid.json["rows"]?.array?.first?["attestation", "owner"] == "ops")
        let ended = try attested("2026-05-31")
        #expect(ended.rows.first?.verdict == .absent && !ended.isPassed)
        #expect(ended.notes.first?.contains("the attestation of build-pipeline by ops ended") == true)
    }
}
