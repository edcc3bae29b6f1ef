import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    static let workloads: [BuiltinCase] = [
        BuiltinCase("workloads-ready", "every replica is available", .pass, Sample.join(Sample.node, web())),
        BuiltinCase("workloads-ready", "a replica is missing", .fail, Sample.join(Sample.node, web(available: 1)))
            .finding("fail Deployment.apps shop/web at /status: is not ready: 1 of 2 replicas are available"),
        BuiltinCase("workloads-ready", "an excluded namespace may be broken", .skip, Sample.join(Sample.node, web(0)))
            .parameters("excludedNamespaces: [sh*]").reason("there is nothing to look at"),
        BuiltinCase("workloads-ready", "a cluster without nodes runs nothing", .skip, web(0)).live()
            .notTested("the cluster has no nodes, so that no workload can run in it"),
        BuiltinCase("workloads-ready", "a snapshot without nodes is judged by what ran in it", .pass, web()),
        BuiltinCase("workloads-ready", "nodes that a cluster does not show are not absent", .unknown, web(0)).live()
            .unreadable(.node, "forbidden").reason("Node could not be read: forbidden"),
        BuiltinCase("workloads-ready", "unreadable workloads are unknown", .unknown, Sample.node)
            .unreadable(.statefulSet, "forbidden").reason("StatefulSet.apps could not be read: forbidden"),
        BuiltinCase("nodes-ready", "the node is Ready", .pass, Sample.node),
        BuiltinCase(
            "nodes-ready",
            "a node is not Ready",
            .fail,
            """
            apiVersion: v1
            kind: Node
            metadata: {name: two}
            status: {conditions: [{type: Ready, status: Unknown}, {type: DiskPressure, status: "True"}]}
            """
        )
        .finding(
            "fail Node two at /status/conditions: is not Ready",
            "warn Node two at /status/conditions/DiskPressure: reports DiskPressure"
        ),
        BuiltinCase("nodes-ready", "there are no nodes", .skip, web())
            .notTested("the cluster has no nodes, so that no workload can run in it"),
        BuiltinCase("nodes-ready", "unreadable nodes are unknown", .unknown, web()).unreadable(.node, "forbidden")
            .reason("Node could not be read: forbidden"),
        BuiltinCase("namespaces-active", "the namespace is active", .pass, namespace("phase: Active")),
        BuiltinCase("namespaces-active", "a namespace is stuck", .fail, namespace("phase: Terminating"))
            .finding("fail Namespace shop at /status/phase: is being deleted"),
    ]

    static let services: [BuiltinCase] = [
        BuiltinCase(
            "services-have-endpoints",
            "a slice has a ready endpoint",
            .pass,
            Sample.join(Sample.node, Sample.service("web"), Sample.slice("web"))
        ),
        BuiltinCase(
            "services-have-endpoints",
            "no Pod behind it is ready",
            .fail,
            Sample.join(Sample.node, Sample.service("web"), Sample.slice("web", isReady: false), web())
        )
        .finding("fail Service shop/web at /spec/selector: has no ready endpoint: no Pod behind it is ready"),
        BuiltinCase(
            "services-have-endpoints",
            "its selector matches nothing",
            .fail,
            Sample.join(Sample.node, Sample.service("web"), Sample.deployment("other"))
        )
        .finding("fail Service shop/web at /spec/selector: has no ready endpoint: its selector matches no workload"),
        BuiltinCase(
            "services-have-endpoints",
            "its workload is scaled to zero on purpose",
            .warn,
            Sample.join(Sample.node, Sample.service("web"), Sample.deployment("web", replicas: 0, available: 0))
        )
        .live()
        .finding("warn Service shop/web at /spec/selector: has no endpoints: its workload is scaled to 0"),
        BuiltinCase("services-have-endpoints", "a cluster without nodes has none", .skip, Sample.service("web")).live()
            .notTested("the cluster has no nodes, so that no workload can run in it"),
    ]

    private static func web(available: Int) -> String { web(available) }
    private static func web(_ available: Int = 2) -> String {
        Sample.deployment("web", replicas: 2, available: available)
    }

    private static func namespace(_ status: String) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        status: {\(status)}
        """
    }
}
