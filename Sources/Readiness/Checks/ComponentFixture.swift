import Foundation
package import KubernetesObjects
internal import Policies

/// A small cluster with one component of the catalogue, and what the whole checklist must say about it: a case of a document of
/// the kind `ReadinessComponentTest`.
package struct ComponentFixture: Sendable {
    /// The id of the component.
    package let component: String
    package let name: String
    package let file: String
    /// The verdict of the row or area that the component belongs to.
    let verdict: String
    /// Every component that is found, in all rows and areas, with its state.
    let components: [String: String]
    /// Every component of which only a name is left.
    let traces: [String]
    /// The ids of all checks that fail.
    let failing: [String]
    let objects: [JSONValue]
}

extension ComponentFixture {
    package static let kind = "ReadinessComponentTest"
    private static let caseFields = ["name", "verdict", "components", "traces", "failing", "objects"]

    /// The cases of all `.test.yaml` files of a folder and the folders in it, in the order of their paths.
    package static func load(folder: String) throws(LifeboatError) -> [ComponentFixture] {
        var fixtures: [ComponentFixture] = []
        for (file, document) in try TestDocuments.all(folder: folder, kind: kind) {
            guard let component = document["metadata", "name"]?.string,
                let cases = document["spec", "cases"]?.array
            else {
                throw LifeboatError(.policyInvalid, "\(file): a test names its component and has spec.cases")
            }
            for entry in cases { fixtures.append(try ComponentFixture(entry, of: component, file)) }
        }
        return fixtures
    }

    private init(_ entry: JSONValue, of component: String, _ file: String) throws(LifeboatError) {
        func invalid(_ text: String) -> LifeboatError {
            LifeboatError(.policyInvalid, "\(file): a case of \(component) \(text)")
        }
        if let unknown = entry.object?.keys.first(where: { !Self.caseFields.contains($0) }) {
            throw invalid(
                "has an unknown field “\(unknown)”; the fields are \(Self.caseFields.joined(separator: ", "))"
            )
        }
        guard let name = entry["name"]?.string, let verdict = entry["verdict"]?.string else {
            throw invalid("needs a name and a verdict")
        }
        self.init(
            component: component,
            name: name,
            file: file,
            verdict: verdict,
            components: entry["components"]?.stringMap ?? [:],
            traces: entry["traces"]?.array?.compactMap(\.string) ?? [],
            failing: entry["failing"]?.array?.compactMap(\.string) ?? [],
            objects: entry["objects"]?.array ?? []
        )
    }

    /// What is not as the case says; empty when all is.
    package func problems(in checklist: ReadinessChecklist) throws(LifeboatError) -> [String] {
        guard let row = checklist.catalogue.signatures.first(where: { $0.id == component })?.section else {
            return ["there is no component \(component)"]
        }
        let result = checklist.evaluate(ObjectInventory(objects), now: try Timestamp(parsing: "2026-06-01T00:00:00Z"))
        var problems: [String] = []
        let found = result.sections.first { $0.row == row }?.verdict.rawValue ?? ""
        if found != verdict { problems.append("\(row.rawValue) is \(found), not \(verdict)") }
        let all = result.sections.flatMap(\.components)
        let states = Dictionary(all.map { ($0.id, $0.state.rawValue) }, uniquingKeysWith: { first, _ in first })
        for id in Set(states.keys).union(components.keys).sorted() where states[id] != components[id] {
            problems.append("\(id) is \(states[id] ?? "not found"), not \(components[id] ?? "absent")")
        }
        let named = result.sections.flatMap(\.traces).map(\.component)
        if named.sorted() != traces.sorted() {
            problems.append("the traces are of \(named.sorted()), not of \(traces.sorted())")
        }
        let failed = result.outcomes.filter { $0.status == .fail }.map(\.check.id)
        for id in failed where !failing.contains(id) { problems.append("\(id) fails") }
        for id in failing where !failed.contains(id) { problems.append("\(id) does not fail") }
        return problems
    }
}
