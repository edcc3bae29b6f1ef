import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `Components of a cluster` {
    private static func detect(_ objects: String, unreadable: [GroupKind: String] = [:]) throws -> [DetectedComponent] {
        let inventory = ObjectInventory(try Samples.objects(objects), unreadable: unreadable)
        return ComponentDetector(inventory).detect(try Samples.catalogue())
    }

    private static func object(_ apiVersion: String, _ kind: String, _ rest: String) -> String {
        "{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: any}, \(rest)}"
    }

    private static func relay(available: Int) -> String {
        Sample.deployment("relay", replicas: 2, available: available, image: "mirror.example/relay/controller:v1.2")
    }

    private static func api(_ status: String) -> String {
        object(
            "apiregistration.k8s.io/v1",
            "APIService",
            "spec: {group: metrics.relay.example, service: {name: relay}}, "
                + "status: {conditions: [{type: Available, status: \"\(status)\"}]}"
        )
    }

    private static let definition = object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "spec: {group: relay.example, names: {kind: Route}}"
    )

    @Test func `an empty inventory has none`() throws {
        #expect(try Self.detect("").isEmpty)
        #expect(try Self.detect(Sample.join(Sample.node, Sample.service("relay"))).isEmpty)
    }

    @Test func `definitions alone are declared`() throws {
        let component = try #require(try Self.detect(Self.definition).first)
        #expect(component.id == "relay" && component.state == .declared)
        #expect(component.evidence == ["custom resource relay.example/Route"])
        #expect(component.version == nil && component.workloads.isEmpty)
    }

    @Test func `a controller that is not ready is installed`() throws {
        let component = try #require(try Self.detect(Sample.join(Self.definition, Self.relay(available: 1))).first)
        #expect(component.state == .installed)
        #expect(component.evidence == ["Deployment.apps shop/relay", "custom resource relay.example/Route"])
    }

    @Test func `a controller that runs is active, with the version of its image`() throws {
        let component = try #require(try Self.detect(Self.relay(available: 2)).first)
        #expect(component.state == .active && component.version == "v1.2")
        #expect(component.workloads.map(\.description) == ["Deployment.apps shop/relay"])
    }

    @Test func `a workload of another name is known by its image, wherever it is mirrored`() throws {
        let found = try Self.detect(
            Sample.deployment("other", image: "mirror.example:5000/a/relay/controller@sha256:77")
        )
        #expect(found.map(\.id) == ["relay"] && found.first?.version == "sha256:77")
        #expect(try Self.detect(Sample.deployment("other", image: "evil-relay/controller:1")).isEmpty)
    }

    @Test func `an API that is not available keeps its component from being active`() throws {
        let controller = Self.relay(available: 2)
        #expect(try Self.detect(Sample.join(controller, Self.api("True"))).first?.state == .active)
        #expect(try Self.detect(Sample.join(controller, Self.api("False"))).first?.state == .installed)
    }

    @Test func `a webhook or an API without the controller is installed at most`() throws {
        let webhook = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: any}
            webhooks: [{name: relay-injector}]
            """
        #expect(try Self.detect(webhook).map(\.state) == [.installed])
        #expect(try Self.detect(Self.api("True")).map(\.state) == [.installed])
        #expect(try Self.detect(webhook).first?.evidence == ["webhook relay-injector"])
    }

    @Test func `classes name the controllers that they want`() throws {
        let ingress = Self.object("networking.k8s.io/v1", "IngressClass", "spec: {controller: gate.example/ingress}")
        let gateway = Self.object(
            "gateway.networking.k8s.io/v1",
            "GatewayClass",
            "spec: {controllerName: gate.example/gateway}"
        )
        let found = try Self.detect(Sample.join(ingress, gateway))
        #expect(found.map(\.id) == ["gate"] && found.first?.state == .declared)
        #expect(
            found.first?.evidence == ["GatewayClass for gate.example/gateway", "IngressClass for gate.example/ingress"]
        )
    }

    @Test func `what is used and runs elsewhere is active`() throws {
        let storage = Self.object("storage.k8s.io/v1", "StorageClass", "provisioner: ssd.disk.example")
        let server = """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: kube-system, labels: {component: kube-apiserver}}
            spec: {containers: [{command: [kube-apiserver, "--oidc-issuer-url=https://login.example"]}]}
            """
        let found = try Self.detect(Sample.join(storage, server, Sample.deployment("web")))
        #expect(found.map(\.id) == ["disk", "hub", "oidc"])
        #expect(
            found.flatMap(\.evidence) == [
                "storage driver ssd.disk.example", "images from hub.example", "API server option --oidc-issuer-url",
            ]
        )
        #expect(found.allSatisfy { $0.state == .active })
    }

    @Test func `a Pod that a controller made is its controller's`() throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: relay-1, namespace: shop, ownerReferences: [{kind: ReplicaSet, controller: true}]}
            spec: {containers: [{image: "relay/controller:1"}]}
            """
        #expect(try Self.detect(pod).isEmpty)
    }

    @Test func `an unreadable kind gives no sign and hides no other`() throws {
        let found = try Self.detect(Self.definition, unreadable: [.apiService: "forbidden"])
        #expect(found.map(\.state) == [.declared])
    }

    @Test func `states are in the order of how much is there`() {
        #expect([DetectedComponent.State.active, .declared, .installed].sorted() == [.declared, .installed, .active])
    }
}
