import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `A workload` {
    private static func workload(_ kind: String, _ spec: String) throws -> Workload? {
        Workload(
            try Samples.object("{apiVersion: any/v1, kind: \(kind), metadata: {name: a, namespace: n}, spec: \(spec)}")
        )
    }

    @Test(arguments: [
        ("Pod", "{containers: [{name: c}]}", "/spec"),
        ("Deployment", "{template: {spec: {containers: [{name: c}]}}}", "/spec/template/spec"),
        (
            "CronJob", "{jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}",
            "/spec/jobTemplate/spec/template/spec"
        ),
    ]) func `has the spec of its Pods at a place that depends on its kind`(kind: String, spec: String, path: String)
        throws
    {
        let workload = try #require(try Self.workload(kind, spec))
        #expect(workload.specPath == path)
        #expect(workload.containers.map(\.path) == ["\(path)/containers/0"])
        #expect(workload.containers.first?.container["name"] == "c")
    }

    @Test func `without a template is none`() throws {
        #expect(try Self.workload("Deployment", "{}") == nil)
        #expect(try Self.workload("CronJob", "{template: {}}") == nil)
        #expect(Workload(["kind": "Pod"]) == nil)
    }

    @Test func `wants one replica when it does not say`() throws {
        #expect(try Self.workload("StatefulSet", "{template: {}}")?.replicas == 1)
        #expect(try Self.workload("Deployment", "{replicas: 0, template: {}}")?.replicas == 0)
        #expect(try Self.workload("DaemonSet", "{template: {}}")?.replicas == nil)
    }

    @Test func `serves all the time unless it is a job`() throws {
        #expect(try Self.workload("Job", "{template: {}}")?.isLongRunning == false)
        #expect(try Self.workload("DaemonSet", "{template: {}}")?.isLongRunning == true)
    }

    @Test func `has its init containers first`() throws {
        let workload = try #require(
            try Self.workload("Pod", "{containers: [{image: a}, {name: x}], initContainers: [{image: b}]}")
        )
        #expect(workload.images.map(\.path) == ["/spec/initContainers/0/image", "/spec/containers/0/image"])
        #expect(workload.images.map(\.image.repository) == ["library/b", "library/a"])
    }

    @Test func `that a controller made is not one of the inventory`() throws {
        let owned = """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: Deployment, controller: true}]}
            spec: {template: {}}

            apiVersion: v1
            kind: Pod
            metadata: {name: held, namespace: shop, ownerReferences: [{kind: Node}]}
            """
        let inventory = try Samples.inventory(Sample.join(owned, Sample.deployment("web")))
        #expect(try inventory.workloads().map(\.identity.name) == ["web", "held"])
        #expect(try inventory.workloadReadiness().map(\.isReady) == [true, false])
    }
}

@Suite struct `What a Pod needs` {
    private static let spec = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          serviceAccountName: robot
          priorityClassName: high
          imagePullSecrets: [{name: pull}]
          initContainers:
          - envFrom: [{configMapRef: {name: all}}, {secretRef: {name: all, optional: true}}]
          containers:
          - env:
            - {name: PLAIN, value: "1"}
            - {name: A, valueFrom: {configMapKeyRef: {name: one, key: a}}}
            - {name: B, valueFrom: {secretKeyRef: {name: two, key: b, optional: true}}}
          volumes:
          - {name: e, emptyDir: {}}
          - {name: c, configMap: {name: files}}
          - {name: s, secret: {secretName: certs}}
          - {name: d, persistentVolumeClaim: {claimName: data}}
          - {name: p, projected: {sources: [{serviceAccountToken: {path: t}}, {secret: {name: part}}, {configMap: {name: ca}}]}}
        """

    private static func workload() throws -> Workload { try #require(Workload(try Samples.object(spec))) }

    @Test func `is named all over its spec`() throws {
        let texts = try Self.workload().references.map { reference in
            "\(reference.kind) \(reference.name)\(reference.key.map { "#\($0)" } ?? "")"
                + "\(reference.isOptional ? "?" : "") \(reference.path)"
        }
        #expect(
            texts == [
                "ConfigMap all /spec/initContainers/0/envFrom/0", "Secret all? /spec/initContainers/0/envFrom/1",
                "ConfigMap one#a /spec/containers/0/env/1/valueFrom",
                "Secret two#b? /spec/containers/0/env/2/valueFrom", "ConfigMap files /spec/volumes/1/configMap",
                "Secret certs /spec/volumes/2/secret", "PersistentVolumeClaim data /spec/volumes/3",
                "Secret part /spec/volumes/4/projected/sources/1/secret",
                "ConfigMap ca /spec/volumes/4/projected/sources/2/configMap", "Secret pull /spec/imagePullSecrets/0",
                "ServiceAccount robot /spec/serviceAccountName",
                "PriorityClass.scheduling.k8s.io high /spec/priorityClassName",
            ]
        )
    }

    @Test func `stands where its path says`() throws {
        let workload = try Self.workload()
        for reference in workload.references {
            let pointer = try JSONPointer(parsing: reference.path)
            #expect(pointer.value(in: workload.object) != nil, "\(reference.path)")
        }
    }

    @Test func `tells whether a workload needs an object`() throws {
        let inventory = try Samples.inventory(Self.spec)
        func isNeeded(_ kind: String, _ name: String, namespace: String = "shop") throws -> Bool {
            let version = GroupVersionKind(group: "", version: "v1", kind: kind)
            return try inventory.isReferencedByWorkload(
                ObjectIdentity(groupVersionKind: version, namespace: namespace, name: name)
            )
        }
        #expect(try isNeeded("ConfigMap", "files") && isNeeded("PersistentVolumeClaim", "data"))
        #expect(try !isNeeded("Secret", "two") && !isNeeded("ConfigMap", "files", namespace: "other"))
    }
}
