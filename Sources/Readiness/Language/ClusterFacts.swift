import KubernetesObjects

extension ObjectInventory {
    /// What `cluster` is in the check language: release, nodes and provider, as far as they are known.
    var facts: RuleValue {
        let nodes = (try? objects(.node)) ?? []
        let kubelets = nodes.compactMap { $0["status", "nodeInfo", "kubeletVersion"]?.string }
        let release = kubelets.compactMap { KubernetesRelease(parsing: $0) }.max()
        let provider = nodes.lazy.compactMap { $0["spec", "providerID"]?.string }.first
        return .map([
            "nodes": .int(nodes.count),
            "kubeletMajor": RuleValue(release?.major), "kubeletMinor": RuleValue(release?.minor),
            "provider": RuleValue(provider.map { String($0.prefix { $0 != ":" }) }),
            "isSnapshot": .bool(served == nil),
        ])
    }
}
