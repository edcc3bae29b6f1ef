import KubernetesObjects
import Policies

@testable import Readiness

extension BuiltinCase {
    private static func relay(_ available: Int = 2, replicas: Int = 2, spec: String = "x-none: true") -> String {
        Sample.deployment("relay", replicas: replicas, available: available, spec: spec)
    }

    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: routes.relay.example}
        spec: {group: relay.example, names: {kind: Route}}
        """

    private static let injector = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: relay-injector}
        """

    private static let api = """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: v1.metrics.relay.example}
        spec: {group: metrics.relay.example, service: {namespace: shop, name: relay}}
        """

    private static func mesh(_ sentence: String, _ status: CheckStatus, _ objects: String) -> BuiltinCase {
        BuiltinCase("component-active", sentence, status, objects).row(.serviceMesh)
    }

    static let components: [BuiltinCase] = [
        mesh("its controller runs", .pass, Sample.join(Sample.node, relay(), definition))
            .evidence("relay is active"),
        mesh("its controller does not run", .fail, Sample.join(Sample.node, relay(1), definition))
            .finding("fail Deployment.apps shop/relay at /status: relay does not run: 1 of 2 replicas are available")
            .evidence("relay is installed"),
        mesh("only its definitions came back", .warn, Sample.join(Sample.node, definition))
            .finding(
                "warn cluster at /components/relay: "
                    + "relay is declared only (custom resource relay.example/Route): nothing acts on its objects"
            ),
        mesh("only its webhook came back", .fail, Sample.join(Sample.node, injector, definition))
            .finding(
                "fail cluster at /components/relay: relay is registered only "
                    + "(custom resource relay.example/Route, webhook relay-injector): nothing of it runs"
            ),
        mesh("its controller runs and its API does not answer", .fail, Sample.join(Sample.node, relay(), api))
            .finding("fail cluster at /components/relay: an API of relay is not available")
            .evidence("relay is installed"),
        mesh("without nodes it cannot run", .skip, relay(0)).live()
            .notTested("the cluster has no nodes, so that no workload can run in it"),
        mesh("there is none, and none is wanted", .skip, Sample.node).reason("no component of this row was found"),
        mesh("there is none, and one is required", .fail, Sample.node).parameters("required: true")
            .finding("fail cluster at /components: no component of this row was found"),
        mesh("what lives outside must be attested", .manual, Sample.node)
            .parameters("absence: Say where the mesh is.").reason("Say where the mesh is."),
        mesh("only what the checklist names counts", .skip, tunnel).parameters("namedOnly: true")
            .reason("no component of this row was found"),
        mesh("what cannot be read could hide one", .unknown, Sample.node)
            .unreadable(.customResourceDefinition, "forbidden")
            .reason("CustomResourceDefinition.apiextensions.k8s.io could not be read: forbidden"),
    ]

    private static let tunnel = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: tunnels.tunnel.example}
        spec: {group: tunnel.example, names: {kind: Tunnel}}
        """

    private static let spread = "topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname}]"

    static let componentReplicas: [BuiltinCase] = [
        BuiltinCase("component-replicas", "two replicas on different nodes", .pass, relay(spec: spread)),
        BuiltinCase("component-replicas", "one replica", .warn, relay(replicas: 1))
            .finding("warn Deployment.apps shop/relay at /spec/replicas: has 1 replicas; one lost node stops it"),
        BuiltinCase("component-replicas", "more replicas are wanted", .warn, relay(spec: spread)).parameters(
            "minimum: 3"
        )
        .finding("warn Deployment.apps shop/relay at /spec/replicas: has 2 replicas; one lost node stops it"),
        BuiltinCase("component-replicas", "two replicas on one node", .warn, relay())
            .finding(
                "warn Deployment.apps shop/relay at /spec/template/spec/topologySpreadConstraints: "
                    + "nothing keeps its replicas on different nodes"
            ),
        BuiltinCase("component-replicas", "the component of another row", .skip, relay(replicas: 1)).row(.monitoring)
            .reason("there is nothing to look at"),
    ]
}
