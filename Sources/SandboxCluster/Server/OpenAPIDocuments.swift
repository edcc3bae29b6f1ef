import KubernetesObjects

/// The OpenAPI documents, as far as kubectl asks them: which kinds exist and which query parameters their PATCH takes.
///
/// Without schemas kubectl validates nothing itself and merges by the types that it knows.
struct OpenAPIDocuments: Sendable {
    let resources: [ServedResource]
    let version: String

    private static let parameters = ["dryRun", "fieldManager", "fieldValidation", "force"]

    private var patchable: [ServedResource] { resources.filter { $0.verbs.contains("patch") } }

    static func path(_ resource: ServedResource) -> String {
        let base = resource.group.isEmpty ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
        return base + (resource.isNamespaced ? "/namespaces/{namespace}" : "") + "/\(resource.resource)/{name}"
    }

    private var info: JSONValue { ["title": "Kubernetes", "version": .string(version)] }

    var v2: JSONValue {
        let paths = patchable.map { JSONObject.Member(key: Self.path($0), value: Self.item($0, isV3: false)) }
        return ["swagger": "2.0", "info": info, "paths": .object(JSONObject(paths)), "definitions": [:]]
    }

    private static func item(_ resource: ServedResource, isV3: Bool) -> JSONValue {
        let parameters: [JSONValue] = parameters.map { name in
            let type: JSONValue = name == "force" ? "boolean" : "string"
            var parameter: JSONValue = ["name": .string(name), "in": "query"]
            if isV3 { parameter["schema"] = ["type": type] } else { parameter["type"] = type }
            return parameter
        }
        let kind: JSONValue = [
            "group": .string(resource.group), "kind": .string(resource.kind), "version": .string(resource.version),
        ]
        return [
            "patch": [
                "parameters": .array(parameters), "responses": ["200": ["description": "OK"]],
                "x-kubernetes-action": "patch", "x-kubernetes-group-version-kind": kind,
            ]
        ]
    }

    var v3Index: JSONValue {
        var paths = JSONObject()
        for resource in resources {
            let name = resource.group.isEmpty ? "api/\(resource.version)" : "apis/\(resource.group)/\(resource.version)"
            paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)")]
        }
        return ["paths": .object(paths)]
    }

    /// The document of one version; nil when it is not served.
    func v3(_ group: String, _ version: String) -> JSONValue? {
        guard resources.contains(where: { $0.group == group && $0.version == version }) else { return nil }
        let list = patchable.filter { $0.group == group && $0.version == version }
        let paths = list.map { JSONObject.Member(key: Self.path($0), value: Self.item($0, isV3: true)) }
        return [
            "openapi": "3.0.0", "info": info, "paths": .object(JSONObject(paths)), "components": ["schemas": [:]],
        ]
    }

    /// The v2 document as `openapi.v2.Document`, the only form that kubectl before 1.27 takes.
    var v2Protobuf: [UInt8] {
        var document = ProtobufWriter()
        document.text(1, "2.0")
        document.message(2) {
            $0.text(1, "Kubernetes")
            $0.text(2, version)
        }
        // Field 8: paths, whose field 2 repeats the items by name.
        document.message(8) { paths in
            for resource in patchable {
                paths.message(2) { item in
                    item.text(1, Self.path(resource))
                    item.message(2) { $0.message(8) { Self.write(resource, to: &$0) } }
                }
            }
        }
        return document.bytes
    }

    /// A PATCH operation: parameters in field 8, responses in field 9, extensions in field 13.
    private static func write(_ resource: ServedResource, to operation: inout ProtobufWriter) {
        for name in parameters {
            // ParametersItem.parameter, Parameter.nonBodyParameter, its form for the query.
            operation.message(8) { item in
                item.message(1) { parameter in
                    parameter.message(2) { any in
                        any.message(3) { query in
                            query.text(2, "query")
                            query.text(4, name)
                            query.text(6, name == "force" ? "boolean" : "string")
                        }
                    }
                }
            }
        }
        operation.message(9) { responses in
            responses.message(1) { response in
                response.text(1, "200")
                response.message(2) { $0.message(1) { $0.text(1, "OK") } }
            }
        }
        operation.message(13) { extensions in
            extensions.text(1, "x-kubernetes-group-version-kind")
            extensions.message(2) {
                $0.text(2, "group: \"\(resource.group)\"\nkind: \(resource.kind)\nversion: \(resource.version)\n")
            }
        }
    }
}
