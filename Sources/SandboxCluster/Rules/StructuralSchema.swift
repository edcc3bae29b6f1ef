import KubernetesObjects

/// A structural schema of a CustomResourceDefinition (OpenAPI v3 with Kubernetes' extensions).
///
/// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
struct StructuralSchema {
    let root: JSONValue

    /// Removes the fields that the schema does not know; metadata, apiVersion and kind are always known.
    func prune(_ object: inout JSONValue) {
        let (apiVersion, kind, metadata) = (object["apiVersion"], object["kind"], object["metadata"])
        Self.prune(&object, root)
        for (key, value) in [("apiVersion", apiVersion), ("kind", kind), ("metadata", metadata)] {
            object[key] = value
        }
    }

    private static func prune(_ value: inout JSONValue, _ schema: JSONValue) {
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
        switch value {
        case .object(let object):
            if schema["x-kubernetes-embedded-resource"]?.bool == true, schema["properties"] == nil { return }
            let properties = schema["properties"]
            let additional = schema["additionalProperties"]
            var kept: [JSONObject.Member] = []
            for var member in object.members {
                if let child = properties?[member.key] {
                    prune(&member.value, child)
                } else if let additional, additional.bool != false {
                    if additional.object != nil { prune(&member.value, additional) }
                } else if schema["x-kubernetes-embedded-resource"]?.bool == true,
                    ["apiVersion", "kind", "metadata"].contains(member.key)
                {
                    // An embedded object keeps what every object has.
                } else if !preserves {
                    continue
                }
                kept.append(member)
            }
            value = .object(JSONObject(kept))
        case .array(var elements):
            guard let items = schema["items"] else { return }
            for index in elements.indices { prune(&elements[index], items) }
            value = .array(elements)
        default: break
        }
    }

    /// Sets the defaults of the schema, from the outside in; a null that may not be null is replaced by its default.
    func setDefaults(_ object: inout JSONValue) { Self.setDefaults(&object, root) }

    private static func setDefaults(_ value: inout JSONValue, _ schema: JSONValue) {
        switch value {
        case .object(var object):
            for property in schema["properties"]?.object?.members ?? [] {
                let present = object[property.key]
                let isMissing = present == nil || (present?.isNull == true && property.value["nullable"]?.bool != true)
                if isMissing, let standard = property.value["default"] {
                    object[property.key] = standard
                } else if present?.isNull == true, isMissing {
                    object[property.key] = nil
                }
                if var child = object[property.key] {
                    setDefaults(&child, property.value)
                    object[property.key] = child
                }
            }
            if let additional = schema["additionalProperties"], additional.object != nil {
                for key in object.keys where schema["properties", key] == nil {
                    guard var child = object[key] else { continue }
                    setDefaults(&child, additional)
                    object[key] = child
                }
            }
            value = .object(object)
        case .array(var elements):
            guard let items = schema["items"] else { return }
            for index in elements.indices { setDefaults(&elements[index], items) }
            value = .array(elements)
        default: break
        }
    }
}
