import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `Restored pods, jobs and accounts` {
    @Test func `C66, C70: a pod is free of its node, its priority, its token and its debuggers`() throws {
        let pod = Samples.object(
            "v1",
            "Pod",
            "bare",
            namespace: "shop",
            [
                "spec": [
                    "nodeName": "node-1", "priority": 1000, "serviceAccountName": "web",
                    "ephemeralContainers": [["name": "debug"]],
                    "volumes": [["name": "web-token-abcde"], ["name": "kube-api-access-xyz12"], ["name": "data"]],
                    "containers": [
                        ["name": "c", "volumeMounts": [["name": "web-token-abcde"], ["name": "data"]]],
                        ["name": "d", "volumeMounts": [["name": "kube-api-access-xyz12"]]],
                    ],
                ]
            ]
        )
        let expected: JSONValue = [
            "serviceAccountName": "web", "volumes": [["name": "data"]],
            "containers": [["name": "c", "volumeMounts": [["name": "data"]]], ["name": "d"]],
        ]
        #expect(try Samples.created(pod)?["spec"] == expected)
    }

    private func job(_ spec: JSONValue) -> JSONValue {
        Samples.object("batch/v1", "Job", "once", namespace: "shop", ["spec": spec])
    }

    @Test func `C72, C73: a job selects its pods by its new uid and keeps its name in their labels`() throws {
        let labels: JSONValue = [
            "controller-uid": "u", "batch.kubernetes.io/controller-uid": "u", "job-name": "once",
            "batch.kubernetes.io/job-name": "once",
        ]
        let original: JSONValue = [
            "selector": ["matchLabels": ["controller-uid": "u"]], "template": ["metadata": ["labels": labels]],
        ]
        let spec = try #require(try Samples.created(job(original))?["spec"])
        #expect(spec["selector"] == nil)
        #expect(spec["template", "metadata", "labels"] == ["job-name": "once", "batch.kubernetes.io/job-name": "once"])
    }

    @Test func `C72: a job with a selector of its own keeps it`() throws {
        let spec: JSONValue = ["manualSelector": true, "selector": ["matchLabels": ["controller-uid": "mine"]]]
        #expect(try Samples.created(job(spec))?["spec"] == spec)
    }

    @Test func `C75: a CronJob forgets when it last ran, so that nothing is made up for`() throws {
        let schedule = Samples.object(
            "batch/v1",
            "CronJob",
            "nightly",
            namespace: "shop",
            [
                "spec": ["schedule": "0 3 * * *", "startingDeadlineSeconds": 60],
                "status": ["lastScheduleTime": "2020-01-01T03:00:00Z"],
            ]
        )
        let step = try #require(Samples.plan([schedule]).steps.first { $0.identity.name == "nightly" })
        let created = try JSONValue(parsing: step.body)
        #expect(created["status"] == nil && step.status == nil)
        #expect(created["spec"] == schedule["spec"])
    }

    @Test(arguments: ["Complete", "Failed"])
    func `C74: a job that has ended does not run again`(condition: String) {
        var finished = job([:])
        finished["status", "conditions"] = [["type": .string(condition), "status": "True"]]
        #expect(Samples.rule(finished) == "finished-job")
    }

    @Test func `C74: a job that runs is restored`() {
        var running = job([:])
        running["status", "active"] = 1
        #expect(Samples.rule(running) == nil)
    }

    @Test func `C63: a hand-made token Secret is filled anew`() throws {
        let secret = Samples.object(
            "v1",
            "Secret",
            "robot",
            namespace: "shop",
            [
                "type": "kubernetes.io/service-account-token",
                "metadata": [
                    "annotations": [
                        "kubernetes.io/service-account.name": "robot", "kubernetes.io/service-account.uid": "u",
                    ]
                ],
                "data": ["token": "dA==", "ca.crt": "Yw==", "namespace": "bg==", "extra": "ZQ=="],
            ]
        )
        let created = try #require(try Samples.created(secret))
        #expect(created["data"] == ["extra": "ZQ=="])
        let notes = Samples.plan([secret]).steps.flatMap(\.notes)
        #expect(notes.contains { $0.contains("token") }, "C65: whoever holds the old token has to be told")
        #expect(created["metadata", "annotations"] == ["kubernetes.io/service-account.name": "robot"])
    }

    @Test func `C65: an account keeps its pull secrets and loses its generated tokens`() throws {
        let account = Samples.object(
            "v1",
            "ServiceAccount",
            "web",
            namespace: "shop",
            [
                "secrets": [["name": "web-token-abcde"], ["name": "mine"]],
                "imagePullSecrets": [["name": "pull"], ["name": "web-dockercfg-abcde"]],
            ]
        )
        let created = try #require(try Samples.created(account))
        #expect(created["secrets"] == [["name": "mine"]])
        #expect(created["imagePullSecrets"] == [["name": "pull"]])
    }

    @Test func `C92: a webhook of version 1 has side effects that are allowed`() throws {
        let configuration = Samples.object(
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            "guard",
            ["webhooks": [["name": "a", "sideEffects": "Unknown"], ["name": "b", "sideEffects": "NoneOnDryRun"]]]
        )
        let webhooks = try Samples.created(configuration)?["webhooks"]?.array
        #expect(webhooks?.map { $0["sideEffects"] } == ["None", "NoneOnDryRun"])
    }

    @Test func `C89: a definition of version 1 says in its schema that it keeps unknown fields`() throws {
        let definition = Samples.object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "widgets.example.com",
            ["spec": ["preserveUnknownFields": true, "versions": [["name": "v1"]]]]
        )
        let spec = try #require(try Samples.created(definition)?["spec"])
        #expect(spec["preserveUnknownFields"] == false)
        let schema = spec["versions"]?.array?.first?["schema", "openAPIV3Schema"]
        #expect(schema == ["x-kubernetes-preserve-unknown-fields": true, "type": "object"])
    }
}
