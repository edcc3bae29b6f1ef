package import KubernetesObjects
internal import Policies

/// The tests that stand beside the checks, run.
package struct CheckTestRun: Sendable {
    package struct Failure: Sendable {
        package let file: String
        package let check: String
        /// The case; empty for what concerns the check as a whole.
        package let name: String
        package let problem: String
    }

    package let cases: Int
    package let checks: Int
    package let components: Int
    package let failures: [Failure]

    /// - Parameter isWanted: the ids whose tests are run.
    package init(
        _ checklist: ReadinessChecklist,
        _ fixtures: [CheckFixture],
        _ componentFixtures: [ComponentFixture] = [],
        isWanted: (String) -> Bool
    ) throws(LifeboatError) {
        let wanted = fixtures.filter { isWanted($0.check) }
        var failures: [Failure] = []
        for fixture in wanted {
            for problem in try fixture.problems(in: checklist) {
                failures.append(
                    Failure(file: fixture.file, check: fixture.check, name: fixture.name, problem: problem)
                )
            }
        }
        let wantedComponents = componentFixtures.filter { isWanted($0.component) }
        for fixture in wantedComponents {
            for problem in try fixture.problems(in: checklist) {
                failures.append(
                    Failure(file: fixture.file, check: fixture.component, name: fixture.name, problem: problem)
                )
            }
        }
        // A check that is only seen to pass may be one that cannot fail.
        let rules = checklist.checks.filter { isWanted($0.id) }
        let byFile = Dictionary(grouping: rules, by: \.location.file)
        for (_, copies) in byFile.sorted(by: { $0.key < $1.key }) {
            // A check of all rows is tested on one of them.
            let ids = Set(copies.map(\.id))
            guard let check = copies.first else { continue }
            let statuses = Set(fixtures.filter { ids.contains($0.check) }.map(\.status))
            if !statuses.contains(.pass) {
                failures.append(
                    Failure(file: check.location.file, check: check.id, name: "", problem: "no case passes")
                )
            }
            if statuses.isDisjoint(with: [.fail, .warn]) {
                failures.append(Failure(file: check.location.file, check: check.id, name: "", problem: "no case fails"))
            }
        }
        cases = wanted.count + wantedComponents.count
        (checks, components) = (byFile.count, Set(wantedComponents.map(\.component)).count)
        self.failures = failures
    }
}
