import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc
import KubernetesObjects
import Testing

import enum KubernetesObjects.JSONValue

@testable import SandboxCluster

@Suite struct `Admission webhooks` {
    private func configuration(
        _ kind: String,
        _ client: JSONValue,
        failurePolicy: String = "Fail",
        timeoutSeconds: Int = 10
    ) -> JSONValue {
        WorkloadParts.object(
            "admissionregistration.k8s.io/v1",
            kind,
            "checks",
            [
                "webhooks": [
                    [
                        "name": "checks.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                        "failurePolicy": .string(failurePolicy), "clientConfig": client,
                        "timeoutSeconds": .number("\(timeoutSeconds)"),
                        "rules": [
                            [
                                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                                "resources": ["configmaps"],
                            ]
                        ],
                    ]
                ]
            ]
        )
    }

    /// Creates a ConfigMap as a request does, with webhooks.
    private func create(_ object: JSONValue, in cluster: ClusterHarness) async throws(StatusError) -> JSONValue {
        guard let resource = cluster.operations.registry.resource(.configMaps) else { throw .notFound(.configMaps, "") }
        return try await cluster.operations.create(object, resource, namespace: "default").value
    }

    @Test func `fail a request when nothing backs their service, unless they are to be ignored`() async throws {
        let cluster = await ClusterHarness()
        let service: JSONValue = ["service": ["namespace": "default", "name": "checks", "path": "/check"]]
        try cluster.create(configuration("ValidatingWebhookConfiguration", service))
        await #expect {
            try await create(TestObjects.configMap("one"), in: cluster)
        } throws: { error in
            let error = error as? StatusError
            return error?.code == 500
                && error?.message == "Internal error occurred: failed calling webhook \"checks.example.com\": "
                    + "failed to call webhook: Post \"https://checks.default.svc:443/check?timeout=10s\": "
                    + "service \"checks\" not found"
        }
        try cluster.update(configuration("ValidatingWebhookConfiguration", service, failurePolicy: "Ignore"))
        _ = try await create(TestObjects.configMap("one"), in: cluster)
        await cluster.stop()
    }

    @Test func `agree when simulated Pods back their service`() async throws {
        let cluster = await ClusterHarness()
        try cluster.create(TestObjects.deployment("checks"))
        try cluster.create(TestObjects.service("checks", ["selector": ["app": "checks"]]))
        await cluster.settle()
        let service: JSONValue = ["service": ["namespace": "default", "name": "checks"]]
        try cluster.create(configuration("ValidatingWebhookConfiguration", service))
        _ = try await create(TestObjects.configMap("one"), in: cluster)
        await cluster.stop()
    }

    @Test func `change and deny objects over HTTP`() async throws {
        let server = HTTPServer(address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0))
        await server.appendRoute("POST /mutate") { request in
            let patch = #"[{"op":"add","path":"/data/added","value":"yes"}]"#
            return try await Self.answer(
                request,
                ["patchType": "JSONPatch", "patch": .string(Base64.encode(Array(patch.utf8)))]
            )
        }
        await server.appendRoute("POST /deny") { request in
            try await Self.answer(
                request,
                ["status": ["code": 422, "reason": "Invalid", "message": "no maps today"]],
                false
            )
        }
        let task = Task { try await server.run() }
        try await server.waitUntilListening(timeout: 60)
        guard case .ip4(_, let port)? = await server.listeningAddress else {
            Issue.record("the webhook does not listen")
            return
        }
        let cluster = await ClusterHarness()
        try cluster.create(
            configuration(
                "MutatingWebhookConfiguration",
                ["url": .string("http://127.0.0.1:\(port)/mutate")],
                timeoutSeconds: 60
            )
        )
        let created = try await create(TestObjects.configMap("one"), in: cluster)
        #expect(created["data", "added"] == "yes")
        try cluster.create(
            configuration(
                "ValidatingWebhookConfiguration",
                ["url": .string("http://127.0.0.1:\(port)/deny")],
                timeoutSeconds: 60
            )
        )
        await #expect {
            try await create(TestObjects.configMap("two"), in: cluster)
        } throws: { error in
            let error = error as? StatusError
            return error?.code == 422
                && error?.message == "admission webhook \"checks.example.com\" denied the request: no maps today"
        }
        await cluster.stop()
        await server.stop()
        task.cancel()
    }

    private static func answer(_ request: HTTPRequest, _ response: JSONValue, _ allowed: Bool = true) async throws
        -> HTTPResponse
    {
        let review = try JSONValue(parsing: Array(await request.bodyData))
        var response = response
        response["uid"] = review["request", "uid"]
        response["allowed"] = .bool(allowed)
        let body: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response,
        ]
        return HTTPResponse(statusCode: .ok, body: Data(body.encoded()))
    }
}
