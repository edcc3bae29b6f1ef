package import KubernetesObjects

extension ObjectSelection {
    private static var lists: [(name: String, path: WritableKeyPath<ObjectSelection, [NamePattern]>)] {
        [
            ("includedNamespaces", \.includedNamespaces), ("excludedNamespaces", \.excludedNamespaces),
            ("includedResources", \.includedResources), ("excludedResources", \.excludedResources),
        ]
    }

    /// As a snapshot keeps it, so that a later reader knows what an absent object means.
    package var json: JSONValue {
        var json: JSONValue = ["clusterResources": .string(clusterResources.rawValue)]
        for (name, path) in Self.lists where !self[keyPath: path].isEmpty {
            json[name] = .array(self[keyPath: path].map { .string($0.text) })
        }
        if !labelSelector.requirements.isEmpty { json["labelSelector"] = labelSelector.json }
        return json
    }

    /// Reads what `json` wrote; nil for something else, from which nothing may be concluded.
    package init?(json: JSONValue) {
        guard let rule = json["clusterResources"]?.string.flatMap({ ClusterResources(rawValue: $0) }) else {
            return nil
        }
        self.init(clusterResources: rule)
        for (name, path) in Self.lists {
            self[keyPath: path] = json[name]?.array?.compactMap(\.string).map { NamePattern($0) } ?? []
        }
        guard let selector = json["labelSelector"] else { return }
        guard let parsed = try? LabelSelector(of: selector) else { return nil }
        labelSelector = parsed
    }
}
