import KubernetesObjects

/// CustomResourceDefinitions of v1beta1: what they said once for all versions stands with each version in v1
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#customresourcedefinition-v122).
enum DefinitionConversion {
    static func toVersion1(_ object: inout JSONValue) {
        guard var spec = object["spec"] else { return }
        let old = spec
        var versions = spec["versions"]?.array ?? []
        if versions.isEmpty, let name = spec["version"] {
            versions = [["name": name, "served": true, "storage": true]]
        }
        let keepsUnknown = old["preserveUnknownFields"]?.bool ?? true
        spec["versions"] = .array(
            versions.map { version in
                var version = version
                var schema =
                    version["schema", "openAPIV3Schema"] ?? old["validation", "openAPIV3Schema"] ?? ["type": "object"]
                if keepsUnknown { schema["x-kubernetes-preserve-unknown-fields"] = true }
                if schema["type"] == nil { schema["type"] = "object" }
                version["schema"] = ["openAPIV3Schema": schema]
                if version["subresources"] == nil { version["subresources"] = old["subresources"] }
                let columns = version["additionalPrinterColumns"] ?? old["additionalPrinterColumns"]
                version["additionalPrinterColumns"] = columns.map(renamed)
                return version
            }
        )
        for field in ["version", "validation", "subresources", "additionalPrinterColumns"] { spec[field] = nil }
        spec["preserveUnknownFields"] = nil
        if var conversion = old["conversion"] {
            if conversion["strategy"] == "Webhook" {
                var webhook: JSONValue = [
                    "conversionReviewVersions": conversion["conversionReviewVersions"] ?? ["v1beta1"]
                ]
                webhook["clientConfig"] = conversion["webhookClientConfig"]
                conversion["webhook"] = webhook
            }
            for field in ["webhookClientConfig", "conversionReviewVersions"] { conversion[field] = nil }
            spec["conversion"] = conversion
        }
        object["spec"] = spec
    }

    /// `JSONPath` is called `jsonPath`.
    private static func renamed(_ columns: JSONValue) -> JSONValue {
        .array(
            (columns.array ?? []).map { column in
                var column = column
                column["jsonPath"] = column["JSONPath"]
                column["JSONPath"] = nil
                return column
            }
        )
    }
}
