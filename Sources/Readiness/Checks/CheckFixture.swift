package import KubernetesObjects
internal import Policies

/// A small cluster beside a check, and how the check must end on it: a case of a document of the kind `ReadinessCheckTest`.
package struct CheckFixture: Sendable {
    /// The id of the check.
    package let check: String
    /// What the case shows, as a sentence.
    package let name: String
    package let file: String
    let status: CheckStatus
    /// Every finding as `fail Service shop/web at /spec/selector: it says why`; `cluster` stands for no object.
    let findings: [String]
    let objects: [JSONValue]
    /// The objects of the snapshot that is compared with; nil when there is none.
    let snapshot: [JSONValue]?
    let unreadable: [GroupKind: String]
    /// Whether the objects are those of a cluster and not of a snapshot.
    let isLive: Bool
    /// What other servers answered, by the keys of the probes: empty or a list of addresses for a good answer, else what is wrong.
    let probes: [String: ProbeAnswer]?
    /// Parameters that take the place of those of the check, as a policy of a site would set them.
    let parameters: JSONObject
    let now: Timestamp
}

extension CheckFixture {
    package static let kind = "ReadinessCheckTest"
    private static let caseFields = [
        "name", "status", "findings", "objects", "snapshot", "unreadable", "live", "now",
        "parameters", "probes",
    ]

    /// The cases of all `.test.yaml` files of a folder and the folders in it, in the order of their paths.
    package static func load(folder: String) throws(LifeboatError) -> [CheckFixture] {
        var fixtures: [CheckFixture] = []
        for (file, document) in try TestDocuments.all(folder: folder, kind: kind) {
            fixtures += try read(document, file: file)
        }
        return fixtures
    }

    package static func parse(_ text: String, file: String) throws(LifeboatError) -> [CheckFixture] {
        var fixtures: [CheckFixture] = []
        for document in try YAMLDocuments.parse(text, source: file) where document["kind"]?.string == kind {
            fixtures += try read(document, file: file)
        }
        return fixtures
    }

    private static func read(_ document: JSONValue, file: String) throws(LifeboatError) -> [CheckFixture] {
        guard let check = document["metadata", "name"]?.string, let cases = document["spec", "cases"]?.array else {
            throw LifeboatError(.policyInvalid, "\(file): a test names its check and has spec.cases")
        }
        var fixtures: [CheckFixture] = []
        for entry in cases { fixtures.append(try CheckFixture(entry, of: check, file)) }
        return fixtures
    }

    private init(_ entry: JSONValue, of check: String, _ file: String) throws(LifeboatError) {
        let name = entry["name"]?.string ?? ""
        func invalid(_ text: String) -> LifeboatError {
            LifeboatError(.policyInvalid, "\(file): the case “\(name)” of \(check) \(text)")
        }
        if let unknown = entry.object?.keys.first(where: { !Self.caseFields.contains($0) }) {
            throw invalid(
                "has an unknown field “\(unknown)”; the fields are \(Self.caseFields.joined(separator: ", "))"
            )
        }
        guard !name.isEmpty else { throw invalid("needs a name") }
        guard let status = entry["status"]?.string.flatMap(CheckStatus.init(rawValue:)) else {
            throw invalid("needs a status: \(CheckStatus.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        for object in (entry["objects"]?.array ?? []) + (entry["snapshot"]?.array ?? [])
        where ObjectIdentity(of: object) == nil {
            throw invalid("has an object without apiVersion, kind or metadata.name")
        }
        (self.check, self.name, self.file, self.status) = (check, name, file, status)
        findings = entry["findings"]?.array?.compactMap(\.string) ?? []
        objects = entry["objects"]?.array ?? []
        snapshot = entry["snapshot"]?.array
        isLive = entry["live"]?.bool ?? false
        probes = entry["probes"]?.object
            .map { probes in
                Dictionary(
                    probes.members.map { member in
                        let problem = member.value.string ?? ""
                        let addresses = member.value.array?.compactMap(\.string) ?? []
                        return (
                            member.key, ProbeAnswer(isGood: problem.isEmpty, problem: problem, addresses: addresses)
                        )
                    },
                    uniquingKeysWith: { first, _ in first }
                )
            }
        parameters = entry["parameters"]?.object ?? JSONObject()
        var unreadable: [GroupKind: String] = [:]
        for (kind, reason) in entry["unreadable"]?.stringMap ?? [:] {
            let parts = kind.split(separator: "/")
            let group = parts.count == 2 ? String(parts[0]) : ""
            unreadable[GroupKind(group: group, kind: String(parts.last ?? ""))] = reason
        }
        self.unreadable = unreadable
        now = try Timestamp(parsing: entry["now"]?.string ?? "2026-06-01T00:00:00Z")
    }

    /// The answers of a checklist on the objects of the case.
    func result(of checklist: ReadinessChecklist) throws(LifeboatError) -> ChecklistResult {
        let inventory = ObjectInventory(objects, served: isLive ? [] : nil, unreadable: unreadable)
        return try checklist.setting(parameters, of: check)
            .evaluate(inventory, reference: snapshot.map { ObjectInventory($0) }, probes: probes, now: now)
    }

    /// What is not as the case says; empty when all is.
    package func problems(in checklist: ReadinessChecklist) throws(LifeboatError) -> [String] {
        let single = try checklist.selecting { $0 == check }
        guard !single.checks.isEmpty else { return ["there is no check \(check)"] }
        let result = try result(of: single)
        guard let outcome = result.outcome(check) else { return ["the check gave no answer"] }
        var problems: [String] = []
        if outcome.status != status {
            let reason = outcome.reason.isEmpty ? "" : ": \(outcome.reason)"
            problems.append("it ends as \(outcome.status.rawValue), not \(status.rawValue)\(reason)")
        }
        let found = outcome.findings.map(\.sentence)
        for missing in findings where !found.contains(missing) { problems.append("it does not find: \(missing)") }
        for surplus in found where !findings.contains(surplus) { problems.append("it finds: \(surplus)") }
        return problems
    }
}

extension Finding {
    /// `fail Service shop/web at /spec/selector: it says why`, as tests of checks write it.
    package var sentence: String { "\(level.rawValue) \(object?.description ?? "cluster") at \(path): \(message)" }
}
