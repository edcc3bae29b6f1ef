import KubernetesObjects

/// A field selector such as `status.phase=Running,metadata.name!=web`.
struct FieldSelector: Sendable {
    struct Term: Sendable {
        let path: [String]
        let value: String
        let isNegated: Bool
    }

    let terms: [Term]

    /// - Throws: 400 when the text is no selector or names a field by which this resource cannot be selected.
    init(parsing text: String, _ resource: ServedResource, custom: Set<String> = []) throws(StatusError) {
        var terms: [Term] = []
        for part in text.split(separator: ",") {
            let part = String(part)
            var found: (String, String, Bool)?
            for (symbol, isNegated) in [("!=", true), ("==", false), ("=", false)] where found == nil {
                found = part.splitOnce(symbol).map { ($0.0, $0.1, isNegated) }
            }
            guard let (field, value, isNegated) = found else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            guard Self.fields(resource).contains(field) || custom.contains(field) else {
                throw .badRequest("field label not supported: \(field)")
            }
            terms.append(Term(path: field.split(separator: ".").map(String.init), value: value, isNegated: isNegated))
        }
        self.terms = terms
    }

    func matches(_ object: StoredObject) -> Bool {
        terms.allSatisfy { term in
            let value: String
            switch term.path {
            case ["metadata", "name"]: value = object.name
            case ["metadata", "namespace"]: value = object.namespace
            default: value = Self.text(object.value.value(at: term.path[...]))
            }
            return (value == term.value) != term.isNegated
        }
    }

    /// The exact name that is selected, if one is.
    var name: String? { terms.first { $0.path == ["metadata", "name"] && !$0.isNegated }?.value }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .number(let text): text
        case .bool(let value): value ? "true" : "false"
        default: ""
        }
    }

    private static func fields(_ resource: ServedResource) -> Set<String> {
        let common: Set<String> = ["metadata.name", "metadata.namespace"]
        switch resource.kind {
        case "Pod":
            return common.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
            ])
        case "Event":
            return common.union([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        case "Secret": return common.union(["type"])
        case "Namespace": return common.union(["status.phase"])
        case "Node": return common.union(["spec.unschedulable"])
        case "ReplicaSet", "ReplicationController": return common.union(["status.replicas"])
        case "Job": return common.union(["status.successful"])
        case "Service": return common.union(["spec.clusterIP", "spec.type"])
        case "CertificateSigningRequest": return common.union(["spec.signerName"])
        default: return common
        }
    }
}
