extension LabelSelector {
    /// The selector as the API server takes it in a query; nil when it selects everything.
    package var queryText: String? {
        guard !requirements.isEmpty else { return nil }
        return requirements.map { requirement in
            switch requirement {
            case .isIn(let key, let values): "\(key) in (\(values.joined(separator: ",")))"
            case .isNotIn(let key, let values): "\(key) notin (\(values.joined(separator: ",")))"
            case .exists(let key): key
            case .doesNotExist(let key): "!\(key)"
            }
        }.joined(separator: ",")
    }
}
