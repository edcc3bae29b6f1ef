import KubernetesAPI
import KubernetesObjects
import Policies
import Testing

@testable import Restore

/// Numbered statements of docs/correctness.md that one decision shows.
@Suite struct `Statements about a restore` {
    private static let admission = "admissionregistration.k8s.io"
    private static let rbac = "rbac.authorization.k8s.io"

    private static func kind(_ text: String) -> GroupKind {
        let parts = text.split(separator: "/").map(String.init)
        return parts.count == 2 ? GroupKind(group: parts[0], kind: parts[1]) : GroupKind(group: "", kind: text)
    }

    @Test(arguments: [
        ("storage.k8s.io/StorageClass", "PersistentVolume"), ("PersistentVolume", "PersistentVolumeClaim"),
        ("PersistentVolumeClaim", "Pod"), ("ServiceAccount", "Pod"), ("Secret", "Pod"), ("ConfigMap", "Pod"),
        ("rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding"),
        ("rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding"),
        ("scheduling.k8s.io/PriorityClass", "Pod"), ("LimitRange", "Pod"), ("Pod", "ResourceQuota"),
        ("Service", "networking.k8s.io/Ingress"), ("Service", "apiregistration.k8s.io/APIService"),
        ("apps/Deployment", "admissionregistration.k8s.io/ValidatingWebhookConfiguration"),
        ("apps/Deployment", "policy/PodDisruptionBudget"),
        ("apiextensions.k8s.io/CustomResourceDefinition", "example.com/Anything"),
    ])
    func `C19, C20, C21, C22, C26, C30: what others need comes in an earlier wave`(first: String, then: String) {
        #expect(RestoreWave.wave(of: Self.kind(first)) < RestoreWave.wave(of: Self.kind(then)))
    }

    @Test(arguments: [
        "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
    ])
    func `C93: admission policies come as late as webhooks`(kind: String) {
        #expect(RestoreWave.wave(of: GroupKind(group: Self.admission, kind: kind)) == .interception)
    }

    @Test func `C26: webhooks that must answer and APIServices wait for their Services, others for nobody`() {
        let reference: JSONValue = ["name": "guard", "namespace": "shop"]
        func services(_ object: JSONValue) -> [String] {
            InterceptionBackends.services(of: object).map { "\($0.namespace)/\($0.name)" }
        }
        #expect(services(["kind": "APIService", "spec": ["service": reference]]) == ["shop/guard"])
        #expect(services(["kind": "APIService", "spec": ["group": "apps"]]) == [])
        func webhook(_ policy: JSONValue) -> JSONValue {
            [
                "kind": "MutatingWebhookConfiguration",
                "webhooks": [["clientConfig": ["service": reference], "failurePolicy": policy]],
            ]
        }
        #expect(services(webhook("Fail")) == ["shop/guard"] && services(webhook("Ignore")) == [])
        let byURL: JSONValue = [
            "kind": "ValidatingWebhookConfiguration", "webhooks": [["clientConfig": ["url": "https://a"]]],
        ]
        #expect(services(byURL) == [])
    }

    private static func rule(_ apiVersion: String, _ kind: String, _ name: String, _ members: JSONValue = [:])
        -> String?
    {
        let object = Samples.object(apiVersion, kind, name, members)
        guard let identity = ObjectIdentity(of: object) else { return nil }
        return SkipRule.rule(for: object, ObjectKey(identity), in: SkipContext())?.id
    }

    private static func controlled(_ apiVersion: String, _ kind: String) -> JSONValue {
        ["metadata": ["ownerReferences": [Samples.owner(apiVersion, kind, "owner")]]]
    }

    @Test func `C30, C76, C106, C108, C110: what the control plane or a controller looks after is left to it`() {
        let automatic: JSONValue = ["metadata": ["labels": ["kube-aggregator.kubernetes.io/automanaged": "onstart"]]]
        #expect(Self.rule("apiregistration.k8s.io/v1", "APIService", "v1.", automatic) == "automatic-api-service")
        #expect(Self.rule("apiregistration.k8s.io/v1", "APIService", "v1.metrics.k8s.io") == nil)
        let owned = Self.controlled("apps/v1", "StatefulSet")
        #expect(Self.rule("apps/v1", "ControllerRevision", "a", owned) == "controlled-revision")
        #expect(Self.rule("apps/v1", "ControllerRevision", "a") == nil)
        let flow = "flowcontrol.apiserver.k8s.io/v1"
        func annotated(_ value: JSONValue) -> JSONValue {
            ["metadata": ["annotations": ["apf.kubernetes.io/autoupdate-spec": value]]]
        }
        #expect(Self.rule(flow, "FlowSchema", "a", annotated("true")) == "system-flow-control")
        #expect(Self.rule(flow, "FlowSchema", "exempt", annotated("false")) == nil)
        #expect(Self.rule(flow, "FlowSchema", "catch-all") == "system-flow-control")
        #expect(Self.rule(flow, "FlowSchema", "mine") == nil)
        #expect(Self.rule("networking.k8s.io/v1", "ServiceCIDR", "kubernetes") == "system-address-range")
        #expect(Self.rule("networking.k8s.io/v1", "ServiceCIDR", "more") == nil)
        #expect(Self.rule("networking.k8s.io/v1", "IPAddress", "10.0.0.1") == "system-address-range")
        let bundle: JSONValue = ["spec": ["signerName": "kubernetes.io/kube-apiserver-serving"]]
        let trust = "certificates.k8s.io/v1alpha1"
        #expect(Self.rule(trust, "ClusterTrustBundle", "a", bundle) == "root-certificate")
        #expect(Self.rule(trust, "ClusterTrustBundle", "a", ["spec": ["signerName": "example.com/mine"]]) == nil)
        let certificate = Self.controlled("cert-manager.io/v1", "Certificate")
        for (group, kind) in [
            ("cert-manager.io", "CertificateRequest"), ("acme.cert-manager.io", "Order"),
            ("acme.cert-manager.io", "Challenge"),
        ] {
            #expect(Self.rule("\(group)/v1", kind, "a", certificate) == "certificate-order")
            #expect(Self.rule("\(group)/v1", kind, "a") == nil)
        }
        #expect(Self.rule("cert-manager.io/v1", "Certificate", "a", certificate) == nil)
    }

    @Test func `C62, C69: certificates of OpenShift, and Pods that have failed`() {
        #expect(Self.rule("v1", "ConfigMap", "openshift-service-ca.crt") == "root-certificate")
        #expect(Self.rule("v1", "Pod", "a", ["status": ["phase": "Failed"]]) == "finished-pod")
    }

    @Test func `C69: Pods and Jobs that have ended come back when they are wanted`() throws {
        var policy = RestorePolicy(name: "test")
        policy.restoresFinished = true
        let pod = Samples.object("v1", "Pod", "ended", namespace: "shop", ["status": ["phase": "Succeeded"]])
        let job = Samples.object("batch/v1", "Job", "ended", namespace: "shop", ["status": ["completionTime": "t"]])
        for object in [pod, job] {
            let wanted = try #require(
                Samples.plan([object], policy: policy).steps.first { $0.identity.name == "ended" }
            )
            #expect(wanted.verdict == .create)
            let left = try #require(Samples.plan([object]).steps.first { $0.identity.name == "ended" })
            #expect(left.verdict != .create)
        }
    }

    @Test(arguments: [
        ("Secret", "/data/k"), ("Secret", "/type"), ("ConfigMap", "/binaryData/k"), ("Service", "/spec/clusterIP"),
        ("PersistentVolumeClaim", "/spec/accessModes/0"), ("PersistentVolumeClaim", "/spec/storageClassName"),
        ("PersistentVolume", "/spec/nfs/server"), ("apps/StatefulSet", "/spec/volumeClaimTemplates/0"),
        ("apps/Deployment", "/spec/selector/matchLabels/a"), ("batch/Job", "/spec/template"),
        ("storage.k8s.io/StorageClass", "/parameters/type"), ("rbac.authorization.k8s.io/RoleBinding", "/roleRef/name"),
        ("scheduling.k8s.io/PriorityClass", "/value"), ("networking.k8s.io/IngressClass", "/spec/controller"),
    ])
    func `C47, C119: what cannot be changed needs a new object`(kind: String, path: String) {
        let existing: JSONValue = ["immutable": true]
        #expect(
            ImmutableFields.first(in: ["/metadata/labels/a", path], of: Self.kind(kind), existing: existing) == path
        )
    }

    @Test(arguments: [
        ("Secret", "/data/k"), ("ConfigMap", "/data/k"), ("Service", "/spec/ports/0/port"),
        ("PersistentVolumeClaim", "/spec/resources/requests/storage"), ("PersistentVolume", "/spec/claimRef/uid"),
        ("apps/StatefulSet", "/spec/replicas"), ("apps/Deployment", "/spec/template/spec/containers/0/image"),
        ("rbac.authorization.k8s.io/RoleBinding", "/subjects/0/name"), ("batch/CronJob", "/spec/schedule"),
    ])
    func `C119: what can be changed does not`(kind: String, path: String) {
        #expect(ImmutableFields.first(in: [path], of: Self.kind(kind), existing: [:]) == nil)
    }

    @Test func `C90, C92: certificates of the old cluster are noted, unless somebody puts them in anew`() throws {
        let config: JSONValue = ["service": ["name": "a", "namespace": "b"], "caBundle": "Q0E="]
        func notes(_ object: JSONValue) -> [String] { Samples.plan([object]).steps.flatMap(\.notes) }
        let injected: JSONValue = ["annotations": ["cert-manager.io/inject-ca-from": "a/b"]]
        for metadata in [[:], injected] {
            var webhook = Samples.object(
                "\(Self.admission)/v1",
                "ValidatingWebhookConfiguration",
                "a",
                ["webhooks": [["name": "a", "clientConfig": config]]]
            )
            var definition = Samples.object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "as.example.com",
                ["spec": ["conversion": ["strategy": "Webhook", "webhook": ["clientConfig": config]]]]
            )
            for (name, value) in metadata.object?.members.map({ ($0.key, $0.value) }) ?? [] {
                webhook["metadata", name] = value
                definition["metadata", name] = value
            }
            let isNoted = metadata == [:]
            #expect(notes(webhook).contains { $0.contains("certificate of the old cluster") } == isNoted)
            #expect(notes(definition).contains { $0.contains("certificate of the old cluster") } == isNoted)
        }
    }

    @Test func `C103: a namespace of another name gets ranges of its own`() throws {
        let annotations: JSONValue = ["openshift.io/sa.scc.uid-range": "1000/10", "note": "kept"]
        let namespace = Samples.object("v1", "Namespace", "shop", ["metadata": ["annotations": annotations]])
        let moved = RestorePolicy(name: "test", namespaceMapping: ["shop": "store"])
        let copy = try #require(Samples.plan([namespace], policy: moved).steps.first)
        #expect(try JSONValue(parsing: copy.body)["metadata", "annotations"] == ["note": "kept"])
        let same = try #require(Samples.plan([namespace]).steps.first)
        #expect(try JSONValue(parsing: same.body)["metadata", "annotations"] == annotations)
    }

    @Test func `C15: a definition is waited for until it is established and its names are accepted`() throws {
        let definition = Samples.object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "widgets.example.com",
            [
                "spec": [
                    "group": "example.com", "names": ["plural": "widgets", "kind": "Widget"],
                    "versions": [["name": "v1", "served": true, "storage": true]],
                ]
            ]
        )
        var pending = PendingDefinitions(Samples.plan([definition]))
        func page(_ conditions: String...) throws -> ListPage {
            let list = conditions.map { #"{"type":"\#($0)","status":"True"}"# }.joined(separator: ",")
            let item = #"{"metadata":{"name":"widgets.example.com"},"status":{"conditions":[\#(list)]}}"#
            return try ListPage(parsing: Array(#"{"items":[\#(item)]}"#.utf8))
        }
        #expect(!pending.isSettled(without: []) && pending.kinds.count == 1)
        try pending.take(try page("Established"))
        #expect(!pending.isSettled(without: []))
        try pending.take(try page("Established", "NamesAccepted"))
        #expect(pending.isSettled(without: []) && pending.kinds.isEmpty)
    }

    @Test func `C48, C51: refusals that no other field would satisfy are failures with the words of the server`() {
        let step = RestorePlan.Step(
            identity: ObjectIdentity(
                groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"),
                namespace: "shop",
                name: "large"
            ),
            resource: Samples.resource("", "v1", "configmaps", "ConfigMap"),
            wave: .configuration,
            verdict: .create
        )
        let error = ClusterError(
            .tooLarge,
            httpStatus: 413,
            message: "Request entity too large: limit is 3145728",
            method: "POST",
            path: "/api/v1/namespaces/shop/configmaps"
        )
        let failure = FailureAdvice.failure(step, error)
        #expect(failure.object == "ConfigMap shop/large" && failure.reason.contains("too large"))
        #expect(failure.remedy.contains("size"))
        let families = ClusterError(
            .invalid,
            httpStatus: 422,
            message: "Service is invalid: spec.ipFamilyPolicy",
            causes: [.init(reason: "FieldValueInvalid", message: "no", field: "spec.ipFamilyPolicy")],
            method: "POST",
            path: "/api/v1/namespaces/shop/services"
        )
        let service = Samples.object(
            "v1",
            "Service",
            "web",
            namespace: "shop",
            ["spec": ["ipFamilyPolicy": "RequireDualStack"]]
        )
        #expect(RefusedFields.without(families, service.encoded()) == nil)
    }
}
