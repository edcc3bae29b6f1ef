import KubernetesObjects
import Testing

@testable import Restore

@Suite struct `Objects of other API versions` {
    private static func convert(_ text: String, _ target: String) throws -> JSONValue {
        let object = try #require(try YAMLDocuments.parse(text, source: "test").first)
        let kind = object["kind"]?.string ?? ""
        return APIConversion.convert(object, to: GroupVersionKind(apiVersion: target, kind: kind)).object
    }

    @Test(arguments: [
        (
            "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {selector: {}}}",
            "policy/v1",
            "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {}}"
        ),
        (
            "{apiVersion: flowcontrol.apiserver.k8s.io/v1beta1, kind: PriorityLevelConfiguration, metadata: {name: a}, spec: {limited: {assuredConcurrencyShares: 5}}}",
            "flowcontrol.apiserver.k8s.io/v1",
            "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: a}, spec: {limited: {nominalConcurrencyShares: 5}}}"
        ),
        (
            "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: a}, spec: {limited: {nominalConcurrencyShares: 5}}}",
            "flowcontrol.apiserver.k8s.io/v1beta1",
            "{apiVersion: flowcontrol.apiserver.k8s.io/v1beta1, kind: PriorityLevelConfiguration, metadata: {name: a}, spec: {limited: {assuredConcurrencyShares: 5}}}"
        ),
        (
            "{apiVersion: node.k8s.io/v1alpha1, kind: RuntimeClass, metadata: {name: a}, spec: {runtimeHandler: b}}",
            "node.k8s.io/v1", "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: a}, handler: b}"
        ),
        (
            "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, endpoints: [{addresses: [b], nodeName: n, zone: z, hints: {}}]}",
            "discovery.k8s.io/v1beta1",
            "{apiVersion: discovery.k8s.io/v1beta1, kind: EndpointSlice, metadata: {name: a}, endpoints: [{addresses: [b], nodeName: n, topology: {kubernetes.io/hostname: n, topology.kubernetes.io/zone: z}}]}"
        ),
        (
            "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 70}}",
            "autoscaling/v2",
            "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]}}"
        ),
        (
            "{apiVersion: storage.k8s.io/v1beta1, kind: CSIStorageCapacity, metadata: {name: a}, capacity: 1Gi}",
            "storage.k8s.io/v1",
            "{apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: {name: a}, capacity: 1Gi}"
        ),
    ])
    func `C112: say the same in the version of the cluster`(text: String, target: String, expected: String) throws {
        let wanted = try #require(try YAMLDocuments.parse(expected, source: "test").first)
        #expect(ObjectDifference.paths(try Self.convert(text, target), wanted) == [])
    }

    @Test func `C111: in the version of the cluster are not touched`() throws {
        let text =
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {backend: {serviceName: b}}}"
        let object = try #require(try YAMLDocuments.parse(text, source: "test").first)
        #expect(try Self.convert(text, "networking.k8s.io/v1") == object)
    }

    @Test func `C112: of a group that Kubernetes gave up come in the one that has them now`() throws {
        let deployment = Samples.object("extensions/v1beta1", "Deployment", "web", namespace: "shop")
        let plan = Samples.plan([deployment])
        let step = try #require(plan.steps.first { $0.identity.name == "web" })
        #expect(step.identity.groupVersionKind.apiVersion == "apps/v1" && step.wave == .workloads)
        #expect(step.notes == ["the cluster does not serve extensions/v1beta1: it is created as apps/v1"])
    }

    @Test func `C112: that have no successor are named with what to do instead`() throws {
        let plan = Samples.plan([Samples.object("policy/v1beta1", "PodSecurityPolicy", "tight")])
        let failure = try #require(plan.failures.first)
        #expect(failure.object.contains("PodSecurityPolicy") && failure.remedy.contains("Pod Security admission"))
    }
}
