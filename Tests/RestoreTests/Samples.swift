import KubernetesAPI
import KubernetesObjects
import Policies
import Restore
import Testing

/// Objects and a cluster for the tests of this module.
enum Samples {
    static func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    static func object(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        namespace: String? = nil,
        _ members: JSONValue = [:]
    ) -> JSONValue {
        var object = members
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        object["metadata", "name"] = .string(name)
        if let namespace { object["metadata", "namespace"] = .string(namespace) }
        return object
    }

    static func owner(_ apiVersion: String, _ kind: String, _ name: String, isController: Bool = true) -> JSONValue {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": "old-uid",
            "controller": .bool(isController),
        ]
    }

    /// What a cluster of version 1.32 serves of the kinds in the tests.
    static let discovery = Discovery(
        resources: [
            resource("", "v1", "namespaces", "Namespace", isNamespaced: false),
            resource("", "v1", "configmaps", "ConfigMap"),
            resource("", "v1", "secrets", "Secret"),
            resource("", "v1", "services", "Service"),
            resource("", "v1", "endpoints", "Endpoints"),
            resource("", "v1", "pods", "Pod"),
            resource("", "v1", "serviceaccounts", "ServiceAccount"),
            resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
            resource("", "v1", "persistentvolumes", "PersistentVolume", isNamespaced: false),
            resource("", "v1", "resourcequotas", "ResourceQuota"),
            resource("apps", "v1", "deployments", "Deployment"),
            resource("apps", "v1", "replicasets", "ReplicaSet"),
            resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", isNamespaced: false),
            resource("networking.k8s.io", "v1", "ingressclasses", "IngressClass", isNamespaced: false),
            resource("batch", "v1", "jobs", "Job"),
            resource("batch", "v1", "cronjobs", "CronJob"),
            resource("bitnami.com", "v1alpha1", "sealedsecrets", "SealedSecret"),
            resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
            resource("resource.k8s.io", "v1", "resourceclaims", "ResourceClaim"),
            resource("resource.k8s.io", "v1", "resourceclaimtemplates", "ResourceClaimTemplate"),
            resource("rbac.authorization.k8s.io", "v1", "roles", "Role"),
            resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
            resource(
                "apiextensions.k8s.io",
                "v1",
                "customresourcedefinitions",
                "CustomResourceDefinition",
                isNamespaced: false
            ),
            resource(
                "admissionregistration.k8s.io",
                "v1",
                "validatingwebhookconfigurations",
                "ValidatingWebhookConfiguration",
                isNamespaced: false
            ),
        ],
        failures: []
    )

    static func resource(
        _ group: String,
        _ version: String,
        _ plural: String,
        _ kind: String,
        isNamespaced: Bool = true
    ) -> APIResource {
        APIResource(
            group: group,
            version: version,
            resource: plural,
            kind: kind,
            isNamespaced: isNamespaced,
            verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
            hasStatus: true
        )
    }

    /// The plan for objects, each under the lowercase plural of its kind.
    static func plan(
        _ objects: [JSONValue],
        existing: [JSONValue] = [],
        policy: RestorePolicy = RestorePolicy(name: "test")
    ) -> RestorePlan {
        do {
            return try RestorePlanner.plan(
                objects: objects.map { object in
                    let identity = ObjectIdentity(of: object)
                    let kind = identity?.groupVersionKind.kind.lowercased() ?? ""
                    let plural = kind.hasSuffix("s") ? kind : kind + "s"
                    return (object, GroupResource(group: identity?.groupVersionKind.group ?? "", resource: plural))
                },
                discovery: discovery,
                existing: existing,
                policy: policy
            )
        } catch {
            Issue.record(error)
            return RestorePlan()
        }
    }

    /// The object as it would be sent; nil when it is not created.
    static func created(
        _ object: JSONValue,
        among others: [JSONValue] = [],
        policy: RestorePolicy = RestorePolicy(name: "test")
    ) throws -> JSONValue? {
        let plan = plan([object] + others, policy: policy)
        let name = object["metadata", "name"]?.string
        let kind = object["kind"]?.string
        guard
            let step = plan.steps.first(where: {
                $0.identity.name == name && $0.identity.groupVersionKind.kind == kind && $0.verdict == .create
            })
        else { return nil }
        return try JSONValue(parsing: step.body)
    }

    /// The id of the rule by which an object is left out; nil when it is written.
    static func rule(_ object: JSONValue, among others: [JSONValue] = []) -> String? {
        let plan = plan([object] + others)
        let identity = ObjectIdentity(of: object)
        for step in plan.steps
        where step.identity.name == identity?.name && step.identity.namespace == identity?.namespace
            && step.identity.groupVersionKind.kind == identity?.groupVersionKind.kind
        {
            if case .skip(let rule) = step.verdict { return rule.id }
        }
        return nil
    }
}
