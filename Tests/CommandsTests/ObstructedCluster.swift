import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A cluster in which everything stands in the way of what a backup holds, and the commands of a person who removes it.
struct ObstructedCluster {
    static let kubectls = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KUBECTLS"] ?? ""

    /// What everything of one test is named after, so that tests can share a real cluster.
    let name: String
    let client: ClusterClient
    /// For kubectl, which does not go through the proxy of the test.
    let kubeconfig: String
    private let sandbox: SandboxCluster?

    static func start(_ cluster: TestCluster, name: String) async throws -> ObstructedCluster {
        let sandbox = cluster == .sandbox ? try await SandboxCluster.start() : nil
        let text = try sandbox?.kubeconfig ?? String(contentsOfFile: RealParts.kubeconfig ?? "", encoding: .utf8)
        return ObstructedCluster(
            name: name,
            client: try ClusterClient(Kubeconfigs.configuration(text)),
            kubeconfig: try Kubeconfigs.write(text),
            sandbox: sandbox
        )
    }

    /// Creates the objects, which are written with the name `rebuilt`.
    func apply(_ objects: String) async throws {
        try await run("kubectl apply -f -", input: objects.replacing("rebuilt", with: name))
    }

    /// Runs a line as it was printed, with a real kubectl.
    @discardableResult
    func run(_ line: String, input: String = "") async throws -> String {
        let folder = Self.kubectls.split(separator: ":").last.map { FilePath(String($0)).removingLastComponent() }
        let result = try await Subprocess.run(
            .path("/bin/bash"),
            arguments: ["-c", line],
            environment: .custom([
                "PATH": "\(folder?.string ?? ""):/usr/bin:/bin", "HOME": "/nonexistent", "KUBECONFIG": kubeconfig,
            ]),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        #expect(result.terminationStatus.isSuccess, "\(line): \(result.standardError)")
        return result.standardOutput
    }

    /// Until the quota controller of a real cluster has counted and allows what the quota says. The sandbox does so at once.
    func waitForQuota() async throws {
        guard sandbox == nil else { return }
        let line = "kubectl get quota/tight -n \(name) -o jsonpath='{.spec.hard} {.status.hard} {.status.used}'"
        for _ in 0..<100 {
            let words = try await run(line).split(separator: " ")
            if words.count == 3, words[0] == words[1] { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the quota is not counted")
    }

    /// Takes away what would disturb other tests of the same cluster.
    func stop() async throws {
        guard sandbox == nil else { return await end() }
        try await run(
            """
            kubectl delete --ignore-not-found validatingwebhookconfiguration/rebuilt namespace/rebuilt \
            customresourcedefinition/gadgets.rebuilt.example.com storageclass/rebuilt-fast storageclass/rebuilt-slow \
            ingressclass/rebuilt-web ingressclass/rebuilt-other priorityclass/rebuilt-gold
            """
            .replacing("rebuilt", with: name)
        )
        await end()
    }

    private func end() async {
        client.close()
        try? FileManager.default.removeItem(atPath: kubeconfig)
        await sandbox?.stop()
    }

    // MARK: Objects

    /// What stands in the way: a quota without room, and a webhook that nobody answers.
    static let inTheWay = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: rebuilt, labels: {rebuilt: "yes"}}
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: tight, namespace: rebuilt}
        spec: {hard: {count/configmaps: "2"}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: rebuilt}
        webhooks:
          - name: guard.rebuilt.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            timeoutSeconds: 1
            clientConfig: {service: {name: guard, namespace: rebuilt}}
            namespaceSelector: {matchLabels: {rebuilt: "yes"}}
            rules: [{operations: [CREATE], apiGroups: [rebuilt.example.com], apiVersions: [v1], resources: [gadgets]}]
        """

    private static let classes = """
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: rebuilt-gold}
        value: 7
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: rebuilt-fast}
        provisioner: disk.example.com
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: rebuilt-web}
        spec: {controller: example.com/web}
        """

    /// Classes that the cluster has in place of those that are missing.
    static let otherClasses = classes.replacing("rebuilt-fast", with: "rebuilt-slow")
        .replacing("rebuilt-web", with: "rebuilt-other")

    /// What was lost.
    static let stocked = """
        \(classes)
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: rebuilt, labels: {rebuilt: "yes"}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.rebuilt.example.com}
        spec:
          group: rebuilt.example.com
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: rebuilt}
        spec: {storageClassName: rebuilt-fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: rebuilt}
        spec: {ingressClassName: rebuilt-web, defaultBackend: {service: {name: web, port: {number: 80}}}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: rebuilt}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {priorityClassName: rebuilt-gold, containers: [{name: web, image: "web:1"}]}
        \((1...4).map { "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: map-\($0), namespace: rebuilt}" }.joined(separator: "\n"))
        """

    /// Comes after its definition.
    static let gadgets = (1...3)
        .map { "apiVersion: rebuilt.example.com/v1\nkind: Gadget\nmetadata: {name: gadget-\($0), namespace: rebuilt}" }
        .joined(separator: "\n---\n")

    /// All that must be there in the end.
    static let whole = [
        "configmap/map-1", "configmap/map-2", "configmap/map-3", "configmap/map-4", "deployment.apps/web",
        "gadget.rebuilt.example.com/gadget-1", "gadget.rebuilt.example.com/gadget-2",
        "gadget.rebuilt.example.com/gadget-3", "ingress.networking.k8s.io/web", "persistentvolumeclaim/data",
    ]

    /// What of it is missing.
    func missing() async throws -> Set<String> {
        let kinds =
            "configmaps,deployments,gadgets.\(name).example.com,ingresses.networking.k8s.io,persistentvolumeclaims"
        let names = try await run("kubectl get \(kinds) -n \(name) -o name").split(separator: "\n").map(String.init)
        return Set(Self.whole.map { $0.replacing("rebuilt", with: name) }).subtracting(names)
    }
}
