import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func definition(stored: String = "v1", established: String = "True", version: String = "v1")
        -> String
    {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: routes.relay.example}
        spec: {group: relay.example, names: {kind: Route}, versions: [{name: \(version)}]}
        status:
          storedVersions: [\(stored)]
          conditions: [{type: Established, status: "\(established)"}, {type: NamesAccepted, status: "True"}]
        """
    }

    private static let route = """
        apiVersion: relay.example/v1
        kind: Route
        metadata: {name: main, namespace: shop}
        """

    private static let name = "CustomResourceDefinition.apiextensions.k8s.io routes.relay.example"

    static let customResources: [BuiltinCase] = [
        BuiltinCase(
            "custom-resources-served",
            "established, and its controller is there",
            .pass,
            Sample.join(definition(), route, Sample.deployment("relay"))
        ),
        BuiltinCase("custom-resources-served", "it is not established", .fail, definition(established: "False"))
            .finding("fail \(name) at /status/conditions/Established: is not Established"),
        BuiltinCase(
            "custom-resources-served",
            "a stored version is gone",
            .fail,
            definition(stored: "v1alpha1, v1")
        )
        .finding(
            "fail \(name) at /status/storedVersions: has objects stored as v1alpha1, which it no longer defines"
        ),
        BuiltinCase("custom-resources-served", "its controller is lost", .fail, Sample.join(definition(), route))
            .finding("fail \(name) at /controller: 1 objects of this kind exist and no controller acts on them"),
        BuiltinCase("custom-resources-served", "a kind without objects needs no controller", .pass, definition()),
        BuiltinCase("custom-resources-served", "its objects cannot be read", .unknown, definition())
            .unreadable(GroupKind(group: "relay.example", kind: "Route"), "gone")
            .reason("Route.relay.example could not be read: gone"),
        BuiltinCase("custom-resources-served", "there are no definitions", .skip, Sample.node)
            .reason("there is nothing to look at"),
    ]

    private static func autoscaler(_ target: String) -> String {
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: shop}
        spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: \(target)}}
        """
    }

    static let autoscalers: [BuiltinCase] = [
        BuiltinCase(
            "autoscaler-targets-exist",
            "its target exists",
            .pass,
            Sample.join(autoscaler("web"), Sample.deployment("web"))
        ),
        BuiltinCase(
            "autoscaler-targets-exist",
            "its target is in another namespace only",
            .fail,
            Sample.join(autoscaler("web"), Sample.deployment("web", namespace: "other"))
        )
        .finding(
            "fail HorizontalPodAutoscaler.autoscaling shop/web at /spec/scaleTargetRef: "
                + "scales Deployment shop/web, which does not exist"
        ),
        BuiltinCase("autoscaler-targets-exist", "its target cannot be read", .unknown, autoscaler("web"))
            .unreadable(.deployment, "forbidden").reason("Deployment.apps could not be read: forbidden"),
    ]

    private static func owned(_ uid: String, ownerKind: String = "Deployment") -> String {
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata:
          name: web-1
          namespace: shop
          ownerReferences: [{apiVersion: apps/v1, kind: \(ownerKind), name: web, uid: \(uid), controller: true}]

        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, uid: u1}
        """
    }

    static let owners: [BuiltinCase] = [
        BuiltinCase("owners-resolve", "the owner has the uid that is named", .pass, owned("u1")),
        BuiltinCase("owners-resolve", "the owner was made anew under another uid", .fail, owned("u0"))
            .finding(
                "fail ReplicaSet.apps shop/web-1 at /metadata/ownerReferences/0: "
                    + "its owner Deployment web does not exist under the uid it names"
            ),
        BuiltinCase(
            "owners-resolve",
            "an owner of a kind that is not held is not judged",
            .skip,
            owned("u0", ownerKind: "X")
        )
        .reason("there is nothing to look at"),
        BuiltinCase("owners-resolve", "any unreadable kind could hold the owner", .unknown, owned("u1"))
            .unreadable(.job, "forbidden").reason("Job.batch could not be read: forbidden"),
    ]
}
