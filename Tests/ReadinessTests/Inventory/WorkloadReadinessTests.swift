import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `The readiness of a workload` {
    struct Case: CustomTestStringConvertible {
        let kind: String
        let status: String
        /// What is missing; nil when it is ready.
        let missing: String?

        init(_ kind: String, _ status: String, missing: String? = nil) {
            (self.kind, self.status, self.missing) = (kind, status, missing)
        }

        var testDescription: String { "\(kind) \(status)" }
    }

    static let cases = [
        Case("Deployment", "spec: {replicas: 3}, status: {availableReplicas: 3}"),
        Case(
            "Deployment",
            "spec: {replicas: 3}, status: {availableReplicas: 2}",
            missing: "2 of 3 replicas are available"
        ),
        Case("Deployment", "spec: {}, status: {}", missing: "0 of 1 replicas are available"),
        Case("Deployment", "spec: {replicas: 0}"),
        Case("StatefulSet", "spec: {replicas: 1}, status: {readyReplicas: 1}"),
        Case("StatefulSet", "spec: {replicas: 2}, status: {replicas: 2}", missing: "0 of 2 replicas are ready"),
        Case("DaemonSet", "status: {desiredNumberScheduled: 2, numberReady: 2}"),
        Case("DaemonSet", "status: {desiredNumberScheduled: 2, numberReady: 1}", missing: "1 of 2 nodes run it"),
        Case("DaemonSet", "status: {desiredNumberScheduled: 0}"),
        Case("DaemonSet", "spec: {}", missing: "it has not been scheduled to any node"),
        Case("Job", "status: {conditions: [{type: Complete, status: \"True\"}]}"),
        Case("Job", "status: {conditions: [{type: Failed, status: \"True\"}]}", missing: "it failed"),
        Case("Job", "status: {active: 1}", missing: "it has not completed"),
        Case("Job", "spec: {suspend: true}"),
        Case("Pod", "status: {phase: Running, conditions: [{type: Ready, status: \"True\"}]}"),
        Case("Pod", "status: {phase: Running}", missing: "its phase is Running and it is not ready"),
        Case("Pod", "status: {phase: Succeeded}"),
        Case("Pod", "spec: {}", missing: "its phase is Pending"),
        Case("CronJob", "spec: {}"),
        Case("ConfigMap", "data: {}"),
    ]

    @Test(arguments: cases) func `is read from its status`(sample: Case) throws {
        let object = try Samples.object("{kind: \(sample.kind), \(sample.status)}")
        #expect(WorkloadReadiness.of(object) == sample.missing.map { .notReady($0) } ?? .ready)
    }

    @Test func `waits for the controller to see the latest change`() throws {
        func object(_ observed: String) throws -> JSONValue {
            try Samples.object(
                "{kind: Deployment, metadata: {generation: 2}, status: {availableReplicas: 1, \(observed)}}"
            )
        }
        #expect(
            WorkloadReadiness.of(try object("observedGeneration: 1"))
                == .notReady("its controller has not seen the latest change")
        )
        #expect(WorkloadReadiness.of(try object("observedGeneration: 2")).isReady)
        #expect(WorkloadReadiness.of(try object("replicas: 1")).isReady)
    }
}

@Suite struct `The fields that every object has` {
    @Test func `are empty when they are missing`() {
        let object: JSONValue = [:]
        #expect(object.objectName.isEmpty && object.objectKind.isEmpty && object.objectNamespace == nil)
        #expect(object.labels.isEmpty && object.annotations.isEmpty && !object.hasController && object.isObserved)
        #expect(object.condition("Ready") == nil && !object.hasCondition("Ready"))
    }

    @Test func `are read from the metadata and the status`() throws {
        let object = try Samples.object(
            """
            kind: Pod
            metadata: {name: a, namespace: "", labels: {x: "1", y: 2}, ownerReferences: [{}, {controller: true}]}
            status: {conditions: [{type: Ready, status: Unknown, reason: Gone}]}
            """
        )
        #expect(object.objectNamespace == nil && object.labels == ["x": "1"] && object.hasController)
        #expect(object.condition("Ready")?["reason"] == "Gone" && !object.hasCondition("Ready"))
    }
}
