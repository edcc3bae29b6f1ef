import KubernetesObjects

/// Answers the requests of the Kubernetes API, free of the HTTP library.
struct APIServer: Sendable {
    let operations: ResourceOperations
    let snapshots: ListSnapshots
    /// The Kubernetes version that it claims, such as `v1.32.0`.
    let version: String
    let clock: any Clock<Duration>

    var storage: ClusterStorage { operations.storage }
    var registry: ResourceRegistry { operations.registry }

    func answer(_ request: APIRequest) async -> APIAnswer {
        do throws(StatusError) {
            if let answer = try document(request) { return answer }
            guard let target = try RequestTarget(request.path, registry) else {
                return .text("404 page not found\n", status: 404)
            }
            return try await answer(request, target)
        } catch {
            return APIAnswer(error)
        }
    }

    private func answer(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        if request.method == "POST", let answer = try await SpecialCreations(server: self).answer(request, target) {
            return answer
        }
        guard target.resource.isStored else {
            if target.resource.kind == "ComponentStatus" { return componentStatuses }
            throw RequestTarget.notAllowed
        }
        try checkSubresource(target)
        try checkDryRun(request)
        switch (request.method, target.name.isEmpty) {
        case ("GET", _) where request.flag("watch"): return try watch(request, target)
        case ("GET", true): return try list(request, target)
        case ("GET", false): return try get(request, target)
        case ("POST", true):
            guard !target.resource.isNamespaced || !target.namespace.isEmpty else { throw RequestTarget.notAllowed }
            return try await WriteRequests(server: self).create(request, target)
        case ("PUT", false): return try await WriteRequests(server: self).replace(request, target)
        case ("PATCH", false): return try await PatchRequests(server: self).patch(request, target)
        case ("DELETE", false): return try await DeleteRequests(server: self).delete(request, target)
        case ("DELETE", true):
            guard target.resource.verbs.contains("deletecollection"),
                !target.resource.isNamespaced || !target.namespace.isEmpty
            else { throw RequestTarget.notAllowed }
            return try await DeleteRequests(server: self).deleteCollection(request, target)
        default: throw RequestTarget.notAllowed
        }
    }

    private func checkSubresource(_ target: RequestTarget) throws(StatusError) {
        let resource = target.resource
        switch target.subresource {
        case "": return
        case "status": if resource.hasStatus { return }
        case "scale": if resource.scale != nil { return }
        case "finalize": if resource.kind == "Namespace" { return }
        case "approval": if resource.kind == "CertificateSigningRequest" { return }
        case "ephemeralcontainers": if resource.kind == "Pod" { return }
        default: break
        }
        throw RequestTarget.unknown
    }

    private func checkDryRun(_ request: APIRequest) throws(StatusError) {
        guard let value = request.query["dryRun"], !value.isEmpty, value != "All" else { return }
        let kinds = [
            "POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions", "DELETE": "DeleteOptions",
        ]
        throw .invalid(
            GroupKind(group: "meta.k8s.io", kind: kinds[request.method] ?? "ListOptions"),
            "",
            [
                StatusError.Cause(
                    reason: "FieldValueNotSupported",
                    message: "Unsupported value: []string{\"\(value)\"}: supported values: \"All\"",
                    field: "dryRun"
                )
            ]
        )
    }

    private func get(_ request: APIRequest, _ target: RequestTarget) throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        guard let object = storage.read({ $0.object(target.key) }) else {
            throw .notFound(target.resource.groupResource, target.name)
        }
        return answer(object, request, target, form)
    }

    /// One object in the form of the request; the scale subresource is an object of its own.
    func answer(
        _ object: StoredObject,
        _ request: APIRequest,
        _ target: RequestTarget,
        _ form: ObjectForm,
        status: Int = 200
    ) -> APIAnswer {
        if target.subresource == "scale", let scale = target.resource.scale {
            return .json(ScaleSubresource(object: object.value, scale: scale).value, status: status)
        }
        let writer = writer(request, target, form)
        return APIAnswer(status: status, body: .bytes(writer.object(object)))
    }

    private func list(_ request: APIRequest, _ target: RequestTarget) throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        let filter = try filter(request, target)
        return try ListRequest(request, target, storage, snapshots, filter, writer(request, target, form)).answer()
    }

    private func watch(_ request: APIRequest, _ target: RequestTarget) throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        let filter = try filter(request, target)
        return try WatchRequest(request, target, storage, filter, writer(request, target, form), clock).answer()
    }

    func filter(_ request: APIRequest, _ target: RequestTarget) throws(StatusError) -> ObjectFilter {
        var fields: Set<String> = []
        if target.resource.isCustom, request.query["fieldSelector"] != nil {
            let selectable = definition(of: target.resource)?["selectableFields"]?.array ?? []
            fields = Set(selectable.compactMap { $0["jsonPath"]?.string.map { String($0.drop { $0 == "." }) } })
        }
        return try ObjectFilter(request, target, selectableFields: fields)
    }

    private func writer(_ request: APIRequest, _ target: RequestTarget, _ form: ObjectForm) -> ObjectWriter {
        guard form.kind == .table else { return ObjectWriter(target.resource, form) }
        let columns = definition(of: target.resource)?["additionalPrinterColumns"]?.array
        let table = TableWriter(
            columns: TableColumns.columns(target.resource, custom: columns),
            form: form,
            resource: target.resource,
            includes: request.query["includeObject"] ?? "Metadata",
            now: storage.environment.now()
        )
        return ObjectWriter(target.resource, form, table: table)
    }

    /// The version of the CustomResourceDefinition that serves a custom resource.
    private func definition(of resource: ServedResource) -> JSONValue? {
        guard resource.isCustom else { return nil }
        let key = ObjectKey(ResourceRegistry.customResourceDefinitions, name: "\(resource.resource).\(resource.group)")
        let versions = storage.read { $0.object(key) }?.value["spec", "versions"]?.array ?? []
        return versions.first { $0["name"]?.string == resource.version }
    }

    private var componentStatuses: APIAnswer {
        .json(["kind": "ComponentStatusList", "apiVersion": "v1", "metadata": [:], "items": []])
    }
}
