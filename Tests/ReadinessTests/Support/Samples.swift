import KubernetesObjects
import Policies

@testable import Readiness

/// Objects and components for the tests of this module.
enum Samples {
    /// The objects of YAML documents between which a blank line stands.
    static func objects(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n\n").flatMap { try YAMLDocuments.parse(String($0), source: "objects of a test") }
    }

    /// The first object of a YAML text.
    static func object(_ text: String) throws -> JSONValue { try objects(text).first ?? .null }

    /// A catalogue of components that exist nowhere else.
    static func catalogue() throws -> ComponentCatalogue {
        try ComponentCatalogue.parse(components, source: "components of a test")
    }

    static func signature(_ id: String) throws -> ComponentSignature? {
        try catalogue().signatures.first { $0.id == id }
    }

    /// A snapshot of these objects.
    static func inventory(_ text: String) throws -> ObjectInventory { ObjectInventory(try objects(text)) }

    private static let components = """
        apiVersion: lifeboat.dr/v1
        kind: ReadinessComponents
        metadata: {name: test}
        spec:
          components:
            - id: relay
              row: service-mesh
              named: true
              customResources: [relay.example/*]
              workloads: [Deployment/relay]
              images: [relay/controller]
              webhooks: [relay-injector]
              apiGroups: [metrics.relay.example]
            - id: tunnel
              row: service-mesh
              customResources: [tunnel.example/Tunnel]
            - id: gate
              row: ingress-controller
              ingressControllers: [gate.example/ingress]
              gatewayControllers: [gate.example/gateway]
            - {id: disk, row: shared-storage, storageDrivers: ["*.disk.example"], workloads: [DaemonSet/disk-node]}
            - {id: hub, row: image-registry, registries: [hub.example]}
            - {id: oidc, row: authorization-integration, serverOptions: [--oidc-issuer-url]}
            - {id: fence, row: network-policies, workloads: [DaemonSet/fence], enforcesNetworkPolicies: true}
            - {id: flat, row: network-policies, workloads: [DaemonSet/flat]}
        """
}

/// Objects that many cases share, as YAML.
enum Sample {
    static let node = """
        apiVersion: v1
        kind: Node
        metadata: {name: one}
        status: {conditions: [{type: Ready, status: "True"}]}
        """

    /// A Deployment with a status; `spec` is the rest of its Pods' spec, in flow style.
    static func deployment(
        _ name: String,
        namespace: String = "shop",
        replicas: Int = 1,
        available: Int = 1,
        image: String = "hub.example/web@sha256:1234",
        spec: String = "x-none: true"
    ) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: \(namespace)}
        spec:
          replicas: \(replicas)
          template:
            metadata: {labels: {app: \(name)}}
            spec: {containers: [{name: main, image: "\(image)"}], \(spec)}
        status: {availableReplicas: \(available), readyReplicas: \(available)}
        """
    }

    static func service(_ name: String, namespace: String = "shop") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {selector: {app: \(name)}, ports: [{name: http, port: 80}]}
        """
    }

    /// A slice of a Service with one endpoint.
    static func slice(_ service: String, namespace: String = "shop", isReady: Bool = true) -> String {
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(service)-1, namespace: \(namespace), labels: {kubernetes.io/service-name: \(service)}}
        endpoints: [{addresses: [10.0.0.1], conditions: {ready: \(isReady)}}]
        """
    }

    static func join(_ documents: String...) -> String { documents.joined(separator: "\n\n") }
}
