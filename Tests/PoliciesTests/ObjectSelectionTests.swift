import KubernetesObjects
import Policies
import Testing

@Suite struct `A selection of objects` {
    private let deployments = GroupResource(group: "apps", resource: "deployments")
    private let secrets = GroupResource(group: "", resource: "secrets")
    private let roles = GroupResource(group: "rbac.authorization.k8s.io", resource: "clusterroles")
    private let namespaces = GroupResource(group: "", resource: "namespaces")

    @Test func `takes everything by default`() {
        let selection = ObjectSelection.everything
        #expect(selection.isEverything)
        #expect(selection.includes(resource: deployments, namespace: "shop"))
        #expect(selection.includes(resource: roles, namespace: nil, labels: ["a": "b"]))
        #expect(selection.literalNamespaces == nil)
    }

    @Test func `names the resources that nobody knows, because they exclude nothing`() {
        let selection = ObjectSelection(
            includedResources: ["deployments.apps", "deploy", "*.example.com"],
            excludedResources: ["Secret", "secrets"]
        )
        #expect(selection.unknownResources(among: [deployments, secrets]) == ["deploy", "Secret"])
        #expect(ObjectSelection.everything.unknownResources(among: []) == [])
    }

    @Test func `lets an exclusion win`() {
        let selection = ObjectSelection(
            includedNamespaces: ["shop-*"],
            excludedNamespaces: ["shop-test"],
            excludedResources: ["secrets"]
        )
        #expect(selection.includes(resource: deployments, namespace: "shop-eu"))
        #expect(!selection.includes(resource: deployments, namespace: "shop-test"))
        #expect(!selection.includes(resource: deployments, namespace: "other"))
        #expect(!selection.includes(resource: secrets, namespace: "shop-eu"))
    }

    @Test func `leaves cluster-scoped objects out when namespaces are named, but keeps the namespaces themselves`() {
        let selection = ObjectSelection(
            includedNamespaces: ["shop"],
            labelSelector: LabelSelector([.exists(key: "app")])
        )
        #expect(!selection.includes(resource: roles, namespace: nil, labels: ["app": "x"], name: "admin"))
        #expect(selection.includes(resource: namespaces, namespace: nil, name: "shop"))
        #expect(!selection.includes(resource: namespaces, namespace: nil, name: "other"))
        #expect(selection.literalNamespaces == ["shop"])
        var named = selection
        named.includedResources = ["clusterroles.rbac.authorization.k8s.io", "secrets"]
        #expect(named.includes(resource: roles, namespace: nil, labels: ["app": "x"], name: "admin"))
        #expect(named.mayInclude(resource: secrets, isNamespaced: true))
        #expect(!named.mayInclude(resource: deployments, isNamespaced: true))
    }

    @Test func `obeys the rule for cluster-scoped objects`() {
        #expect(
            ObjectSelection(includedNamespaces: ["a"], clusterResources: .include).includes(
                resource: roles,
                namespace: ""
            )
        )
        #expect(!ObjectSelection(clusterResources: .exclude).includes(resource: roles, namespace: ""))
    }

    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abc", true), ("a*c", "abd", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("*.apps", "deployments.apps", true), ("a*b*c", "aXbXbc", true), ("", "", true),
        ("", "a", false), ("abc", "ABC", false), ("**a", "bba", true), ("pods", "pods.metrics.k8s.io", false),
    ])
    func `matches names with stars`(pattern: String, name: String, expected: Bool) {
        #expect(NamePattern(pattern).matches(name) == expected)
    }
}
