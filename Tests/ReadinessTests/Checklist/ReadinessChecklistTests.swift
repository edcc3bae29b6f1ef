import Foundation
import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `The readiness checklist` {
    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path() + "policies/readiness"
    private static let now = Timestamp(secondsSince1970: 1_780_272_000)

    private static func check(_ builtin: String, parameters: JSONValue = [:]) -> ReadinessCheck {
        ReadinessCheck(
            id: "mine",
            section: .security,
            severity: .critical,
            title: "Mine",
            why: "It matters.",
            remedy: "Mend it.",
            test: .builtin(builtin),
            parameters: parameters
        )
    }

    @Test func `the shipped checks name builtins that exist and parameters that they read`() throws {
        let checklist = try ReadinessChecklist.load(folder: Self.folder)
        #expect(checklist.checks.count == Set(checklist.checks.map(\.id)).count)
        #expect(checklist.checks.count >= 30)
        for check in checklist.checks where check.builtin == "component-active" { #expect(check.section != nil) }
    }

    @Test func `the tests beside the shipped checks pass, and each rule has a case that passes and one that fails`()
        throws
    {
        let run = try CheckTestRun(
            ReadinessChecklist.load(folder: Self.folder),
            CheckFixture.load(folder: Self.folder),
            ComponentFixture.load(folder: Self.folder),
            isWanted: { _ in true }
        )
        #expect(run.cases > 500 && run.components >= 48)
        #expect(run.failures.map { "\($0.file): \($0.check): \($0.name): \($0.problem)" } == [])
    }

    @Test func `a test that finds something else, and a check without a case that fails, are problems`() throws {
        let rule = """
            apiVersion: lifeboat.dr/v1
            kind: ReadinessCheck
            metadata: {name: security.mine}
            spec:
              {area: security, severity: minor, title: T, why: W, remedy: R, each: Service, must: [{that: self.ok, path: /ok}]}
            """
        let checklist = try ReadinessChecklist(
            checks: PolicySet.parse(rule, source: "a.yaml").checks,
            catalogue: ComponentCatalogue()
        )
        let service = "objects: [{apiVersion: v1, kind: Service, metadata: {name: a}, ok: true}]"
        func problems(_ cases: String) throws -> [String] {
            let text = "kind: ReadinessCheckTest\nmetadata: {name: security.mine}\nspec: {cases: [\(cases)]}"
            let fixtures = try CheckFixture.parse(text, file: "a.test.yaml")
            return try CheckTestRun(checklist, fixtures) { _ in true }.failures.map(\.problem)
        }
        let passing = "{name: good, status: pass, \(service)}"
        let failing =
            "{name: bad, status: fail, \(service.replacing("true", with: "false")), findings: [\"fail Service a at /ok: T\"]}"
        #expect(try problems("\(passing), \(failing)") == [])
        #expect(try problems(passing) == ["no case fails"])
        #expect(try problems("\(passing), \(failing.replacing("/ok: T", with: "/ok: U"))").count == 2)
        #expect(
            try problems("{name: wrong, status: fail, \(service)}") == ["it ends as pass, not fail", "no case passes"]
        )
    }

    @Test func `the shipped components are of every row and can be found`() throws {
        let catalogue = try ComponentCatalogue.load(folder: Self.folder)
        #expect(Set(catalogue.signatures.map(\.section)).isSuperset(of: ReadinessSection.rows))
        #expect(catalogue.signatures.contains { $0.section == .networkPolicies && $0.enforcesNetworkPolicies })
        for signature in catalogue.signatures {
            let hasOther =
                !signature.customResources.isEmpty || !signature.ingressControllers.isEmpty
                || !signature.gatewayControllers.isEmpty || !signature.webhooks.isEmpty
                || !signature.storageDrivers.isEmpty || !signature.apiGroups.isEmpty
                || !signature.registries.isEmpty || !signature.serverOptions.isEmpty
                || !signature.customResourceFields.isEmpty || !signature.addresses.isEmpty
            #expect(signature.hasKnownWorkloads || hasOther, "\(signature.id) has no sign")
        }
    }

    @Test
    func
        `every option that the checklist names has a cluster that is healthy, one that is declared only and one that is broken`()
        throws
    {
        let fixtures = try ComponentFixture.load(folder: Self.folder)
        let catalogue = try ComponentCatalogue.load(folder: Self.folder)
        for signature in catalogue.signatures where signature.isNamedByChecklist {
            let names = fixtures.filter { $0.component == signature.id }.map(\.name)
            #expect(names == ["healthy", "declared only", "broken"], "\(signature.id)")
        }
    }

    /// A mutation run: a requirement that could be left out without any case noticing guards against nothing.
    @Test func `each requirement of each rule is the one that finds something in a case`() throws {
        let checklist = try ReadinessChecklist.load(folder: Self.folder)
        let fixtures = Dictionary(grouping: try CheckFixture.load(folder: Self.folder), by: \.check)
        var tested = 0
        for check in checklist.checks {
            guard case .rule(var rule) = check.test, let cases = fixtures[check.id] else { continue }
            let requirements = rule.requirements
            for index in requirements.indices {
                rule.requirements = requirements
                rule.requirements.remove(at: index)
                var mutant = check
                mutant.test = .rule(rule)
                let weaker = try ReadinessChecklist(checks: [mutant], catalogue: checklist.catalogue)
                let isNoticed = try cases.contains { try !$0.problems(in: weaker).isEmpty }
                #expect(isNoticed, "\(check.id), requirement \(index + 1)")
                tested += 1
            }
        }
        #expect(tested > 200)
    }

    /// A healthy cluster is broken in the way that a check guards against; asked with all others, it is the one that notices.
    @Test func `each check notices what it guards against among all others`() throws {
        let checklist = try ReadinessChecklist.load(folder: Self.folder)
        let ids = Set(checklist.checks.map(\.id))
        let fixtures = try CheckFixture.load(folder: Self.folder)
        for fixture in fixtures where ids.contains(fixture.check) && [.pass, .fail, .warn].contains(fixture.status) {
            let outcome = try #require(try fixture.result(of: checklist).outcome(fixture.check))
            #expect(outcome.status == fixture.status, "\(fixture.check): \(fixture.name)")
        }
    }

    @Test func `an empty inventory passes nothing and fails nothing`() throws {
        let result = try ReadinessChecklist.load(folder: Self.folder).evaluate(ObjectInventory([]), now: Self.now)
        #expect(result.rows.map(\.row) == ReadinessSection.rows)
        #expect(result.rows.allSatisfy { $0.verdict == .absent && $0.components.isEmpty })
        #expect(result.count(.pass) == 0 && result.count(.fail) == 0 && result.count(.unknown) == 0)
    }

    @Test func `a builtin that does not exist is refused where its document stands`() {
        let error = #expect(throws: LifeboatError.self) {
            try ReadinessChecklist(checks: [Self.check("pods-happy")], catalogue: ComponentCatalogue())
        }
        #expect(error?.code == .policyInvalid)
        #expect(error?.message.contains("command line:1:1: the check mine names the builtin “pods-happy”") == true)
    }

    @Test func `a parameter that the builtin does not read is refused`() {
        let error = #expect(throws: LifeboatError.self) {
            try ReadinessChecklist(
                checks: [Self.check("workloads-ready", parameters: ["excludedNamespace": ["a"]])],
                catalogue: ComponentCatalogue()
            )
        }
        #expect(error?.message.contains("the parameter “excludedNamespace”") == true)
        #expect(error?.remedy == "it reads excludedNamespaces")
    }

    @Test func `a critical check that failed or has no answer keeps the checklist from passing`() throws {
        let checklist = try ReadinessChecklist(checks: [Self.check("nodes-ready")], catalogue: ComponentCatalogue())
        let broken = Sample.node.replacing("\"True\"", with: "\"False\"")
        let unreadable = ObjectInventory([], unreadable: [.node: "forbidden"])
        #expect(checklist.evaluate(try Samples.inventory(Sample.node), now: Self.now).isPassed)
        #expect(!checklist.evaluate(try Samples.inventory(broken), now: Self.now).isPassed)
        #expect(!checklist.evaluate(unreadable, now: Self.now).isPassed)
    }

    @Test func `only the checks that are wanted are run`() throws {
        let checklist = try ReadinessChecklist.load(folder: Self.folder).selecting {
            $0 == "shared-storage.claims-bound"
        }
        #expect(checklist.checks.map(\.id) == ["shared-storage.claims-bound"])
        #expect(!checklist.catalogue.signatures.isEmpty)
    }

    @Test func `the document says what failed, why it matters and what to do`() throws {
        let checklist = try ReadinessChecklist(checks: [Self.check("nodes-ready")], catalogue: ComponentCatalogue())
        let broken = Sample.node.replacing("\"True\"", with: "\"False\"")
        let json = checklist.evaluate(try Samples.inventory(broken), now: Self.now).json
        #expect(json["schemaVersion"] == "lifeboat.dr/v1" && json["takenAt"] == "2026-06-01T00:00:00Z")
        #expect(json["passed"] == false && json["summary", "fail"] == 1 && json["summary", "pass"] == 0)
        let check = json["areas"]?.array?.lazy.compactMap { $0["checks"]?.array?.first }.first
        #expect(check?["why"] == "It matters." && check?["remedy"] == "Mend it.")
        let finding = check?["findings"]?.array?.first
        #expect(finding?["object"] == "Node one" && finding?["path"] == "/status/conditions")
        #expect(finding?["level"] == "fail" && finding?["message"] == "is not Ready")
    }
}
