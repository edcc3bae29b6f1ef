/// The checks that are code. A ReadinessCheck document names one and gives it parameters, a row, a severity and its texts.
package enum ReadinessBuiltins {
    static let all: [String: ReadinessBuiltin] = [
        "api-services-available": APIChecks.apiServicesAvailable,
        "autoscaler-targets-exist": ScalingChecks.autoscalerTargets,
        "bindings-resolve": AuthorizationChecks.bindingsResolve,
        "certificates-valid": CertificateChecks.certificatesValid,
        "claims-bound": StorageChecks.claimsBound,
        "component-active": ComponentChecks.active,
        "component-replicas": ScalingChecks.componentReplicas,
        "custom-resources-served": APIChecks.customResourcesServed,
        "disruption-budgets-allow": ScalingChecks.disruptionBudgets,
        "image-bytes-unchanged": ImageChecks.bytesUnchanged,
        "images-pinned": ImageChecks.pinned,
        "ingress-routes-resolve": IngressChecks.routesResolve,
        "namespaces-active": WorkloadChecks.namespacesActive,
        "network-policies-cover": NetworkPolicyChecks.cover,
        "network-policies-enforced": NetworkPolicyChecks.enforced,
        "no-anonymous-grants": AuthorizationChecks.noAnonymousGrants,
        "no-plaintext-secrets": PlaintextSecretChecks.none,
        "no-wildcard-grants": AuthorizationChecks.noWildcardGrants,
        "nodes-ready": WorkloadChecks.nodesReady,
        "owners-resolve": ReferenceChecks.ownersResolve,
        "pull-secrets-cover": ImageChecks.pullSecrets,
        "references-resolve": ReferenceChecks.referencesResolve,
        "removed-apis-unused": APIChecks.removedAPIs,
        "sealed-secrets-unseal": SealedSecretChecks.unseal,
        "services-have-endpoints": WorkloadChecks.servicesHaveEndpoints,
        "storage-classes-resolve": StorageChecks.classesResolve,
        "webhooks-backed": APIChecks.webhooksBacked,
        "workloads-ready": WorkloadChecks.ready,
    ]

    /// The parameters that a builtin reads; those that are not here read none.
    static let parameters: [String: Set<String>] = [
        "certificates-valid": ["failWithinDays", "warnWithinDays"],
        "component-active": ["required", "absence", "namedOnly"],
        "component-replicas": ["minimum"],
        "disruption-budgets-allow": ["excludedNamespaces"],
        "images-pinned": ["excludedNamespaces", "versionTagsFrom"],
        "network-policies-cover": ["excludedNamespaces"],
        "no-plaintext-secrets": ["excludedNamespaces"],
        "no-wildcard-grants": ["allowedAccounts"],
        "pull-secrets-cover": ["excludedNamespaces", "publicRegistries", "nodeCredentialRegistries"],
        "references-resolve": ["excludedNamespaces"],
        "services-have-endpoints": ["excludedNamespaces"],
        "workloads-ready": ["excludedNamespaces"],
    ]

    /// The names that a ReadinessCheck may use.
    package static var names: [String] { all.keys.sorted() }
}
