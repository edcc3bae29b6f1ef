import KubernetesAPI
import KubernetesObjects
import Policies
import Synchronization
import TestSupport
import Testing

@testable import Restore

@Suite struct `A status that the server refuses` {
    private static let resource = APIResource(
        group: "",
        version: "v1",
        resource: "configmaps",
        kind: "ConfigMap",
        isNamespaced: true,
        verbs: [],
        hasStatus: true
    )

    private static var step: RestorePlan.Step {
        let identity = ObjectIdentity(groupVersionKind: resource.groupVersionKind, namespace: "shop", name: "one")
        var step = RestorePlan.Step(identity: identity, resource: resource, wave: .configuration, verdict: .create)
        let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"shop"}}"#
        step.body = Array(body.utf8)
        step.status = Array(#"{"status":{"a":1}}"#.utf8)
        return step
    }

    // C11
    @Test func `is written when the object is tried again`() async throws {
        let isCreated = Mutex(false)
        let statuses = Mutex(0)
        let object = String(decoding: Self.step.body, as: UTF8.self)
        try await StubServer.with { request in
            switch (request.method, request.path) {
            case ("POST", _):
                isCreated.withLock { created in
                    defer { created = true }
                    return created ? .failure(409, "AlreadyExists") : .json(object, status: 201)
                }
            case ("PATCH", let path) where path.hasSuffix("/status"):
                statuses.withLock { count in
                    count += 1
                    return count == 1 ? .failure(422, "Invalid") : .json(object)
                }
            default: .json(object)
            }
        } _: { client, _ in
            let executor = StepExecutor(client: client, policy: RestorePolicy(name: "test"), snapshot: "a")
            let first = await executor.run(Self.step, owners: [:], isOwner: false, isLast: false)
            guard case .failed = first else {
                Issue.record("the first try is not called a failure: \(first)")
                return
            }
            let second = await executor.run(Self.step, owners: [:], isOwner: false, isLast: false)
            guard case .unchanged = second else {
                Issue.record("the second try does not find the object: \(second)")
                return
            }
            #expect(statuses.withLock { $0 } == 2)
        }
    }
}
