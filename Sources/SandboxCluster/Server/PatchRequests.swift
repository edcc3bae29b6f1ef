import KubernetesObjects

/// Answers PATCH: JSON patch, merge patch, strategic merge patch and server-side apply.
struct PatchRequests: Sendable {
    let server: APIServer

    func patch(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        switch request.contentType {
        case "application/apply-patch+yaml", "application/apply-patch+json":
            return try await apply(request, target, form)
        case "application/json-patch+json", "application/merge-patch+json": break
        case "application/strategic-merge-patch+json" where !target.resource.isCustom: break
        default: throw unsupported(target.resource)
        }
        let document = try request.parsed()
        let stored = try await server.operations.change(
            target.resource,
            namespace: target.namespace,
            name: target.name,
            request.writeOptions(subresource: target.subresource)
        ) { old, schema throws(StatusError) in
            try patched(old, document, request.contentType, target, schema)
        }
        return server.answer(stored, request, target, form)
    }

    private func patched(
        _ old: StoredObject,
        _ document: JSONValue,
        _ type: String,
        _ target: RequestTarget,
        _ schema: MergeSchema
    ) throws(StatusError) -> JSONValue {
        let resource = target.resource
        if target.subresource == "scale", let scale = resource.scale {
            let subresource = ScaleSubresource(object: old.value, scale: scale)
            let wanted = try apply(document, type, to: subresource.value, .builtIn(path: []), resource)
            return subresource.scaled(by: wanted)
        }
        let before = VersionConversion.fromStorage(old.value, resource)
        let after = try apply(document, type, to: before, schema, resource)
        return try server.operations.replacement(after, resource, old)
    }

    private func apply(
        _ document: JSONValue,
        _ type: String,
        to value: JSONValue,
        _ schema: MergeSchema,
        _ resource: ServedResource
    ) throws(StatusError) -> JSONValue {
        switch type {
        case "application/json-patch+json":
            do throws(LifeboatError) {
                return try JSONPatch(of: document).apply(to: value)
            } catch {
                throw StatusError(
                    code: 422,
                    reason: "Invalid",
                    message: "the server rejected our request due to an error in our request",
                    subject: StatusError.Subject()
                )
            }
        case "application/merge-patch+json":
            guard document.object != nil else { throw .badRequest("the merge patch is not an object") }
            return MergePatch.apply(document, to: value)
        default: return try StrategicMergePatch.apply(document, to: value, schema)
        }
    }

    private func unsupported(_ resource: ServedResource) -> StatusError {
        var types = ["application/json-patch+json", "application/merge-patch+json"]
        if !resource.isCustom { types.append("application/strategic-merge-patch+json") }
        types.append("application/apply-patch+yaml")
        return StatusError(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: "
                + types.joined(separator: ", ")
        )
    }

    /// Server-side apply; it creates the object when there is none.
    private func apply(
        _ request: APIRequest,
        _ target: RequestTarget,
        _ form: ObjectForm
    ) async throws(StatusError) -> APIAnswer {
        guard request.query["fieldManager"]?.isEmpty == false else {
            throw .invalid(
                GroupKind(group: "meta.k8s.io", kind: "PatchOptions"),
                "",
                [.required("fieldManager", "is required for apply patch")]
            )
        }
        let resource = target.resource
        let wanted = try request.parsed(allowingYAML: true)
        try ObjectMetadata.checkKind(wanted, resource)
        guard wanted["metadata", "managedFields"] == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        let name = wanted["metadata", "name"]?.string ?? target.name
        guard name == target.name else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(target.name))")
        }
        let configuration = configuration(wanted, target)
        let options = ResourceOperations.WriteOptions(
            fieldManager: request.fieldManager,
            isDryRun: request.isDryRun,
            subresource: target.subresource,
            keepsManagedFields: true
        )
        let isForced = request.flag("force")
        let now = server.storage.environment.now()
        do throws(StatusError) {
            let operations = server.operations
            let stored = try await operations.change(resource, namespace: target.namespace, name: target.name, options)
            {
                old,
                schema throws(StatusError) in
                try operations.checkPreconditions(
                    uid: wanted["metadata", "uid"]?.string,
                    resourceVersion: wanted["metadata", "resourceVersion"]?.string,
                    old
                )
                let apply = ServerSideApply(
                    resource: resource,
                    schema: schema,
                    manager: options.fieldManager,
                    isForced: isForced,
                    subresource: target.subresource,
                    now: now
                )
                return try apply.apply(configuration, to: old.value)
            }
            return server.answer(stored, request, target, form)
        } catch {
            guard error.code == 404, error.subject?.kind == resource.resource, target.subresource.isEmpty else {
                throw error
            }
        }
        return try await applyNew(configuration, wanted, request, target, form, options)
    }

    /// What is wanted, in the storage version and with the name and namespace of the URL.
    private func configuration(_ wanted: JSONValue, _ target: RequestTarget) -> JSONValue {
        var wanted = wanted
        wanted["metadata", "name"] = .string(target.name)
        if target.resource.isNamespaced { wanted["metadata", "namespace"] = .string(target.namespace) }
        return VersionConversion.toStorage(wanted, target.resource)
    }

    private func applyNew(
        _ configuration: JSONValue,
        _ wanted: JSONValue,
        _ request: APIRequest,
        _ target: RequestTarget,
        _ form: ObjectForm,
        _ options: ResourceOperations.WriteOptions
    ) async throws(StatusError) -> APIAnswer {
        if let uid = wanted["metadata", "uid"]?.string, !uid.isEmpty {
            throw .conflict(
                target.resource.groupResource,
                target.name,
                "uid mismatch: the provided object specified uid \(uid), and no existing object was found"
            )
        }
        let schema = server.storage.read { MergeSchema.of(target.resource, $0) }
        let apply = ServerSideApply(
            resource: target.resource,
            schema: schema,
            manager: options.fieldManager,
            isForced: request.flag("force"),
            now: server.storage.environment.now()
        )
        var object = try apply.apply(configuration, to: nil)
        object = VersionConversion.fromStorage(object, target.resource)
        let stored = try await server.operations.create(object, target.resource, namespace: target.namespace, options)
        return server.answer(stored, request, target, form, status: 201)
    }
}
