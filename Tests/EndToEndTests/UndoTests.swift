import Archive
import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@Suite struct `Undo and prune` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: undone, labels: {team: a}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: undone, labels: {tier: one}}
        data: {a: "1", b: "2"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: fixed, namespace: undone}
        immutable: true
        data: {a: "1"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: lost, namespace: undone}
        stringData: {a: "1"}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: undone}
        spec: {storageClassName: undone, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: undone}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: undone}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
        """

    private static let inUse = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: undone, labels: {team: b, extra: x}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: undone, annotations: {note: kept}}
        data: {a: "one", c: "3"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: fixed, namespace: undone}
        immutable: true
        data: {a: "one"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: extra, namespace: undone}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: extra, namespace: undone}
        spec: {storageClassName: undone, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: undone}
        spec: {selector: {app: old}, ports: [{port: 8080}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: undone}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web, tier: old}}
          template: {metadata: {labels: {app: web, tier: old}}, spec: {containers: [{name: web, image: "web:0"}]}}
        """

    private static let touched = [
        ("v1", "Namespace", nil, "undone"), ("v1", "ConfigMap", "undone", "settings"),
        ("v1", "ConfigMap", "undone", "fixed"),
        ("v1", "Service", "undone", "web"), ("apps/v1", "Deployment", "undone", "web"),
    ]

    /// The objects that the restore changes, as they can be compared.
    private static func state(_ scenario: borrowing RestoreScenario) async throws -> [JSONValue] {
        var objects: [JSONValue] = []
        for (apiVersion, kind, namespace, name) in touched {
            var object = try #require(try await scenario.object(apiVersion, kind, namespace, name))
            // A controller counts up.
            object["metadata", "annotations", "deployment.kubernetes.io/revision"] = nil
            objects.append(ServerOwnedFields.comparable(object))
        }
        return objects
    }

    @Test(arguments: TestCluster.available)
    func `bring everything that a restore changed back, and delete only what was confirmed`(
        cluster: TestCluster
    ) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster)
        try await RestoreScenario.create(Self.inUse, in: scenario.client)
        let before = try await Self.state(scenario)
        let repository = scenario.archive.repository

        // The restore: everything that differs is made as the snapshot has it, and what is extra goes.
        let run = try scenario.run { policy in
            policy.selection.includedNamespaces = ["undone"]
            policy.conflict = .recreate
            policy.conflictRules = [ResourceConflictRule(resources: ["configmaps", "services"], rule: .replace)]
            policy.prune = .extra
        }
        let plan = try await run.plan()
        #expect(plan.steps.filter { $0.verdict == .delete }.map { "\($0.identity)" } == ["ConfigMap undone/extra"])
        let claim = try #require(plan.steps.first { "\($0.identity)" == "PersistentVolumeClaim undone/extra" })
        #expect(claim.verdict == .skip(.extraWithData))
        let unconfirmed = await #expect(throws: LifeboatError.self) { _ = try await run.apply(plan) }
        #expect(unconfirmed?.code == .restoreRefused && unconfirmed?.remedy.contains("--confirm-deletions 1") == true)
        #expect(try await scenario.object("v1", "ConfigMap", "undone", "extra") != nil)

        let kept = try #require(try await run.snapshotBefore(plan, in: repository, toolVersion: "test"))
        #expect(kept.isBeforeRestore)
        let latest = try repository.snapshot("latest")
        #expect(latest.id != kept.id && !latest.isBeforeRestore)
        let result = try await run.apply(plan, confirmedDeletions: 1)
        // An immutable ConfigMap cannot be replaced: that is a conflict, and nothing was lost by it.
        #expect(result.failed.isEmpty, "\(result.failed)")
        #expect(result.conflicts.map { "\($0.identity)" } == ["ConfigMap undone/fixed"])
        #expect(result.deleted == 1)
        #expect(try await scenario.object("v1", "ConfigMap", "undone", "extra") == nil)
        let settings = try await scenario.object("v1", "ConfigMap", "undone", "settings")
        #expect(settings?["data"] == ["a": "1", "b": "2"])
        #expect(try await scenario.object("v1", "Secret", "undone", "lost") != nil)

        // The undo: without --prune what the restore made stays.
        let chosen = try await RestoreRun.snapshotToUndo(in: repository, scenario.client)
        #expect(chosen.id == kept.id)
        let gentle = try await scenario.undo(chosen).plan()
        let lost = try #require(gentle.steps.first { "\($0.identity)" == "Secret undone/lost" })
        #expect(lost.verdict == .skip(.createdByRestore))
        #expect(gentle.deletions.isEmpty)
        let undo = try scenario.undo(chosen) { $0.prune = .extra }
        let back = try await undo.plan()
        // A controller of the source may or may not have made a ReplicaSet before the backup.
        let deleted = back.deletions.map { "\($0.identity)" }.filter { !$0.hasPrefix("ReplicaSet") }
        #expect(deleted == ["Secret undone/lost"])
        #expect(try await undo.snapshotBefore(back, in: repository, toolVersion: "test") != nil)
        let undone = try await undo.apply(back, confirmedDeletions: back.deletions.count)
        #expect(undone.isComplete && undone.conflicts.isEmpty, "\(undone.failed) \(undone.conflicts)")
        let after = try await Self.state(scenario)
        for (old, new) in zip(before, after) { #expect(ObjectDifference.paths(old, new) == []) }
        #expect(try await scenario.object("v1", "ConfigMap", "undone", "extra") != nil)
        #expect(try await scenario.object("v1", "Secret", "undone", "lost") == nil)
        // The claim of the snapshot holds data, so it stays.
        #expect(try await scenario.object("v1", "PersistentVolumeClaim", "undone", "data") != nil)

        // A second undo changes nothing, and there is nothing else to undo.
        #expect(try await scenario.undo(chosen).plan().changesObjects == false)
        let nothing = await #expect(throws: LifeboatError.self) {
            _ = try await RestoreRun.snapshotToUndo(in: repository, scenario.client)
        }
        #expect(nothing?.code == .snapshotNotFound)
        // The snapshot of before is readable as any other, and its record is written to no cluster.
        let names = try repository.reader(kept).entries().map(\.resource.kind)
        #expect(names.contains("RestoreRecord") && names.contains("Deployment"))
        #expect(try repository.check(.data).problems.isEmpty)
    }
}

extension RestoreScenario {
    fileprivate func undo(
        _ snapshot: Snapshot,
        _ change: (inout RestorePolicy) -> Void = { _ in }
    ) throws -> RestoreRun {
        var policy = RestorePolicy(name: "undo", conflict: .replace)
        policy.isUndo = true
        change(&policy)
        return RestoreRun(
            client: client,
            reader: try archive.repository.reader(snapshot),
            policy: policy,
            logger: Self.logger,
            now: TestClock.wallClock
        )
    }
}
