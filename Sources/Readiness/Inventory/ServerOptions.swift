import KubernetesObjects

extension ObjectInventory {
    /// The options of the API server with their values, read from its Pods; nil when no Pod shows them, as in managed clusters.
    func serverOptions() throws(UnreadableKind) -> [String: String]? {
        let pods = try objects(.pod)
            .filter { $0.labels["component"] == "kube-apiserver" || $0.labels["k8s-app"] == "kube-apiserver" }
        guard !pods.isEmpty else { return nil }
        var options: [String: String] = [:]
        for pod in pods {
            for container in pod["spec", "containers"]?.array ?? [] {
                let words = ["command", "args"].flatMap { container[$0]?.array?.compactMap(\.string) ?? [] }
                for (index, word) in words.enumerated() where word.hasPrefix("--") {
                    let name = String(word.prefix { $0 != "=" })
                    let next = index + 1 < words.count && !words[index + 1].hasPrefix("-") ? words[index + 1] : "true"
                    options[name] = name.count < word.count ? String(word.dropFirst(name.count + 1)) : next
                }
            }
        }
        return options
    }
}
