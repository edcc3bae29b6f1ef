import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// `restore --wait`, with the program itself.
@Suite struct `The wait for readiness` {
    private static func deployment(_ name: String) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["containers": [["name": "app", "image": "app:1"]]],
                ],
            ],
        ]
    }

    @Test func `ends when all are ready, and names those that are late`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        program.kubeconfig = old
        try await source.load([Self.deployment("web"), Self.deployment("late")])
        #expect(try await program.run("init").status == 0)
        // They are ready in the snapshot, so that their readiness is waited for.
        for name in ["web", "late"] {
            var isReady = false
            for _ in 0..<100 where !isReady {
                _ = try await program.run("backup")
                let deployment = try await program.run("get", "latest", "deployment/\(name)", "-n", "default")
                isReady = try deployment.json["status", "readyReplicas"] == 1
            }
            #expect(isReady)
        }
        program.kubeconfig = new
        let policy = "\(program.folder)/policy.yaml"
        let document = """
            apiVersion: lifeboat.dr/v1
            kind: RestorePolicy
            metadata: {name: a}
            spec:
              patches:
                - selection: {resources: [deployments.apps, replicasets.apps]}
                  names: ["late*"]
                  merge: {spec: {template: {spec: {nodeSelector: {nobody: has}}}}}
            """
        try document.write(toFile: policy, atomically: true, encoding: .utf8)
        let one = try await program.run("restore", "latest", "deployment/web", "-n", "default", "--wait")
        #expect(one.status == 0, "\(one.errors)")
        #expect(one.output.contains("1 workloads are ready"), "\(one.output)")
        let late = try await program.run("restore", "latest", "--policy", policy, "--wait-timeout", "2s")
        #expect(late.status == 3, "\(late.errors)")
        let failed = try late.json["failed"]?.array ?? []
        #expect(failed.count == 1 && failed.first?["code"] == "restore.not-ready", "\(late.output)")
        #expect(
            failed.first?["next"]?.string == "look at its events and Pods: kubectl describe deployment late -n default"
        )
        #expect(try await program.run("restore", "latest", "--wait-timeout", "soon").status == 64)
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
        #expect(try await program.run("check", "--read-data").status == 0)
    }
}
