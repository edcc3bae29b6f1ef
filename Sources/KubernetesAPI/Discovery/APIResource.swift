package import KubernetesObjects

/// A resource that the API server serves in one version.
package struct APIResource: Hashable, Sendable {
    /// One word, because every step of a restore plan has a resource.
    private let fields: Shared<Fields>

    private struct Fields: Hashable, Sendable {
        let group: String
        let version: String
        let resource: String
        let kind: String
        let isNamespaced: Bool
        let verbs: Set<String>
        let hasStatus: Bool
    }

    package init(
        group: String,
        version: String,
        resource: String,
        kind: String,
        isNamespaced: Bool,
        verbs: Set<String>,
        hasStatus: Bool
    ) {
        fields = Shared(
            Fields(
                group: group,
                version: version,
                resource: resource,
                kind: kind,
                isNamespaced: isNamespaced,
                verbs: verbs,
                hasStatus: hasStatus
            )
        )
    }

    package var group: String { fields.value.group }
    package var version: String { fields.value.version }
    /// The plural name in URLs, such as `deployments`.
    package var resource: String { fields.value.resource }
    package var kind: String { fields.value.kind }
    package var isNamespaced: Bool { fields.value.isNamespaced }
    package var verbs: Set<String> { fields.value.verbs }
    package var hasStatus: Bool { fields.value.hasStatus }

    /// Namespaces, which every API server serves: for what is read before discovery has answered.
    package static let namespaces = APIResource(
        group: "",
        version: "v1",
        resource: "namespaces",
        kind: "Namespace",
        isNamespaced: false,
        verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
        hasStatus: true
    )

    package var groupResource: GroupResource { GroupResource(group: group, resource: resource) }
    package var groupVersionKind: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }

    /// `/api/v1` or `/apis/GROUP/VERSION`, then the namespace, the resource, the name and the subresource.
    func path(namespace: String?, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace, !namespace.isEmpty { path += "/namespaces/\(URLText.escape(namespace))" }
        path += "/\(resource)"
        if let name { path += "/\(URLText.escape(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }
}

/// Percent-encoding of URL parts.
enum URLText {
    /// Escapes everything but the unreserved characters of RFC 3986 section 2.3.
    ///
    /// A text of one or two dots is escaped whole, because it would be a step in the path and not a name (section 5.2.4).
    static func escape(_ text: String) -> String {
        guard text != ".", text != ".." else { return text.replacing(".", with: "%2E") }
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `?a=b&c=d` of the items that have a value; empty when none has.
    static func query(_ items: [(String, String?)]) -> String {
        let parts = items.compactMap { name, value in value.map { "\(name)=\(escape($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
