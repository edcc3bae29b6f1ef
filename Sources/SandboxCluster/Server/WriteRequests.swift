import KubernetesObjects

/// Answers POST on a collection and PUT on an object.
struct WriteRequests: Sendable {
    let server: APIServer

    func create(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        let object = try request.object()
        let stored = try await server.operations.create(
            object,
            target.resource,
            namespace: target.namespace,
            request.writeOptions(subresource: "")
        )
        return server.answer(stored, request, target, form, status: 201)
    }

    func replace(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        let form = try ObjectForm(accept: request.headers["accept"])
        let object = try request.object()
        let operations = server.operations
        let resource = target.resource
        let options = request.writeOptions(subresource: target.subresource)
        let stored = try await operations.change(resource, namespace: target.namespace, name: target.name, options) {
            old,
            _ throws(StatusError) in
            if target.subresource == "scale", let scale = resource.scale {
                try operations.checkPreconditions(
                    uid: object["metadata", "uid"]?.string,
                    resourceVersion: object["metadata", "resourceVersion"]?.string,
                    old
                )
                return ScaleSubresource(object: old.value, scale: scale).scaled(by: object)
            }
            return try operations.replacement(object, resource, old)
        }
        return server.answer(stored, request, target, form)
    }
}
