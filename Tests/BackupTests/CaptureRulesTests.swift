import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Policies
import Testing

@Suite struct `What a backup captures` {
    private func resource(
        _ group: String,
        _ plural: String,
        _ kind: String,
        isNamespaced: Bool = true,
        verbs: Set<String> = ["create", "get", "list"]
    ) -> APIResource {
        APIResource(
            group: group,
            version: "v1",
            resource: plural,
            kind: kind,
            isNamespaced: isNamespaced,
            verbs: verbs,
            hasStatus: true
        )
    }

    private func plan(
        _ resources: [APIResource],
        failures: [DiscoveryFailure] = [],
        _ selection: ObjectSelection = .everything
    ) -> CapturePlan {
        CapturePlan(discovery: Discovery(resources: resources, failures: failures), selection: selection)
    }

    private func captured(_ plan: CapturePlan) -> [String] { plan.resources.map { "\($0.groupResource)" } }

    @Test func `C60, C61, C107, C108: what nodes, leaders and clocks make is left out with a reason`() {
        let plan = plan([
            resource("", "events", "Event"), resource("coordination.k8s.io", "leases", "Lease"),
            resource("", "nodes", "Node", isNamespaced: false), resource("", "configmaps", "ConfigMap"),
            resource(
                "certificates.k8s.io",
                "certificatesigningrequests",
                "CertificateSigningRequest",
                isNamespaced: false
            ),
            resource("networking.k8s.io", "ipaddresses", "IPAddress", isNamespaced: false),
            resource("events.k8s.io", "events", "Event"),
            resource("storage.k8s.io", "csinodes", "CSINode", isNamespaced: false),
            resource("storage.k8s.io", "volumeattachments", "VolumeAttachment", isNamespaced: false),
            resource("resource.k8s.io", "resourceslices", "ResourceSlice", isNamespaced: false),
            resource("internal.apiserver.k8s.io", "storageversions", "StorageVersion", isNamespaced: false),
        ])
        #expect(captured(plan) == ["configmaps"])
        #expect(plan.excluded.count == 10)
        #expect(plan.excluded.allSatisfy { !$0.reason.isEmpty })
    }

    @Test func `C49, C109: kinds that cannot be listed or created hold no state`() {
        let plan = plan([
            resource("", "bindings", "Binding", verbs: ["create"]),
            resource("metrics.k8s.io", "pods", "PodMetrics", verbs: ["get", "list"]),
        ])
        #expect(captured(plan).isEmpty)
    }

    @Test func `C39: objects that two groups serve are captured once`() {
        let plan = plan([
            resource("extensions", "ingresses", "Ingress"), resource("networking.k8s.io", "ingresses", "Ingress"),
        ])
        #expect(captured(plan) == ["ingresses.networking.k8s.io"])
        #expect(captured(self.plan([resource("extensions", "ingresses", "Ingress")])) == ["ingresses.extensions"])
    }

    @Test func `C31: an API whose discovery failed makes the backup incomplete`() {
        let failure = DiscoveryFailure(groupVersion: "metrics.k8s.io/v1beta1", reason: "the server is down")
        let plan = plan([resource("", "configmaps", "ConfigMap")], failures: [failure])
        #expect(plan.unreadable.map(\.resource) == ["metrics.k8s.io/v1beta1"])
    }

    @Test func `SealedSecrets are listed before Secrets, so that their keys are in the same snapshot`() throws {
        let names = captured(
            plan([
                resource("", "secrets", "Secret"), resource("apps", "deployments", "Deployment"),
                resource("bitnami.com", "sealedsecrets", "SealedSecret"),
            ])
        )
        #expect(
            try #require(names.firstIndex(of: "sealedsecrets.bitnami.com")) < #require(names.firstIndex(of: "secrets"))
        )
    }

    @Test func `C33, C42: what the policy does not select is left out by name`() {
        let selection = ObjectSelection(includedNamespaces: ["shop"], excludedResources: ["secrets"])
        let plan = plan(
            [
                resource("", "configmaps", "ConfigMap"), resource("", "secrets", "Secret"),
                resource("storage.k8s.io", "storageclasses", "StorageClass", isNamespaced: false),
            ],
            selection
        )
        #expect(captured(plan) == ["configmaps"])
        #expect(plan.excluded.map(\.resource) == ["secrets", "storageclasses.storage.k8s.io"])
    }

    @Test func `C58: the server is asked for hand-made EndpointSlices only`() {
        let slices = GroupResource(group: "discovery.k8s.io", resource: "endpointslices")
        #expect(CaptureRules.labelSelector(for: slices)?.contains("endpointslice-controller.k8s.io") == true)
        #expect(CaptureRules.labelSelector(for: GroupResource(group: "", resource: "endpoints")) == nil)
    }
}
