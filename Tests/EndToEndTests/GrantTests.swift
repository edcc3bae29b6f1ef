import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import Synchronization
import TestSupport
import Testing

@Suite struct `The right to grant roles` {
    private static let stocked = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: granted}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: granted}
        rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: web, namespace: granted}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: default, namespace: granted}]
        """

    @Test(arguments: TestCluster.available)
    func `C96: is named before anything is sent when it is missing`(cluster: TestCluster) async throws {
        let scenario = try await RestoreScenario.of(Self.stocked, into: cluster)
        let target = scenario.client
        let run = try scenario.run { $0.selection.includedNamespaces = ["granted"] }
        let (reader, policy) = (run.reader, run.policy)
        let written = Mutex<[String]>([])
        try await StubServer.with { request in
            guard request.path.hasSuffix("/selfsubjectaccessreviews") else {
                if request.method != "GET" { written.withLock { $0.append("\(request.method) \(request.path)") } }
                return await request.forwarded(to: target)
            }
            // This identity may do everything with roles but give more than it has.
            let isRefused = ["escalate", "bind"].contains { request.body.contains("\"\($0)\"") }
            return .json(#"{"kind":"SelfSubjectAccessReview","status":{"allowed":\#(!isRefused)}}"#, status: 201)
        } _: { client, _ in
            let run = RestoreRun(
                client: client,
                reader: reader,
                policy: policy,
                logger: RestoreScenario.logger,
                now: TestClock.wallClock
            )
            let plan = try await run.plan()
            let missing = plan.obstacles.filter { $0.kind == .permission }
            let text = missing.map { "\($0.object) \($0.reason)" }.joined(separator: "\n")
            for right in ["escalate clusterroles", "bind clusterroles"] { #expect(text.contains(right), "\(text)") }
            #expect(!text.contains("create"), "\(text)")
        }
        #expect(written.withLock { $0 } == [])
        // One that may do everything is told nothing.
        #expect(try await !run.plan().obstacles.contains { $0.kind == .permission })
    }
}
