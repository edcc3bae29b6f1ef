import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// An old and a new kubectl, as users have them: `.ci/kubectls` fetches both and LIFEBOAT_TEST_KUBECTLS names them.
struct Kubectl: Sendable, CustomTestStringConvertible {
    let path: String

    var testDescription: String { "kubectl of \(path.contains("/old/") ? "Debian" : "today")" }

    static let all: [Kubectl] = (ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KUBECTLS"] ?? "")
        .split(separator: ":").map { Kubectl(path: String($0)) }

    struct Run: Sendable {
        let isSuccess: Bool
        let output: String
        let errors: String
    }

    func run(_ arguments: String..., kubeconfig: String, input: String = "") async throws -> Run {
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: Arguments(["--kubeconfig", kubeconfig] + arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]),
            input: .string(input),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        return Run(
            isSuccess: result.terminationStatus.isSuccess,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}

@Suite("kubectl on the sandbox", .enabled(if: !Kubectl.all.isEmpty, "LIFEBOAT_TEST_KUBECTLS names no kubectl"))
struct KubectlTests {
    /// A sandbox of its own with its kubeconfig, stopped at the end.
    private func onSandbox(_ body: (String) async throws -> Void) async throws {
        let sandbox = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        do {
            try await body(kubeconfig)
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    private static let manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.example/web:1"}]}
        """

    @Test(arguments: Kubectl.all)
    func `creates, gets, describes and deletes`(kubectl: Kubectl) async throws {
        try await onSandbox { kubeconfig in
            let created = try await kubectl.run("create", "namespace", "shop", kubeconfig: kubeconfig)
            #expect(created.isSuccess, "\(created.errors)")
            let map = try await kubectl.run(
                "create",
                "configmap",
                "settings",
                "-n",
                "shop",
                "--from-literal=mode=fast",
                kubeconfig: kubeconfig
            )
            #expect(map.isSuccess, "\(map.errors)")
            let table = try await kubectl.run("get", "configmaps", "-n", "shop", kubeconfig: kubeconfig)
            #expect(table.output.contains("settings"))
            let yaml = try await kubectl.run(
                "get",
                "configmap",
                "settings",
                "-n",
                "shop",
                "-o",
                "yaml",
                kubeconfig: kubeconfig
            )
            #expect(yaml.output.contains("mode: fast"))
            let deleted = try await kubectl.run("delete", "configmap", "settings", "-n", "shop", kubeconfig: kubeconfig)
            #expect(deleted.isSuccess, "\(deleted.errors)")
            let gone = try await kubectl.run("get", "configmap", "settings", "-n", "shop", kubeconfig: kubeconfig)
            #expect(!gone.isSuccess)
            #expect(gone.errors.contains("NotFound"))
        }
    }

    @Test(arguments: Kubectl.all)
    func `applies on the client and on the server, and sees conflicts of field managers`(kubectl: Kubectl) async throws
    {
        try await onSandbox { kubeconfig in
            let first = try await kubectl.run(
                "apply",
                "--server-side",
                "-f",
                "-",
                kubeconfig: kubeconfig,
                input: Self.manifest
            )
            #expect(first.isSuccess, "\(first.errors)")
            let ready = try await kubectl.run(
                "rollout",
                "status",
                "deployment/web",
                "--timeout=20s",
                kubeconfig: kubeconfig
            )
            #expect(ready.isSuccess, "\(ready.errors)")
            let other = Self.manifest.replacing("replicas: 2", with: "replicas: 3")
            let conflict = try await kubectl.run(
                "apply",
                "--server-side",
                "--field-manager=other",
                "-f",
                "-",
                kubeconfig: kubeconfig,
                input: other
            )
            #expect(!conflict.isSuccess)
            #expect(conflict.errors.contains(".spec.replicas"))
            let forced = try await kubectl.run(
                "apply",
                "--server-side",
                "--field-manager=other",
                "--force-conflicts",
                "-f",
                "-",
                kubeconfig: kubeconfig,
                input: other
            )
            #expect(forced.isSuccess, "\(forced.errors)")
            let scaled = try await kubectl.run("scale", "deployment/web", "--replicas=1", kubeconfig: kubeconfig)
            #expect(scaled.isSuccess, "\(scaled.errors)")
            let client = Self.manifest.replacing("name: web, namespace", with: "name: plain, namespace")
            for text in [client, client.replacing("replicas: 2", with: "replicas: 4")] {
                let applied = try await kubectl.run("apply", "-f", "-", kubeconfig: kubeconfig, input: text)
                #expect(applied.isSuccess, "\(applied.errors)")
            }
            let replicas = try await kubectl.run(
                "get",
                "deployment",
                "plain",
                "-o",
                "jsonpath={.spec.replicas}",
                kubeconfig: kubeconfig
            )
            #expect(replicas.output == "4")
        }
    }

    @Test(arguments: Kubectl.all)
    func `watches until a condition holds`(kubectl: Kubectl) async throws {
        try await onSandbox { kubeconfig in
            let applied = try await kubectl.run("apply", "-f", "-", kubeconfig: kubeconfig, input: Self.manifest)
            #expect(applied.isSuccess, "\(applied.errors)")
            let waited = try await kubectl.run(
                "wait",
                "--for=condition=Available",
                "deployment/web",
                "--timeout=20s",
                kubeconfig: kubeconfig
            )
            #expect(waited.isSuccess, "\(waited.errors)")
            let pods = try await kubectl.run("get", "pods", "-A", "-o", "name", kubeconfig: kubeconfig)
            #expect(pods.output.contains("pod/web-"))
        }
    }
}
