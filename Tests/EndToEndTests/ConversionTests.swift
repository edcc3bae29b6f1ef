import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@testable import Restore

/// Kubernetes 1.20 serves old and new versions of many kinds side by side: what it makes of an object in another version is what
/// ours has to be.
@Suite struct `Conversions between API versions` {
    private static let ingress = """
        metadata: {name: conversions, namespace: default}
        spec:
          ingressClassName: a
          backend: {serviceName: web, servicePort: 80}
          tls: [{hosts: [a.example], secretName: a}]
          rules:
            - host: a.example
              http:
                paths:
                  - {path: /a, pathType: Prefix, backend: {serviceName: web, servicePort: http}}
                  - {path: /b, pathType: ImplementationSpecific, backend: {serviceName: web, servicePort: 8080}}
                  - {path: /c, pathType: Exact, backend: {resource: {apiGroup: a.example, kind: Bucket, name: b}}}
        """

    private static let autoscaler = """
        metadata: {name: conversions, namespace: default}
        spec:
          minReplicas: 2
          maxReplicas: 5
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          metrics:
            - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
            - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}}
            - {type: Pods, pods: {metric: {name: a, selector: {matchLabels: {b: c}}}, target: {type: AverageValue, averageValue: "5"}}}
            - {type: External, external: {metric: {name: d, selector: {matchLabels: {e: f}}}, target: {type: Value, value: "7"}}}
            - {type: External, external: {metric: {name: g}, target: {type: AverageValue, averageValue: "8"}}}
            - {type: Object, object: {describedObject: {apiVersion: v1, kind: Service, name: s}, metric: {name: h}, target: {type: Value, value: "9"}}}
        """

    private static let definition = """
        metadata: {name: things.conversions.example.com}
        spec:
          group: conversions.example.com
          names: {kind: Thing, plural: things, singular: thing}
          scope: Namespaced
          version: v1
          preserveUnknownFields: false
          validation: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
          subresources: {status: {}}
          additionalPrinterColumns: [{name: Size, type: integer, JSONPath: .spec.size}]
        """

    private static let webhooks = """
        metadata: {name: conversions.example.com}
        webhooks:
          - name: a.conversions.example.com
            sideEffects: None
            clientConfig: {url: "https://127.0.0.1:1/"}
            rules: [{operations: [CREATE], apiGroups: [conversions.example.com], apiVersions: [v1], resources: [nothing]}]
        """

    /// Kind, the version in which it is made, what it says, and the versions in which it is then asked for.
    private static let cases: [(String, String, String, [String])] = [
        (
            "Ingress", "networking.k8s.io/v1beta1", ingress,
            ["extensions/v1beta1", "networking.k8s.io/v1beta1", "networking.k8s.io/v1"]
        ),
        (
            "HorizontalPodAutoscaler", "autoscaling/v2beta2", autoscaler,
            ["autoscaling/v1", "autoscaling/v2beta1", "autoscaling/v2beta2"]
        ),
        ("CustomResourceDefinition", "apiextensions.k8s.io/v1beta1", definition, ["apiextensions.k8s.io/v1"]),
        (
            "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1beta1", webhooks,
            ["admissionregistration.k8s.io/v1"]
        ),
        (
            "IngressClass", "networking.k8s.io/v1beta1",
            "metadata: {name: conversions}\nspec: {controller: a.example/b}", ["networking.k8s.io/v1"]
        ),
        (
            "RuntimeClass", "node.k8s.io/v1beta1", "metadata: {name: conversions}\nhandler: a",
            ["node.k8s.io/v1", "node.k8s.io/v1beta1"]
        ),
        (
            "PriorityClass", "scheduling.k8s.io/v1beta1", "metadata: {name: conversions}\nvalue: 7",
            ["scheduling.k8s.io/v1"]
        ),
        (
            "CSIDriver", "storage.k8s.io/v1beta1", "metadata: {name: conversions}\nspec: {attachRequired: true}",
            ["storage.k8s.io/v1"]
        ),
    ]

    @Test(.enabled(if: RealParts.kubeconfig != nil), arguments: cases)
    func `are those of the API server`(kind: String, version: String, text: String, others: [String]) async throws {
        let client = try await TestCluster.controlPlane.client()
        let made = try #require(
            try YAMLDocuments.parse("apiVersion: \(version)\nkind: \(kind)\n\(text)", source: "test").first
        )
        let identity = try #require(ObjectIdentity(of: made))
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: identity.groupVersionKind))
        _ = try await client.create(resource, namespace: identity.namespace, body: made.encoded())
        func object(_ version: String) async throws -> JSONValue {
            let version = GroupVersionKind(apiVersion: version, kind: kind)
            let resource = try #require(discovery.resource(for: version))
            let bytes = try await client.get(resource, namespace: identity.namespace, name: identity.name)
            var object = try JSONValue(parsing: bytes)
            for field in ["metadata", "status"] { object[field] = nil }
            return object
        }
        var compared = 0
        for source in Set(others + [version]).sorted() {
            for target in others where target != source && Self.isLossless(source, target) {
                var old = try await object(source)
                old["metadata", "name"] = .string(identity.name)
                var converted = APIConversion.convert(old, to: GroupVersionKind(apiVersion: target, kind: kind)).object
                converted["metadata"] = nil
                let expected = try await object(target)
                let different = ObjectDifference.paths(converted, expected)
                #expect(different == [], "\(source) to \(target)")
                compared += 1
            }
        }
        #expect(compared > 0)
        _ = try await client.delete(resource, namespace: identity.namespace, name: identity.name)
    }

    /// autoscaling/v1 keeps other metrics in an annotation, which is not compared.
    private static func isLossless(_ source: String, _ target: String) -> Bool { source != "autoscaling/v1" }

    private static let old = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: oldest}
        ---
        apiVersion: policy/v1beta1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: oldest}
        spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: batch/v1beta1
        kind: CronJob
        metadata: {name: nightly, namespace: oldest}
        spec:
          schedule: "0 3 * * *"
          suspend: true
          jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}
        ---
        apiVersion: autoscaling/v2beta2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: oldest}
        spec:
          maxReplicas: 5
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 60}}}]
        ---
        apiVersion: networking.k8s.io/v1beta1
        kind: Ingress
        metadata: {name: web, namespace: oldest}
        spec: {rules: [{host: a.example, http: {paths: [{path: /, backend: {serviceName: web, servicePort: 80}}]}}]}
        ---
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        metadata: {name: outside, namespace: oldest}
        addressType: IPv4
        ports: [{name: a, port: 80, protocol: TCP}]
        endpoints: [{addresses: [192.0.2.1], topology: {kubernetes.io/hostname: one, topology.kubernetes.io/zone: a}}]
        """

    @Test(.enabled(if: RealParts.kubeconfig != nil))
    func `let an archive of Kubernetes 1.20 be restored into the newest, and changes nothing the second time`()
        async throws
    {
        let scenario = try await RestoreScenario.of(Self.old, from: .controlPlane, namespace: "oldest", into: .sandbox)
        let run = try scenario.run()
        let result = try await run.apply(try await run.plan())
        #expect(result.failed.isEmpty, "\(result.failed)")
        let slice = try #require(try await scenario.object("discovery.k8s.io/v1", "EndpointSlice", "oldest", "outside"))
        let endpoint = slice["endpoints"]?.array?.first
        #expect(endpoint?["nodeName"] == "one" && endpoint?["zone"] == "a")
        for (version, kind, name) in [
            ("policy/v1", "PodDisruptionBudget", "web"), ("batch/v1", "CronJob", "nightly"),
            ("networking.k8s.io/v1", "Ingress", "web"), ("autoscaling/v2", "HorizontalPodAutoscaler", "web"),
        ] {
            #expect(try await scenario.object(version, kind, "oldest", name) != nil, "\(kind)")
        }
        let again = try await run.apply(try await run.plan())
        #expect(again.created == 0 && again.updated == 0 && again.failed.isEmpty, "\(again.json.prettyPrinted())")
        #expect(again.conflicts.isEmpty, "\(again.conflicts.map { "\($0.identity) \($0.verdict)" })")
    }
}
