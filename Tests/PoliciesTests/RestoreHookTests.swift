import KubernetesObjects
import Testing

@testable import Policies

@Suite struct `Hooks of a restore policy` {
    private func policy(_ spec: String) throws -> RestorePolicy {
        let text = "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec:\n\(spec)"
        return try #require(try PolicySet.parse(text, source: "p.yaml").restores.first)
    }

    @Test func `are commands with their times, and containers as a Pod has them`() throws {
        let hooks = try policy(
            """
              hooks:
                - name: refill
                  selection: {namespaces: [shop], labelSelector: {matchLabels: {app: db}}}
                  exec: {container: db, command: [sh, -c, refill], onError: continue, timeout: 2m, waitTimeout: 1h, waitForReady: true}
                - name: prepare
                  initContainers: [{name: prepare, image: "busybox:1"}]
                - name: short
                  exec: {command: ["true"]}
            """
        ).hooks
        let command = RestoreHookCommand(
            container: "db",
            command: ["sh", "-c", "refill"],
            onError: .continue,
            timeoutSeconds: 120,
            waitSeconds: 3600,
            waitsForReady: true
        )
        #expect(hooks.map(\.name) == ["refill", "prepare", "short"])
        #expect(hooks[0].action == .command(command))
        #expect(hooks[0].selects(namespace: "shop", labels: ["app": "db"]))
        #expect(!hooks[0].selects(namespace: "shop", labels: ["app": "web"]))
        #expect(!hooks[0].selects(namespace: "other", labels: ["app": "db"]))
        #expect(hooks[1].action == .initContainers([["name": "prepare", "image": "busybox:1"]]))
        #expect(hooks[2].action == .command(RestoreHookCommand(command: ["true"])))
    }

    @Test(arguments: [
        ("[{name: a}]", "exactly one of “exec” and “initContainers”"),
        ("[{name: a, exec: {command: [x]}, initContainers: [{name: a, image: b}]}]", "exactly one of"),
        ("[{name: a, exec: {command: []}}]", "the program and its arguments"),
        ("[{name: a, exec: {command: [x], onError: ignore}}]", "“ignore” is not one of fail, continue"),
        ("[{name: a, initContainers: [{name: a}]}]", "a container has a name and an image"),
        ("[{name: a, initContainers: {}}]", "must be a list of containers"),
        ("[{exec: {command: [x]}}]", "the field “name” is missing"),
        ("[{name: a, exec: {command: [x], timout: 1s}}]", "did you mean “timeout”?"),
    ])
    func `that make no sense are refused`(hooks: String, reason: String) throws {
        let error = try #require(throws: PolicyErrors.self) { try policy("  hooks: \(hooks)") }
        #expect("\(error)".contains(reason), "\(error)")
    }

    @Test func `are also read from the annotations that Velero's users write`() {
        let post = "post.hook.restore.velero.io/"
        let initial = "init.hook.restore.velero.io/"
        let hooks = VeleroHookAnnotations.hooks([
            post + "command": #"["/bin/sh", "-c", "psql < /dump"]"#, post + "container": "db",
            post + "on-error": "Fail",
            post + "exec-timeout": "90s", post + "wait-timeout": "5m", post + "wait-for-ready": "true",
            initial + "container-image": "busybox:1", initial + "command": "/prepare",
        ])
        let command = RestoreHookCommand(
            container: "db",
            command: ["/bin/sh", "-c", "psql < /dump"],
            onError: .fail,
            timeoutSeconds: 90,
            waitSeconds: 300,
            waitsForReady: true
        )
        let container: JSONValue = ["name": "restore-init", "image": "busybox:1", "command": ["/prepare"]]
        #expect(hooks == [.initContainers([container]), .command(command)])
        let short = VeleroHookAnnotations.hooks([post + "command": "/x", post + "wait-timeout": "0s"])
        #expect(short == [.command(RestoreHookCommand(command: ["/x"], onError: .continue))])
        #expect(VeleroHookAnnotations.hooks([post + "container": "db", "a": "b"]).isEmpty)
    }
}
