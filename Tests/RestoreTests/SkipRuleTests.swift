import KubernetesObjects
import Restore
import Testing

@Suite struct `What a restore leaves to the cluster` {
    private func labelled(_ apiVersion: String, _ kind: String, _ name: String, _ labels: JSONValue) -> JSONValue {
        Samples.object(apiVersion, kind, name, namespace: "shop", ["metadata": ["labels": labels]])
    }

    @Test func `C57: the Service and the endpoints of the API server`() {
        #expect(
            Samples.rule(Samples.object("v1", "Service", "kubernetes", namespace: "default")) == "kubernetes-service"
        )
        #expect(
            Samples.rule(Samples.object("v1", "Endpoints", "kubernetes", namespace: "default")) == "kubernetes-service"
        )
        #expect(Samples.rule(Samples.object("v1", "Service", "kubernetes", namespace: "shop")) == nil)
    }

    @Test func `C59: Endpoints of a Service with a selector, and no others`() {
        let endpoints = Samples.object("v1", "Endpoints", "web", namespace: "shop")
        let selecting = Samples.object(
            "v1",
            "Service",
            "web",
            namespace: "shop",
            ["spec": ["selector": ["app": "web"]]]
        )
        let bare = Samples.object("v1", "Service", "web", namespace: "shop", ["spec": [:]])
        #expect(Samples.rule(endpoints, among: [selecting]) == "controlled-endpoints")
        #expect(Samples.rule(endpoints, among: [bare]) == nil)
    }

    @Test func `C60: locks of leaders`() {
        let lock = Samples.object(
            "v1",
            "ConfigMap",
            "controller",
            namespace: "shop",
            ["metadata": ["annotations": ["control-plane.alpha.kubernetes.io/leader": "{}"]]]
        )
        #expect(Samples.rule(lock) == "leader-election")
    }

    @Test func `C62: the root certificate that each cluster publishes`() {
        #expect(
            Samples.rule(Samples.object("v1", "ConfigMap", "kube-root-ca.crt", namespace: "shop")) == "root-certificate"
        )
    }

    @Test func `C63: generated tokens, and not those made by hand`() {
        func token(_ name: String) -> JSONValue {
            Samples.object(
                "v1",
                "Secret",
                name,
                namespace: "shop",
                [
                    "type": "kubernetes.io/service-account-token",
                    "metadata": ["annotations": ["kubernetes.io/service-account.name": "web"]],
                ]
            )
        }
        #expect(Samples.rule(token("web-token-x7k2p")) == "service-account-token")
        #expect(Samples.rule(token("web-token-forever")) == nil)
        #expect(Samples.rule(token("robot")) == nil)
    }

    @Test func `C64: bootstrap tokens`() {
        let token = Samples.object(
            "v1",
            "Secret",
            "b",
            namespace: "kube-system",
            ["type": "bootstrap.kubernetes.io/token"]
        )
        #expect(Samples.rule(token) == "bootstrap-token")
    }

    @Test func `C24, C68, C69: pods that come again or have ended`() {
        func pod(_ members: JSONValue) -> JSONValue { Samples.object("v1", "Pod", "p", namespace: "shop", members) }
        let owner = Samples.owner("apps/v1", "ReplicaSet", "web-1")
        #expect(Samples.rule(pod(["metadata": ["ownerReferences": [owner]]])) == "controlled-pod")
        let mirror: JSONValue = ["metadata": ["annotations": ["kubernetes.io/config.mirror": "x"]]]
        #expect(Samples.rule(pod(mirror)) == "mirror-pod")
        #expect(Samples.rule(pod(["status": ["phase": "Succeeded"]])) == "finished-pod")
        #expect(Samples.rule(pod(["status": ["phase": "Running"]])) == nil)
    }

    @Test func `C95: the roles of the API server, but not those that users took over`() {
        let label: JSONValue = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        var role = labelled("rbac.authorization.k8s.io/v1", "Role", "r", label)
        #expect(Samples.rule(role) == "bootstrap-role")
        role["metadata", "annotations", "rbac.authorization.kubernetes.io/autoupdate"] = "false"
        #expect(Samples.rule(role) == nil)
    }

    @Test func `Secrets that the sealed-secrets controller unseals again, when a sealing key is there`() throws {
        let sealed = Samples.object("bitnami.com/v1alpha1", "SealedSecret", "db", namespace: "shop")
        let secret = Samples.object(
            "v1",
            "Secret",
            "db",
            namespace: "shop",
            ["metadata": ["ownerReferences": [Samples.owner("bitnami.com/v1alpha1", "SealedSecret", "db")]]]
        )
        let key = labelled("v1", "Secret", "key", ["sealedsecrets.bitnami.com/sealed-secrets-key": "active"])
        #expect(Samples.rule(secret, among: [sealed, key]) == "unsealed-secret")
        #expect(Samples.rule(secret, among: [sealed]) == nil)
        let kept = try #require(try Samples.created(secret, among: [sealed]))
        #expect(kept["metadata", "ownerReferences"] == nil)
        #expect(kept["metadata", "annotations", "sealedsecrets.bitnami.com/managed"] == "true")
    }

    @Test func `What belongs to an object that comes again under another name`() {
        let job = Samples.object("batch/v1", "Job", "once", namespace: "shop", ["status": ["completionTime": "x"]])
        let owned = Samples.object(
            "v1",
            "ConfigMap",
            "scratch",
            namespace: "shop",
            ["metadata": ["ownerReferences": [Samples.owner("batch/v1", "Job", "once", isController: false)]]]
        )
        #expect(Samples.rule(owned, among: [job]) == "left-out-owner")
    }

    @Test func `every rule has an id and a reason of its own`() {
        #expect(Set(SkipRule.all.map(\.id)).count == SkipRule.all.count)
        #expect(SkipRule.all.allSatisfy { !$0.reason.isEmpty })
    }
}
