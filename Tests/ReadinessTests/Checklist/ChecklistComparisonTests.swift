import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `The comparison of snapshot and rebuilt cluster` {
    private typealias Samples = OutcomeSamples

    private static func compare(_ before: Examination, _ after: Examination) throws -> ChecklistComparison.Check {
        let comparison = ChecklistComparison(
            before: Samples.result([Samples.outcome("a", before)]),
            after: Samples.result([Samples.outcome("a", after)])
        )
        return try #require(comparison.checks.first)
    }

    /// What every pair of answers comes to, by the snapshot's answer and then the rebuilt cluster's.
    private static let table: [(Examination, [ChecklistComparison.Change])] = [
        // after:         pass            warning         failure      skip            not tested      unknown         manual
        (Samples.pass, [.unchanged, .unchanged, .regressed, .lost, .notComparable, .notComparable, .notComparable]),
        (Samples.warning, [.unchanged, .unchanged, .regressed, .lost, .notComparable, .notComparable, .notComparable]),
        (Samples.failure, [.fixed, .fixed, .preExisting, .lost, .notComparable, .notComparable, .notComparable]),
        (
            Samples.skip,
            [.unchanged, .unchanged, .regressed, .unchanged, .notComparable, .notComparable, .notComparable]
        ),
        (
            Samples.unknown,
            [
                .notComparable, .notComparable, .regressed, .notComparable, .notComparable, .notComparable,
                .notComparable,
            ]
        ),
    ]

    @Test func `passes when nothing got worse, whatever was broken before`() {
        func passes(_ before: Examination, _ after: Examination, _ severity: ReadinessCheck.Severity = .critical)
            -> Bool
        {
            ChecklistComparison(
                before: Samples.result([Samples.outcome("a", before, severity: severity)]),
                after: Samples.result([Samples.outcome("a", after, severity: severity)])
            )
            .isPassed
        }
        #expect(passes(Samples.pass, Samples.pass) && passes(Samples.failure, Samples.failure))
        #expect(!passes(Samples.pass, Samples.failure) && !passes(Samples.pass, Samples.skip))
        #expect(!passes(Samples.pass, Samples.unknown) && !passes(Samples.unknown, Samples.unknown))
        #expect(passes(Samples.pass, Samples.failure, .major))
    }

    @Test func `grades every pair of answers`() throws {
        let after = [
            Samples.pass, Samples.warning, Samples.failure, Samples.skip, Samples.notTested, Samples.unknown,
            Samples.manual,
        ]
        for (before, changes) in Self.table {
            for (examination, change) in zip(after, changes) {
                let check = try Self.compare(before, examination)
                #expect(check.change == change, "\(check.before.status) to \(check.after.status)")
            }
        }
    }

    @Test func `a check that failed before regresses when the rebuild adds a failure of its own`() throws {
        let check = try Self.compare(Samples.failure(["/a"]), Samples.failure(["/a", "/b"]))
        #expect(check.change == .regressed)
        #expect(check.newFailures.map(\.path) == ["/b"])
    }

    @Test func `a failure at the same place is the same, though its text differs`() throws {
        let check = try Self.compare(
            Samples.failure(["/a"], message: "1 of 3 are ready"),
            Samples.failure(["/a"], message: "2 of 3 are ready")
        )
        #expect(check.change == .preExisting)
        #expect(check.newFailures.isEmpty)
    }

    @Test func `failures of no object are told apart by their texts`() throws {
        var (before, after) = (Examination(), Examination())
        before.fail(nil, "this", at: "/x")
        after.fail(nil, "that", at: "/x")
        #expect(try Self.compare(before, after).change == .regressed)
    }

    @Test func `a warning that was a failure is fixed, and is no new failure`() throws {
        let check = try Self.compare(Samples.failure, Samples.warning)
        #expect(check.change == .fixed && check.newFailures.isEmpty)
    }

    @Test func `a row loses the components that were installed and are only declared`() throws {
        let comparison = ChecklistComparison(
            before: Samples.result(
                [],
                components: [try Samples.component("relay", .active), try Samples.component("tunnel", .declared)]
            ),
            after: Samples.result([], components: [try Samples.component("relay", .declared)])
        )
        let row = try #require(comparison.rows.first { $0.row == .serviceMesh })
        #expect(row.lostComponents == ["relay"])
        #expect(row.after == .lost)
        #expect(comparison.rows.filter { $0.after == .lost }.count == 1)
    }

    @Test func `a row that was there and is absent is lost`() throws {
        let before = Samples.result([Samples.outcome("a", Samples.warning, row: .monitoring)])
        let after = Samples.result([Samples.outcome("a", Samples.skip, row: .monitoring)])
        let comparison = ChecklistComparison(before: before, after: after)
        let row = try #require(comparison.rows.first { $0.row == .monitoring })
        #expect(row.before == .degraded && row.after == .lost)
        #expect(comparison.checks(.lost).map(\.check.id) == ["a"])
        #expect(comparison.areas.allSatisfy { $0.checks.isEmpty && $0.after == .absent })
    }

    @Test func `a row that was absent and is absent is absent`() {
        let comparison = ChecklistComparison(before: Samples.result([]), after: Samples.result([]))
        #expect(comparison.rows.allSatisfy { $0.before == .absent && $0.after == .absent })
    }

    @Test func `the document names each change as reports do`() throws {
        let comparison = ChecklistComparison(
            before: Samples.result([Samples.outcome("a", Samples.failure)]),
            after: Samples.result([Samples.outcome("a", Samples.failure)])
        )
        let areas = comparison.json["areas"]?.array ?? []
        let check = areas.lazy.compactMap { $0["checks"]?.array?.first }.first
        #expect(check?["id"] == "a" && check?["change"] == "pre-existing")
        #expect(check?["before"] == "fail" && check?["after"] == "fail")
        #expect(comparison.json["rows"]?.array?.count == 14 && areas.count == 5)
    }
}
