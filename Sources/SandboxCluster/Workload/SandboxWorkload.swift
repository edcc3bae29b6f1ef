package import KubernetesObjects

/// What runs in the sandbox for demonstrations and tests.
package enum SandboxWorkload {
    /// A production-like cluster: a shop, and the platform that the fourteen rows of the readiness checklist ask for.
    ///
    /// Everything in it becomes ready on the sandbox's nodes. It is the same in every run.
    ///
    /// - Parameter sealedSecrets: SealedSecrets and the Secrets of their sealing keys, with values that were really sealed;
    ///   they replace the objects of the same kind, namespace and name here, whose values are placeholders.
    package static func productionLike(sealedSecrets: [JSONValue] = []) -> [JSONValue] {
        var objects = PlatformWorkload.namespaces() + PlatformWorkload.storage() + CustomWorkload.definitions()
        objects += DeliveryWorkload.objects() + ObservabilityWorkload.objects() + SecretsWorkload.objects()
        objects += TrafficWorkload.objects() + SecurityWorkload.objects() + ShopWorkload.objects()
        objects += ShopDataWorkload.objects() + CustomWorkload.resources()
        let replaced = Set(sealedSecrets.compactMap { ObjectIdentity(of: $0) })
        objects.removeAll { ObjectIdentity(of: $0).map(replaced.contains) ?? false }
        // Webhooks come last, as they would hold up the objects that their own Pods need.
        let (hooks, others) = (objects.filter(isWebhook), objects.filter { !isWebhook($0) })
        return others + sealedSecrets + hooks
    }

    private static func isWebhook(_ object: JSONValue) -> Bool { object.kind.hasSuffix("WebhookConfiguration") }
}
