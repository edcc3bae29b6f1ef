import KubernetesObjects

extension APIRequest {
    /// The object of the body, in JSON or YAML.
    ///
    /// - Throws: 415 for another media type, 400 for a body that is no object.
    func object() throws(StatusError) -> JSONValue {
        if contentType == "application/vnd.kubernetes.protobuf" { return try protobufObject() }
        switch contentType {
        case "application/json", "application/yaml", "application/apply-patch+yaml", "text/yaml", "*/*", "": break
        default:
            throw StatusError(
                code: 415,
                reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml, application/vnd.kubernetes.protobuf"
            )
        }
        let value = try parsed(allowingYAML: contentType.hasSuffix("yaml"))
        guard value.object != nil else { throw .badRequest("the object provided is unrecognized: it is not an object") }
        return value
    }

    private func protobufObject() throws(StatusError) -> JSONValue {
        do throws(ProtobufReader.Failure) {
            return try ProtobufReader.object(body)
        } catch {
            if case .truncated = error { throw .badRequest("the body is no protocol buffer of an object") }
            throw StatusError(
                code: 415,
                reason: "UnsupportedMediaType",
                message: "the sandbox does not read all protocol buffers (\(error)); send application/json"
            )
        }
    }

    /// The body as a value.
    func parsed(allowingYAML: Bool = false) throws(StatusError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: body)
        } catch {
            guard allowingYAML, let text = String(validating: body, as: UTF8.self) else {
                throw .badRequest("the object provided is unrecognized (must be of type JSON): \(error)")
            }
            do throws(LifeboatError) {
                let documents = try YAMLDocuments.parse(text, source: "body")
                guard documents.count == 1 else { throw LifeboatError(.malformedYAML, "one document is expected") }
                return documents[0]
            } catch {
                throw .badRequest("error decoding YAML: \(error.message)")
            }
        }
    }

    /// What a write is to do besides the object.
    func writeOptions(subresource: String) -> ResourceOperations.WriteOptions {
        ResourceOperations.WriteOptions(fieldManager: fieldManager, isDryRun: isDryRun, subresource: subresource)
    }
}
