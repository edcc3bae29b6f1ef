import KubernetesObjects
import Policies
import Restore
import Testing

/// A3, C33, C42: which objects a selection means, for a backup and for a restore. The expectations are written by hand.
@Suite("A filter") struct FilterMatrixTests {
    @Test func `is tried in at least 136 rows, none of them twice`() {
        let rows = FilterCase.all.map(\.testDescription)
        #expect(rows.count >= 136)
        #expect(Set(rows).count == rows.count)
    }

    @Test(arguments: FilterCase.all)
    func `of a backup takes what it says`(row: FilterCase) async throws {
        let taken = try await FilterFixtures.shared.value.taken(row.backupPolicy)
        let expected = row.taken.union(row.needed)
        #expect(
            taken == expected,
            "too many: \(taken.subtracting(expected)), missing: \(expected.subtracting(taken))"
        )
    }

    @Test(arguments: FilterCase.all)
    func `of a restore brings what it says, and what that cannot stand without`(row: FilterCase) async throws {
        let plan = try await FilterFixtures.shared.value.plan(row.restorePolicy)
        let created = FilterFixtures.created(plan)
        #expect(
            created == row.created,
            "too many: \(created.subtracting(row.created)), missing: \(row.created.subtracting(created))"
        )
        // What cannot be brought is named and not forgotten.
        #expect(plan.unserved.map(\.objects).reduce(0, +) == row.unserved.count)
        #expect(plan.refused.isEmpty && plan.conflicts.isEmpty)
    }

    @Test(
        arguments: [
            ("configmap/s1", "", "s1 shop"), ("configmaps/s1", "", "s1 shop"), ("ConfigMap/s1", "", "s1 shop"),
            ("CONFIGMAPS/s1", "", "s1 shop"), ("configmap/s*", "", "s1 s2 shop"),
            ("configmap/s?", "shop", "s1 s2 shop"),
            ("deployment/s4", "", "s4 shop"), ("deployments.apps/s4", "", "s4 shop"),
            ("Deployment.apps/s4", "", "s4 shop"), ("gadget/s5", "", "s5 shop d1"),
            ("gadgets.things.example.com/*", "blog", "b3 blog d1"),
            ("gadget.more.example.com/*", "", "t3 shop-test d2"),
            ("gadgets/*", "shop-*", "t3 shop-test d2"), ("fleet/c4", "", "c4 d3"), ("clusterrole/c1", "", "c1"),
            ("clusterrole/c1", "blog", "c1"), ("namespace/shop", "", "shop"),
            ("storageclasses.storage.k8s.io/c2", "", "c2"),
        ]
    )
    func `of single objects takes plurals, kinds and groups in any case`(
        choice: String,
        namespace: String,
        expected: String
    ) async throws {
        let created = FilterFixtures.created(try await Self.plan(choice, namespace))
        #expect(created == Set(expected.split(separator: " ").map(String.init)))
    }

    @Test(
        arguments: [
            ("cm/s1", "", ErrorCode.objectNotFound), ("deploy/s4", "", .objectNotFound),
            ("deployment.extensions/s4", "", .objectNotFound), ("configmap/t1", "shop", .objectNotFound),
            ("configmap/S1", "", .objectNotFound), ("gadget.things.example.com/*", "", .usage),
        ]
    )
    func `of single objects is refused when it means none, or those of several namespaces`(
        choice: String,
        namespace: String,
        code: ErrorCode
    ) async throws {
        let error = await #expect(throws: LifeboatError.self) { _ = try await Self.plan(choice, namespace) }
        #expect(error?.code == code)
    }

    @Test func `C17: of resources leaves the labels on the namespaces that come along`() async throws {
        var policy = RestorePolicy(name: "row")
        policy.selection.includedResources = ["configmaps"]
        policy.selection.includedNamespaces = ["shop"]
        let plan = try await FilterFixtures.shared.value.plan(policy)
        let namespace = try #require(plan.steps.first { $0.identity.name == "shop" })
        #expect(String(decoding: namespace.body, as: UTF8.self).contains("\"tier\":\"prod\""))
    }

    private static func plan(_ choice: String, _ namespace: String) async throws -> RestorePlan {
        var policy = RestorePolicy(name: "row")
        policy.objects = [try #require(ObjectChoice(parsing: choice))]
        if !namespace.isEmpty { policy.selection.includedNamespaces = [NamePattern(namespace)] }
        return try await FilterFixtures.shared.value.plan(policy)
    }
}
