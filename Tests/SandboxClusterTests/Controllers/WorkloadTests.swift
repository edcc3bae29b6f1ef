import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `The production-like workload` {
    @Test func `has a few hundred objects, all with an identity of their own`() {
        let objects = SandboxWorkload.productionLike()
        let identities = objects.compactMap { ObjectIdentity(of: $0) }
        #expect((250...450).contains(objects.count), "\(objects.count) objects")
        #expect(identities.count == objects.count)
        #expect(Set(identities).count == objects.count)
    }

    @Test func `becomes ready on the nodes of the sandbox`() async throws {
        let cluster = await ClusterHarness()
        for object in SandboxWorkload.productionLike() {
            do { try cluster.create(object) } catch {
                Issue.record("\(object.kind) \(object.namespace)/\(object.name): \(error.message)")
            }
            // The default ServiceAccount of a namespace is there before its Pods come.
            if object.kind == "Namespace" { await cluster.settle() }
        }
        await cluster.settle()
        for deployment in cluster.list(.apps("deployments")) {
            #expect(
                deployment["status", "readyReplicas"]?.int == deployment["spec", "replicas"]?.int,
                "\(deployment.name)"
            )
            #expect(Conditions.holds("Available", in: deployment), "\(deployment.name)")
        }
        for set in cluster.list(.apps("statefulsets")) {
            #expect(set["status", "readyReplicas"]?.int == set["spec", "replicas"]?.int, "\(set.name)")
            #expect(set["status", "currentRevision"] == set["status", "updateRevision"], "\(set.name)")
        }
        for set in cluster.list(.apps("daemonsets")) { #expect(set["status", "numberReady"] == 3, "\(set.name)") }
        for job in cluster.list(.batch("jobs")) { #expect(Conditions.holds("Complete", in: job), "\(job.name)") }
        for claim in cluster.list(.claims) { #expect(claim.text("status", "phase") == "Bound", "\(claim.name)") }
        for pod in cluster.list(.pods) {
            #expect(["Running", "Succeeded"].contains(pod.text("status", "phase")), "\(pod.namespace)/\(pod.name)")
        }
        #expect(cluster.list(.claims).count > 10)
        let token = try #require(cluster.get(.secrets, "vault-token", in: "vault"))
        #expect(token["data", "token"] != nil)
        let role = try #require(cluster.get(.rbac("clusterroles"), "shop-developer"))
        #expect(role.elements("rules").count == 2)
        await cluster.stop()
    }

    @Test func `can be loaded at once into a running sandbox`() async throws {
        var options = SandboxOptions(now: { Timestamp(secondsSince1970: 1_700_000_000) })
        options.nodeCount = 2
        let cluster = try await SandboxCluster.start(options)
        try await cluster.load(SandboxWorkload.productionLike())
        await cluster.settle()
        // Loading again changes nothing and is refused nothing.
        try await cluster.load(SandboxWorkload.productionLike())
        await cluster.settle()
        await cluster.stop()
    }

    @Test func `takes sealed values from outside in place of its own`() {
        let sealed = WorkloadParts.object(
            "bitnami.com/v1alpha1",
            "SealedSecret",
            "payments-token",
            in: "shop",
            ["spec": ["encryptedData": ["token": "c2VhbGVk"]]]
        )
        let plain = SandboxWorkload.productionLike()
        let objects = SandboxWorkload.productionLike(sealedSecrets: [sealed])
        #expect(objects.count == plain.count)
        #expect(objects.contains(sealed))
    }
}
