import KubernetesObjects
import Policies
import Readiness
import Testing

/// Objects on which a builtin must end in a known way.
struct BuiltinCase: CustomTestStringConvertible, Sendable {
    let builtin: String
    let sentence: String
    /// YAML documents; a blank line stands between two of them.
    let objects: String
    let status: CheckStatus
    /// Every finding as `fail Service shop/web at /spec/selector: it says why`; `cluster` when it is of no object.
    var findings: [String] = []
    var reason = ""
    var evidence: [String]?
    var parameters = "{}"
    var row: ReadinessSection?
    /// Whether the objects are those of a cluster, which serves kinds, and not of a snapshot.
    var isLive = false
    /// The objects of the snapshot that is compared with, as YAML documents.
    var snapshot: String?
    var unreadable: [GroupKind: String] = [:]
    var isNotTested = false
    var now = "2026-06-01T00:00:00Z"

    init(_ builtin: String, _ sentence: String, _ status: CheckStatus, _ objects: String) {
        self.builtin = builtin
        self.sentence = sentence
        self.status = status
        self.objects = objects
    }

    var testDescription: String { "\(builtin): \(sentence)" }

    /// The same case with some of its members set.
    func with(_ change: (inout BuiltinCase) -> Void) -> BuiltinCase {
        var copy = self
        change(&copy)
        return copy
    }

    func finding(_ texts: String...) -> BuiltinCase { with { $0.findings = texts } }
    func reason(_ text: String) -> BuiltinCase { with { $0.reason = text } }
    func notTested(_ text: String) -> BuiltinCase { with { ($0.reason, $0.isNotTested) = (text, true) } }
    func parameters(_ text: String) -> BuiltinCase { with { $0.parameters = text } }
    func row(_ row: ReadinessSection) -> BuiltinCase { with { $0.row = row } }
    func live() -> BuiltinCase { with { $0.isLive = true } }
    func unreadable(_ kind: GroupKind, _ reason: String) -> BuiltinCase { with { $0.unreadable[kind] = reason } }
    func snapshot(_ objects: String) -> BuiltinCase { with { $0.snapshot = objects } }
    func evidence(_ texts: String...) -> BuiltinCase { with { $0.evidence = texts } }
    func at(_ now: String) -> BuiltinCase { with { $0.now = now } }

    /// The answer of the builtin, through the checklist as users run it.
    func outcome() throws -> CheckOutcome {
        let parameters = try YAMLDocuments.parse(parameters, source: testDescription).first ?? [:]
        let check = ReadinessCheck(
            id: builtin,
            section: row ?? .security,
            severity: .major,
            title: sentence,
            test: .builtin(builtin),
            parameters: parameters
        )
        let inventory = ObjectInventory(
            try Samples.objects(objects),
            served: isLive ? [] : nil,
            unreadable: unreadable
        )
        let checklist = try ReadinessChecklist(checks: [check], catalogue: try Samples.catalogue())
        let reference = try snapshot.map { ObjectInventory(try Samples.objects($0)) }
        let result = checklist.evaluate(inventory, reference: reference, now: try Timestamp(parsing: now))
        return try #require(result.outcome(builtin))
    }
}
