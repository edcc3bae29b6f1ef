import KubernetesObjects

/// The form in which a client wants objects, by its Accept header.
struct ObjectForm: Sendable, Equatable {
    enum Kind: Sendable { case whole, table, metadata }

    let kind: Kind
    /// `v1` or `v1beta1` of meta.k8s.io.
    var version = "v1"

    static let whole = ObjectForm(kind: .whole)

    /// The first form of the Accept header that is served.
    ///
    /// - Throws: 406 when none is.
    init(accept: String?) throws(StatusError) {
        for part in (accept ?? "*/*").split(separator: ",") {
            let fields = part.split(separator: ";").map { String($0).trimmingSpaces() }
            guard let type = fields.first, ["application/json", "*/*", "application/*", ""].contains(type) else {
                continue
            }
            let parameters = fields.dropFirst().compactMap { $0.splitOnce("=") }
            func parameter(_ name: String) -> String? { parameters.first { $0.0 == name }?.1 }
            guard let form = parameter("as") else {
                self = .whole
                return
            }
            let version = parameter("v") ?? "v1"
            guard parameter("g") == "meta.k8s.io", ["v1", "v1beta1"].contains(version) else { continue }
            switch form {
            case "Table": self.init(kind: .table, version: version)
            case "PartialObjectMetadata", "PartialObjectMetadataList": self.init(kind: .metadata, version: version)
            default: continue
            }
            return
        }
        throw StatusError(
            code: 406,
            reason: "NotAcceptable",
            message: "only the following media types are accepted: application/json"
        )
    }

    private init(kind: Kind, version: String = "v1") {
        self.kind = kind
        self.version = version
    }

    var apiVersion: String { "meta.k8s.io/\(version)" }
}

/// Writes objects as bytes in the version and form of a request.
struct ObjectWriter: Sendable {
    let resource: ServedResource
    let form: ObjectForm
    var table: TableWriter?

    init(_ resource: ServedResource, _ form: ObjectForm, table: TableWriter? = nil) {
        self.resource = resource
        self.form = form
        self.table = table
    }

    /// A single object, as an answer or in an event of a watch.
    func object(_ object: StoredObject) -> [UInt8] {
        switch form.kind {
        case .whole: Self.head(resource.kind, resource.groupVersion) + members(object)
        case .metadata: metadata(object)
        case .table:
            table?.table([object], metadata: ["resourceVersion": .string(String(object.resourceVersion))]).encoded()
                ?? []
        }
    }

    /// Appends an object as an element of a list.
    func append(_ object: StoredObject, to output: inout [UInt8]) {
        switch form.kind {
        case .whole where resource.isCustom: output.append(contentsOf: self.object(object))
        case .whole:
            output.append(.openBrace)
            output.append(contentsOf: members(object))
        case .metadata, .table: output.append(contentsOf: metadata(object))
        }
    }

    private func members(_ object: StoredObject) -> [UInt8] {
        guard VersionConversion.isConverted(resource) else { return object.members }
        var rest = VersionConversion.fromStorage(object.value, resource).object ?? JSONObject()
        rest["apiVersion"] = nil
        rest["kind"] = nil
        return Array(JSONValue.object(rest).encoded().dropFirst())
    }

    private func metadata(_ object: StoredObject) -> [UInt8] {
        let value: JSONValue = ["metadata": object.value["metadata"] ?? .object(JSONObject())]
        return Self.head("PartialObjectMetadata", form.apiVersion) + value.encoded().dropFirst()
    }

    static func head(_ kind: String, _ apiVersion: String) -> [UInt8] {
        Array("{\"kind\":\"\(kind)\",\"apiVersion\":\"\(apiVersion)\",".utf8)
    }
}
