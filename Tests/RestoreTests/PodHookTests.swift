import KubernetesObjects
import Policies
import Testing

@testable import Restore

@Suite struct `Hooks in restored Pods` {
    private static let deployment = GroupKind(group: "apps", kind: "Deployment")

    private func policy(_ hooks: RestoreHook...) -> RestorePolicy {
        var policy = RestorePolicy(name: "test")
        policy.hooks = hooks
        return policy
    }

    private func workload(_ kind: String = "Deployment", annotations: JSONValue = [:]) -> JSONValue {
        Samples.object(
            "apps/v1",
            kind,
            "web",
            namespace: "shop",
            [
                "spec": [
                    "replicas": 2,
                    "template": [
                        "metadata": ["labels": ["app": "web"], "annotations": annotations],
                        "spec": [
                            "initContainers": [["name": "own", "image": "own:1"]],
                            "containers": [["name": "app", "image": "app:1"]],
                        ],
                    ],
                ]
            ]
        )
    }

    private let prepare = RestoreHook(
        name: "prepare",
        selection: ObjectSelection(includedNamespaces: [NamePattern("shop")]),
        action: .initContainers([["name": "prepare", "image": "busybox:1"], ["name": "own", "image": "other:1"]])
    )

    @Test func `are init containers before those of the template, and none twice`() throws {
        let created = try #require(try Samples.created(workload(), policy: policy(prepare)))
        let names = created["spec", "template", "spec", "initContainers"]?.array?.compactMap { $0["name"]?.string }
        #expect(names == ["prepare", "own"])
        let pod = Samples.object("v1", "Pod", "bare", namespace: "shop", ["spec": ["containers": [["name": "c"]]]])
        let bare = try #require(try Samples.created(pod, policy: policy(prepare)))
        #expect(bare["spec", "initContainers"]?.array?.count == 2)
    }

    @Test func `follow the selection by what the snapshot has`() throws {
        var mapped = policy(prepare)
        mapped.namespaceMapping = ["shop": "copy"]
        let created = try #require(try Samples.created(workload(), policy: mapped))
        #expect(created["metadata", "namespace"] == "copy")
        #expect(created["spec", "template", "spec", "initContainers"]?.array?.count == 2)
        mapped.hooks = [
            RestoreHook(
                name: "a",
                selection: ObjectSelection(includedNamespaces: [NamePattern("copy")]),
                action: prepare.action
            )
        ]
        #expect(
            try Samples.created(workload(), policy: mapped)?["spec", "template", "spec", "initContainers"]?.array?.count
                == 1
        )
    }

    @Test func `of Velero's annotations are taken only when that is asked for`() {
        let annotated = workload(annotations: ["post.hook.restore.velero.io/command": "/x"])
        var policy = RestorePolicy(name: "test")
        #expect(PodHooks(policy).hooks(of: annotated, Self.deployment).isEmpty && !policy.runsCommands)
        policy.takesVeleroHooks = true
        #expect(
            PodHooks(policy).hooks(of: annotated, Self.deployment).map(\.name) == ["velero.io"] && policy.runsCommands
        )
    }
}

@Suite struct `Commands of hooks` {
    private static let key = ObjectKey(GroupKind(group: "apps", kind: "StatefulSet"), namespace: "shop", name: "db")

    private func target(_ commands: [RestoreHookCommand], replicas: Int = 2) throws -> HookTarget {
        var policy = RestorePolicy(name: "test")
        policy.hooks = commands.enumerated().map { RestoreHook(name: "hook-\($0)", action: .command($1)) }
        let object: JSONValue = [
            "spec": ["replicas": .int(replicas), "template": ["metadata": ["labels": ["app": "db"]]]]
        ]
        return try #require(HookTarget(object, Self.key, snapshotNamespace: "shop", policy))
    }

    private func pod(_ name: String, isRunning: Bool = true, isReady: Bool = false, phase: String = "Running")
        -> JSONValue
    {
        let state: JSONValue = isRunning ? ["running": [:]] : ["waiting": [:]]
        return [
            "metadata": ["name": .string(name), "uid": .string("uid of \(name)")],
            "spec": ["containers": [["name": "db"], ["name": "log"]]],
            "status": [
                "phase": .string(phase),
                "containerStatuses": [["name": "db", "state": state, "ready": .bool(isReady)]],
            ],
        ]
    }

    @Test func `are run once in each Pod, in their order, as soon as their container runs`() throws {
        let commands = [RestoreHookCommand(command: ["a"]), RestoreHookCommand(command: ["b"], waitsForReady: true)]
        var work = HookWork(target: try target(commands))
        #expect(work.due([pod("db-0", isRunning: false)]).commands.isEmpty)
        let first = work.due([pod("db-0"), pod("db-1", isReady: true)]).commands
        #expect(first.map { $0.map(\.command.command) } == [[["a"]], [["a"], ["b"]]])
        #expect(first[0][0].container == "db" && !work.isDone)
        #expect(work.due([pod("db-0"), pod("db-1", isReady: true)]).commands.isEmpty)
        #expect(work.due([pod("db-0", isReady: true)]).commands.map { $0.map(\.command.command) } == [[["b"]]])
        #expect(work.isDone)
    }

    @Test func `that cannot be run are failures, at once when nothing can change that`() throws {
        let commands = [
            RestoreHookCommand(container: "none", command: ["a"]), RestoreHookCommand(command: ["b"], waitSeconds: 9),
        ]
        var work = HookWork(target: try target(commands))
        let ended = work.due([pod("db-0"), pod("db-1", phase: "Failed")]).ended
        #expect(
            ended.map(\.reason) == [
                "the Pod has no container “none”", "the Pod has no container “none”", "the Pod has ended (Failed)",
            ]
        )
        work = HookWork(target: try target(commands))
        #expect(work.giveUp(after: 8, true).isEmpty && !work.isDone)
        let late = work.giveUp(after: 9, true)
        #expect(late.map(\.reason) == ["2 of 2 Pods did not run its container within 9 s"])
        #expect(late.first?.failure.code == "restore.hook-failed" && late.first?.mustSucceed == true)
        #expect(
            work.giveUp(after: .infinity, false).map(\.reason) == [
                "the cluster has no nodes, so that none of its Pods can run"
            ]
        )
        #expect(work.isDone)
    }

    @Test func `are for Pods of the object, also through a ReplicaSet`() throws {
        let deployment = ObjectKey(GroupKind(group: "apps", kind: "Deployment"), namespace: "shop", name: "web")
        var policy = RestorePolicy(name: "test")
        policy.hooks = [RestoreHook(name: "a", action: .command(RestoreHookCommand(command: ["a"])))]
        let target = try #require(HookTarget(["spec": [:]], deployment, snapshotNamespace: "shop", policy))
        func of(_ kind: String, _ name: String) -> JSONValue {
            ["metadata": ["name": "p", "ownerReferences": [Samples.owner("apps/v1", kind, name)]]]
        }
        let owner = OwnerReference(Samples.owner("apps/v1", "Deployment", "web"))
        let replicaSets = ["web-1": try #require(owner)]
        #expect(target.owns(of("ReplicaSet", "web-1"), replicaSets))
        #expect(!target.owns(of("ReplicaSet", "other-1"), replicaSets))
        #expect(!target.owns(of("StatefulSet", "web"), replicaSets))
        #expect(!target.owns(["metadata": ["name": "web"]], replicaSets))
        #expect(HookTarget(["spec": ["replicas": 0]], deployment, snapshotNamespace: "shop", policy) == nil)
    }
}
