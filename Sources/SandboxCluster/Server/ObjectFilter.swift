import KubernetesObjects

/// Which objects of a resource a list or a watch is about.
struct ObjectFilter: Sendable {
    /// Empty for all namespaces.
    let namespace: String
    private let labels: LabelSelector?
    private let fields: FieldSelector?

    init(_ request: APIRequest, _ target: RequestTarget, selectableFields: Set<String> = []) throws(StatusError) {
        namespace = target.namespace
        do throws(LifeboatError) {
            let text = request.query["labelSelector"] ?? ""
            labels = text.isEmpty ? nil : try LabelSelector(parsing: text)
        } catch {
            throw .badRequest("unable to parse requirement: \(error.message)")
        }
        var text = request.query["fieldSelector"] ?? ""
        if !target.name.isEmpty { text += (text.isEmpty ? "" : ",") + "metadata.name=\(target.name)" }
        fields = text.isEmpty ? nil : try FieldSelector(parsing: text, target.resource, custom: selectableFields)
    }

    /// Whether objects are left out for another reason than their namespace.
    var isSelective: Bool { labels != nil || fields != nil }

    func matches(_ object: StoredObject) -> Bool {
        guard namespace.isEmpty || object.namespace == namespace else { return false }
        if let labels, !labels.matches(object.labels) { return false }
        return fields?.matches(object) ?? true
    }
}
