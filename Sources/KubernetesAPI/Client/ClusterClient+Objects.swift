package import KubernetesObjects

extension ClusterClient {
    /// The object as the server sends it.
    package func get(
        _ resource: APIResource,
        namespace: String?,
        name: String,
        subresource: String? = nil
    ) async throws(ClusterError) -> [UInt8] {
        try await send("GET", resource.path(namespace: namespace, name: name, subresource: subresource)).body
    }

    /// Creates an object and returns it as the server keeps it.
    package func create(
        _ resource: APIResource,
        namespace: String?,
        body: [UInt8],
        options: WriteOptions = WriteOptions()
    ) async throws(ClusterError) -> [UInt8] {
        let path = resource.path(namespace: namespace) + Self.query(options)
        return try await send("POST", path, contentType: "application/json", body: body).body
    }

    /// Replaces an object; a resourceVersion in the body that is no longer the server's is a conflict.
    package func replace(
        _ resource: APIResource,
        namespace: String?,
        name: String,
        body: [UInt8],
        options: WriteOptions = WriteOptions(),
        subresource: String? = nil
    ) async throws(ClusterError) -> [UInt8] {
        let path = resource.path(namespace: namespace, name: name, subresource: subresource) + Self.query(options)
        return try await send("PUT", path, contentType: "application/json", body: body).body
    }

    /// Changes an object by a patch. Server-side apply also creates it.
    package func patch(
        _ resource: APIResource,
        namespace: String?,
        name: String,
        patch: [UInt8],
        type: PatchType,
        options: WriteOptions = WriteOptions(),
        subresource: String? = nil
    ) async throws(ClusterError) -> [UInt8] {
        var isForced = false
        if case .apply(let force) = type { isForced = force }
        let path =
            resource.path(namespace: namespace, name: name, subresource: subresource)
            + Self.query(options, isForced: isForced)
        return try await send("PATCH", path, contentType: type.contentType, body: patch).body
    }

    /// Deletes an object; preconditions that do not hold are a conflict.
    package func delete(
        _ resource: APIResource,
        namespace: String?,
        name: String,
        options: DeleteOptions = DeleteOptions()
    ) async throws(ClusterError) -> [UInt8] {
        var body: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions"]
        if let uid = options.uid { body["preconditions", "uid"] = .string(uid) }
        if let version = options.resourceVersion { body["preconditions", "resourceVersion"] = .string(version) }
        if let propagation = options.propagation { body["propagationPolicy"] = .string(propagation.rawValue) }
        if let seconds = options.gracePeriodSeconds { body["gracePeriodSeconds"] = .int(seconds) }
        if options.dryRun { body["dryRun"] = ["All"] }
        let path = resource.path(namespace: namespace, name: name)
        return try await send("DELETE", path, contentType: "application/json", body: body.encoded()).body
    }

    /// Sends any request, for what has no method of its own.
    ///
    /// - Parameter accept: with `application/json`, an answer that is not whole JSON is an error; `*/*` takes what comes.
    package func raw(
        method: String,
        path: String,
        body: [UInt8]?,
        contentType: String?,
        accept: String = "application/json"
    ) async throws(ClusterError) -> [UInt8] {
        try await send(method, path, accept: accept, contentType: contentType, body: body).body
    }

    /// Whether this identity may do something (SelfSubjectAccessReview).
    package func mayI(_ verb: String, _ resource: GroupResource, namespace: String? = nil) async throws(ClusterError)
        -> Bool
    {
        var attributes: JSONValue = [
            "verb": .string(verb), "group": .string(resource.group), "resource": .string(resource.resource),
        ]
        if let namespace { attributes["namespace"] = .string(namespace) }
        let review: JSONValue = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": attributes],
        ]
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        let answer = try await send("POST", path, contentType: "application/json", body: review.encoded()).body
        return try Self.parse(answer, "POST", path)["status", "allowed"]?.bool ?? false
    }

    package func serverVersion() async throws(ClusterError) -> ServerVersion {
        let document = try Self.parse(try await send("GET", "/version").body, "GET", "/version")
        return ServerVersion(
            major: document["major"]?.string ?? "",
            minor: document["minor"]?.string ?? "",
            gitVersion: document["gitVersion"]?.string ?? ""
        )
    }

    static func parse(_ bytes: [UInt8], _ method: String, _ path: String) throws(ClusterError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ClusterError(
                .malformedAnswer,
                httpStatus: 200,
                message: error.description,
                method: method,
                path: path
            )
        }
    }

    private static func query(_ options: WriteOptions, isForced: Bool = false) -> String {
        URLText.query([
            ("dryRun", options.dryRun ? "All" : nil), ("fieldManager", options.fieldManager),
            ("force", isForced ? "true" : nil),
        ])
    }
}
