import KubernetesObjects

/// Answers DELETE on an object and on a collection.
struct DeleteRequests: Sendable {
    let server: APIServer

    func delete(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        guard target.subresource.isEmpty else { throw RequestTarget.notAllowed }
        let form = try ObjectForm(accept: request.headers["accept"])
        let options = try options(request)
        let result = try await server.operations.delete(
            target.resource,
            namespace: target.namespace,
            name: target.name,
            options
        )
        switch result {
        case .removed(let object) where !Self.returnsDeletedObject(target.resource):
            var details = JSONObject()
            details["name"] = .string(object.name)
            if !target.resource.group.isEmpty { details["group"] = .string(target.resource.group) }
            details["kind"] = .string(target.resource.resource)
            details["uid"] = .string(object.uid)
            return .json([
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details),
            ])
        case .removed(let object), .terminating(let object):
            return server.answer(object, request, target, form)
        }
    }

    func deleteCollection(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        let filter = try server.filter(request, target)
        let options = try options(request)
        let group = target.resource.groupResource
        let namespace = target.namespace.isEmpty ? nil : target.namespace
        let objects = server.storage.read { $0.objects(group, namespace: namespace).filter(filter.matches) }
        var output = ObjectWriter.head("\(target.resource.kind)List", target.resource.groupVersion)
        let writer = ObjectWriter(target.resource, .whole)
        output.append(
            contentsOf: "\"metadata\":{\"resourceVersion\":\"\(server.storage.resourceVersion)\"},\"items\":[".utf8
        )
        var count = 0
        for object in objects {
            let result: ResourceOperations.DeleteResult
            do throws(StatusError) {
                result = try await server.operations.delete(
                    target.resource,
                    namespace: object.namespace,
                    name: object.name,
                    options
                )
            } catch {
                if error.code == 404 { continue }
                throw error
            }
            if count > 0 { output.append(.comma) }
            count += 1
            writer.append(result.object, to: &output)
        }
        output.append(contentsOf: "]}".utf8)
        return APIAnswer(body: .bytes(output))
    }

    private static func returnsDeletedObject(_ resource: ServedResource) -> Bool {
        resource.group.isEmpty
            && [
                "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ResourceQuota", "Service",
                "ServiceAccount",
            ]
            .contains(resource.kind)
    }

    /// The DeleteOptions of the body, with what the query says besides.
    private func options(_ request: APIRequest) throws(StatusError) -> ResourceOperations.DeleteOptions {
        var options = ResourceOperations.DeleteOptions()
        let body = request.body.isEmpty ? .object(JSONObject()) : try request.object()
        options.uid = body["preconditions", "uid"]?.string
        options.resourceVersion = body["preconditions", "resourceVersion"]?.string
        options.gracePeriodSeconds =
            body["gracePeriodSeconds"]?.int ?? request.query["gracePeriodSeconds"].flatMap { Int($0) }
        if let policy = body["propagationPolicy"]?.string ?? request.query["propagationPolicy"] {
            guard let propagation = ResourceOperations.DeleteOptions.Propagation(rawValue: policy) else {
                throw .invalid(
                    GroupKind(group: "meta.k8s.io", kind: "DeleteOptions"),
                    "",
                    [
                        StatusError.Cause(
                            reason: "FieldValueNotSupported",
                            message: "Unsupported value: \"\(policy)\": supported values: \"Foreground\", "
                                + "\"Background\", \"Orphan\", \"nil\"",
                            field: "propagationPolicy"
                        )
                    ]
                )
            }
            options.propagation = propagation
        } else if let orphans = body["orphanDependents"]?.bool {
            options.propagation = orphans ? .orphan : .background
        }
        let dryRun = body["dryRun"]?.array?.compactMap(\.string) ?? []
        options.isDryRun = request.isDryRun || dryRun.contains("All")
        options.fieldManager = request.fieldManager
        return options
    }
}
