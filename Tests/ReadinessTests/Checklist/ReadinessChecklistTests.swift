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
            area: .security,
            severity: .critical,
            title: "Mine",
            why: "It matters.",
            remedy: "Mend it.",
            builtin: builtin,
            parameters: parameters
        )
    }

    @Test func `the shipped checks name builtins that exist and parameters that they read`() throws {
        let checklist = try ReadinessChecklist.load(folder: Self.folder)
        #expect(checklist.checks.count == Set(checklist.checks.map(\.id)).count)
        #expect(checklist.checks.count >= 30)
        for check in checklist.checks where check.builtin == "component-active" { #expect(check.row != nil) }
    }

    @Test func `the shipped components are of every row and can be found`() throws {
        let catalogue = try ComponentCatalogue.load(folder: Self.folder)
        #expect(Set(catalogue.signatures.map(\.row)) == Set(ReadinessRow.allCases))
        #expect(catalogue.signatures.contains { $0.row == .networkPolicies && $0.enforcesNetworkPolicies })
        for signature in catalogue.signatures {
            let hasOther =
                !signature.customResources.isEmpty || !signature.ingressControllers.isEmpty
                || !signature.gatewayControllers.isEmpty || !signature.webhooks.isEmpty
                || !signature.storageDrivers.isEmpty || !signature.apiGroups.isEmpty
                || !signature.registries.isEmpty || !signature.serverOptions.isEmpty
            #expect(signature.hasKnownWorkloads || hasOther, "\(signature.id) has no sign")
        }
    }

    @Test func `an empty inventory passes nothing and fails nothing`() throws {
        let result = try ReadinessChecklist.load(folder: Self.folder).evaluate(ObjectInventory([]), now: Self.now)
        #expect(result.rows.map(\.row) == ReadinessRow.allCases)
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
        let checklist = try ReadinessChecklist.load(folder: Self.folder).selecting { $0 == "claims-bound" }
        #expect(checklist.checks.map(\.id) == ["claims-bound"])
        #expect(!checklist.catalogue.signatures.isEmpty)
    }

    @Test func `the document says what failed, why it matters and what to do`() throws {
        let checklist = try ReadinessChecklist(checks: [Self.check("nodes-ready")], catalogue: ComponentCatalogue())
        let broken = Sample.node.replacing("\"True\"", with: "\"False\"")
        let json = checklist.evaluate(try Samples.inventory(broken), now: Self.now).json
        #expect(json["schemaVersion"] == "lifeboat.dr/v1" && json["takenAt"] == "2026-06-01T00:00:00Z")
        #expect(json["passed"] == false && json["summary", "fail"] == 1 && json["summary", "pass"] == 0)
        let check = json["areas"]?.array?.first?["checks"]?.array?.first
        #expect(check?["why"] == "It matters." && check?["remedy"] == "Mend it.")
        let finding = check?["findings"]?.array?.first
        #expect(finding?["object"] == "Node one" && finding?["path"] == "/status/conditions")
        #expect(finding?["level"] == "fail" && finding?["message"] == "is not Ready")
    }
}
