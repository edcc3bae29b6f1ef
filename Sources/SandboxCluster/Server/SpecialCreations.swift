import KubernetesObjects

/// Answers the POST requests that do not store what they get: reviews, evictions, bindings and tokens.
struct SpecialCreations: Sendable {
    let server: APIServer

    private static let user: JSONValue = [
        "username": "system:admin", "groups": ["system:masters", "system:authenticated"],
    ]

    /// nil when the request is an ordinary one.
    func answer(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer? {
        switch (target.resource.kind, target.subresource) {
        case ("SelfSubjectAccessReview", ""), ("SubjectAccessReview", ""), ("LocalSubjectAccessReview", ""):
            return try review(request, target, ["allowed": true, "reason": "the sandbox has no authorization"])
        case ("SelfSubjectRulesReview", ""):
            return try review(
                request,
                target,
                [
                    "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                    "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
                ]
            )
        case ("SelfSubjectReview", ""): return try review(request, target, ["userInfo": Self.user])
        case ("TokenReview", ""): return try review(request, target, ["authenticated": true, "user": Self.user])
        case ("Pod", "eviction"): return try await evict(request, target)
        case ("Pod", "binding"): return try bind(request, target, pod: target.name)
        case ("Binding", ""):
            return try bind(request, target, pod: try request.object()["metadata", "name"]?.string ?? "")
        case ("ServiceAccount", "token"): return try token(request, target)
        default: return nil
        }
    }

    private func review(_ request: APIRequest, _ target: RequestTarget, _ status: JSONValue) throws(StatusError)
        -> APIAnswer
    {
        var object = try request.object()
        try ObjectMetadata.checkKind(object, target.resource)
        object["kind"] = .string(target.resource.kind)
        object["apiVersion"] = .string(target.resource.groupVersion)
        if object["metadata"] == nil { object["metadata"] = ["creationTimestamp": .null] }
        object["status"] = status
        return .json(object, status: 201)
    }

    private func evict(_ request: APIRequest, _ target: RequestTarget) async throws(StatusError) -> APIAnswer {
        let body = try request.object()
        var options = ResourceOperations.DeleteOptions()
        options.gracePeriodSeconds = body["deleteOptions", "gracePeriodSeconds"]?.int
        options.isDryRun = request.isDryRun
        _ = try await server.operations.delete(target.resource, namespace: target.namespace, name: target.name, options)
        return success
    }

    private func bind(_ request: APIRequest, _ target: RequestTarget, pod: String) throws(StatusError) -> APIAnswer {
        let node = try request.object()["target", "name"] ?? .null
        let key = ObjectKey(GroupResource(group: "", resource: "pods"), namespace: target.namespace, name: pod)
        let operations = server.operations
        try server.storage.transact(isDryRun: request.isDryRun) { transaction throws(StatusError) in
            let bound = try operations.modify(
                key,
                subresource: "binding",
                manager: request.fieldManager,
                in: &transaction
            ) {
                $0["spec", "nodeName"] = node
            }
            guard bound != nil else { throw .notFound(key.resource, pod) }
        }
        return success
    }

    /// A token that nothing checks: the sandbox lets everyone in.
    private func token(_ request: APIRequest, _ target: RequestTarget) throws(StatusError) -> APIAnswer {
        guard server.storage.read({ $0.object(target.key) }) != nil else {
            throw .notFound(target.resource.groupResource, target.name)
        }
        var object = try request.object()
        let environment = server.storage.environment
        let seconds = Int64(object["spec", "expirationSeconds"]?.int ?? 3600)
        object["status"] = [
            "token": .string("sandbox." + Base64URL.encode(environment.random(24))),
            "expirationTimestamp": .string(environment.now().adding(seconds: seconds).description),
        ]
        return .json(object, status: 201)
    }

    private var success: APIAnswer {
        .json(["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201], status: 201)
    }
}
