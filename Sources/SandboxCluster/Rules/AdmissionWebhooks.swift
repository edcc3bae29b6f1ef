import KubernetesObjects

/// Calls the webhooks that the cluster's configurations name.
enum AdmissionWebhooks {
    private static let mutating = GroupResource(
        group: "admissionregistration.k8s.io",
        resource: "mutatingwebhookconfigurations"
    )
    private static let validating = GroupResource(
        group: "admissionregistration.k8s.io",
        resource: "validatingwebhookconfigurations"
    )

    /// Whether a webhook would be called; the caller then skips nothing when it is false.
    static func concern(_ context: WriteContext, _ storage: ClusterStorage) -> Bool {
        // Configurations themselves are never subject to webhooks, so that a broken one can be removed.
        guard context.groupResource.group != "admissionregistration.k8s.io" else { return false }
        return storage.read { transaction in
            [mutating, validating].contains { resource in
                transaction.objects(resource).contains { configuration in
                    configuration.value.elements("webhooks").contains { AdmissionMatch.matchesRules($0, context) }
                }
            }
        }
    }

    /// Calls the mutating, then the validating webhooks; returns the object as the mutating ones changed it.
    ///
    /// `object` is nil for a deletion, `old` is nil for a creation.
    static func review(
        _ object: JSONValue?,
        old: JSONValue?,
        _ context: WriteContext,
        _ storage: ClusterStorage
    ) async throws(StatusError) -> JSONValue? {
        guard concern(context, storage) else { return object }
        var object = object
        for resource in [mutating, validating] {
            let hooks = storage.read { transaction in
                transaction.objects(resource).flatMap { $0.value.elements("webhooks") }
            }
            for hook in hooks where AdmissionMatch.matches(hook, object, old, context, storage) {
                let patch = try await call(hook, object, old, context, storage)
                guard resource == mutating, let patch, let current = object else { continue }
                do throws(LifeboatError) {
                    object = try JSONPatch(of: patch).apply(to: current)
                } catch {
                    throw .internalError(
                        "failed calling webhook \"\(hook.text("name"))\": received invalid patch: \(error.message)"
                    )
                }
            }
        }
        return object
    }

    /// Calls one webhook; returns its patch.
    ///
    /// - Throws: what the webhook denies with, or 500 when it cannot be reached and its failure policy is Fail.
    private static func call(
        _ hook: JSONValue,
        _ object: JSONValue?,
        _ old: JSONValue?,
        _ context: WriteContext,
        _ storage: ClusterStorage
    ) async throws(StatusError) -> JSONValue? {
        let name = hook.text("name")
        let answer: JSONValue
        do throws(WebhookFailure) {
            guard let url = try url(of: hook, storage) else { return nil }
            let body = review(hook, object, old, context).encoded()
            let timeout = hook["timeoutSeconds"]?.int ?? 10
            let bytes = try await WebhookTransport.post(body, to: url, timeoutSeconds: timeout)
            guard let parsed = try? JSONValue(parsing: bytes), let response = parsed["response"] else {
                throw WebhookFailure("expected response.uid, got an answer that is no AdmissionReview")
            }
            answer = response
        } catch {
            if hook.text("failurePolicy") == "Ignore" { return nil }
            throw .internalError("failed calling webhook \"\(name)\": \(error.message)")
        }
        guard answer["allowed"]?.bool == true else { throw denial(name, answer["status"]) }
        guard let text = answer["patch"]?.string, let bytes = Base64.decode(text) else { return nil }
        guard let patch = try? JSONValue(parsing: bytes) else {
            throw .internalError("failed calling webhook \"\(name)\": received a patch that is no JSON")
        }
        return patch
    }

    private static func denial(_ name: String, _ status: JSONValue?) -> StatusError {
        let code = status?["code"]?.int ?? 0
        let start = "admission webhook \"\(name)\" denied the request"
        let text = status?.text("message") ?? ""
        let reason = status?.text("reason") ?? ""
        let message =
            !text.isEmpty
            ? "\(start): \(text)" : reason.isEmpty ? "\(start) without explanation" : "\(start): \(reason)"
        return StatusError(
            code: (400..<600).contains(code) ? code : 403,
            reason: reason.isEmpty ? "Forbidden" : reason,
            message: message
        )
    }

    /// Where to call a webhook; nil when it runs in simulated Pods, which cannot be called and are taken to agree.
    private static func url(of hook: JSONValue, _ storage: ClusterStorage) throws(WebhookFailure) -> String? {
        if let url = hook["clientConfig", "url"]?.string { return url }
        let service = hook["clientConfig", "service"]
        let (namespace, name) = (service?.text("namespace") ?? "", service?.text("name") ?? "")
        let port = service?["port"]?.int ?? 443
        let host = "\(name).\(namespace).svc:\(port)"
        let path = service?["path"]?.string ?? "/"
        let post =
            "failed to call webhook: Post \"https://\(host)\(path)?timeout=\(hook["timeoutSeconds"]?.int ?? 10)s\""
        let hasEndpoints: Bool? = storage.read { transaction in
            guard transaction.value(.services, namespace: namespace, name: name) != nil else { return nil }
            return transaction.value(.core("endpoints"), namespace: namespace, name: name)?
                .elements("subsets").contains { !$0.elements("addresses").isEmpty } ?? false
        }
        guard let hasEndpoints else { throw WebhookFailure("\(post): service \"\(name)\" not found") }
        guard hasEndpoints else {
            throw WebhookFailure("\(post): no endpoints available for service \"\(name)\"")
        }
        return nil
    }

    private static func review(
        _ hook: JSONValue,
        _ object: JSONValue?,
        _ old: JSONValue?,
        _ context: WriteContext
    ) -> JSONValue {
        let resource = context.resource
        let kind: JSONValue = [
            "group": .string(resource.group), "version": .string(resource.version), "kind": .string(resource.kind),
        ]
        let plural: JSONValue = [
            "group": .string(resource.group), "version": .string(resource.version),
            "resource": .string(resource.resource),
        ]
        var request: JSONValue = [
            "uid": .string(context.environment.newUID()), "kind": kind, "resource": plural, "requestKind": kind,
            "requestResource": plural, "name": .string(context.name), "operation": .string(context.operation.rawValue),
            "userInfo": ["username": "admin", "groups": ["system:masters", "system:authenticated"]],
            "object": object ?? .null, "oldObject": old ?? .null, "dryRun": .bool(context.isDryRun), "options": .null,
        ]
        if !context.namespace.isEmpty { request["namespace"] = .string(context.namespace) }
        if !context.subresource.isEmpty { request["subResource"] = .string(context.subresource) }
        return ["kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request]
    }
}

/// Why a webhook could not be called.
struct WebhookFailure: Error, Sendable {
    let message: String

    init(_ message: String) { self.message = message }
}
