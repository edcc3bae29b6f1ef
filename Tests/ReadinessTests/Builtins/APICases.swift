import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static let ready = Sample.join(Sample.node, Sample.service("guard"), Sample.slice("guard"))

    private static func webhook(_ policy: String) -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: guard}
        webhooks:
        - {name: outside.example, clientConfig: {url: "https://outside.example"}}
        - {name: guard.example, failurePolicy: \(policy), clientConfig: {service: {namespace: shop, name: guard}}}
        """
    }

    static let webhooks: [BuiltinCase] = [
        BuiltinCase("webhooks-backed", "its Service has a ready endpoint", .pass, Sample.join(ready, webhook("Fail"))),
        BuiltinCase("webhooks-backed", "its Service is lost", .fail, Sample.join(Sample.node, webhook("Fail")))
            .finding(
                "fail ValidatingWebhookConfiguration.admissionregistration.k8s.io guard at /webhooks/1: "
                    + "calls the Service shop/guard, which does not exist: every request that it matches is refused"
            ),
        BuiltinCase(
            "webhooks-backed",
            "nothing runs behind its Service",
            .fail,
            Sample.join(Sample.node, Sample.service("guard"), webhook("Fail"))
        )
        .finding(
            "fail ValidatingWebhookConfiguration.admissionregistration.k8s.io guard at /webhooks/1: "
                + "calls the Service shop/guard, which has no ready endpoint: every request that it matches is refused"
        ),
        BuiltinCase("webhooks-backed", "a webhook that is ignored is a warning", .warn, webhook("Ignore"))
            .finding(
                "warn ValidatingWebhookConfiguration.admissionregistration.k8s.io guard at /webhooks/1: "
                    + "calls the Service shop/guard, which does not exist: it is skipped"
            ),
        BuiltinCase(
            "webhooks-backed",
            "without nodes nothing can run behind it",
            .skip,
            Sample.join(Sample.service("guard"), webhook("Fail"))
        )
        .live().notTested("the cluster has no nodes, so that no workload can run in it"),
        BuiltinCase("webhooks-backed", "unreadable Services are unknown", .unknown, webhook("Fail"))
            .unreadable(.service, "forbidden").reason("Service could not be read: forbidden"),
    ]

    private static func apiService(_ status: String) -> String {
        """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: v1.metrics.example}
        spec: {group: metrics.example, service: {namespace: shop, name: metrics}}
        status: {conditions: [{type: Available, status: "\(status)", reason: FailedDiscoveryCheck}]}
        """
    }

    static let apiServices: [BuiltinCase] = [
        BuiltinCase("api-services-available", "it answers", .pass, Sample.join(Sample.node, apiService("True"))),
        BuiltinCase("api-services-available", "it is down", .fail, Sample.join(Sample.node, apiService("False")))
            .finding(
                "fail APIService.apiregistration.k8s.io v1.metrics.example at /status/conditions: "
                    + "is not available: FailedDiscoveryCheck"
            ),
        BuiltinCase("api-services-available", "its server needs a node", .skip, apiService("False")).live()
            .notTested("the cluster has no nodes, so that no workload can run in it"),
        BuiltinCase(
            "api-services-available",
            "the API server's own APIs do not count",
            .skip,
            """
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1.}
            spec: {group: ""}
            """
        )
        .reason("no API is served by an aggregated API server"),
    ]

    private static let removedObjects = """
        apiVersion: policy/v1beta1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: shop}

        apiVersion: policy/v1beta1
        kind: PodDisruptionBudget
        metadata: {name: other, namespace: shop}

        apiVersion: apps/v1beta2
        kind: StatefulSet
        metadata: {name: old, namespace: shop}
        """

    static let removed: [BuiltinCase] = [
        BuiltinCase("removed-apis-unused", "current versions", .pass, Sample.deployment("web")),
        BuiltinCase("removed-apis-unused", "each removed version is said once", .warn, removedObjects)
            .finding(
                "warn PodDisruptionBudget.policy shop/web at /apiVersion: "
                    + "policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25; use policy/v1",
                "warn StatefulSet.apps shop/old at /apiVersion: "
                    + "apps/v1beta2 StatefulSet was removed in Kubernetes 1.16; use apps/v1"
            ),
        BuiltinCase("removed-apis-unused", "an empty inventory", .skip, "").reason("there is nothing to look at"),
    ]
}
