internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// Sends one step to the cluster.
struct StepExecutor: Sendable {
    enum Outcome: Sendable {
        /// The uid, when others need it.
        case created(uid: String?, note: String?)
        case updated(uid: String?)
        case unchanged(uid: String?)
        /// The cluster has another content, made since the plan.
        case conflict(RestorePlan.Step)
        /// An owner has no uid yet.
        case waitsForOwner(OwnerReference)
        case failed(ClusterError)
    }

    let client: ClusterClient
    let policy: RestorePolicy

    /// - Parameters:
    ///   - owners: the new uids of the owners that are known.
    ///   - isOwner: whether the uid of the new object is needed.
    ///   - isLast: an object whose owner is still missing is then created without it.
    func run(
        _ step: RestorePlan.Step,
        owners: [ObjectKey: String],
        isOwner: Bool,
        isLast: Bool
    ) async -> Outcome {
        do throws(ClusterError) {
            switch step.verdict {
            case .create:
                return try await create(step, owners, isOwner: isOwner, isLast: isLast)
            case .update: return try await update(step)
            case .recreate: return try await recreate(step, owners, isOwner: isOwner, isLast: isLast)
            case .unchanged, .skip, .conflict, .needsRecreate: return .unchanged(uid: step.existing?.uid)
            }
        } catch {
            return .failed(error)
        }
    }

    // MARK: Creation

    private func create(
        _ step: RestorePlan.Step,
        _ owners: [ObjectKey: String],
        isOwner: Bool,
        isLast: Bool
    ) async throws(ClusterError) -> Outcome {
        var body = step.body
        if body.contains(Self.ownerReferences) {
            switch OwnerLinks.link(body, step, owners, isLast: isLast) {
            case .linked(let linked): body = linked
            case .missing(let owner): return .waitsForOwner(owner)
            }
        }
        do throws(ClusterError) {
            return try await send(step, body, isOwner: isOwner, note: nil)
        } catch {
            switch error.kind {
            case .alreadyExists: return try await meet(step)
            case .invalid:
                guard let (lighter, note) = RefusedFields.without(error, body) else { throw error }
                return try await send(step, lighter, isOwner: isOwner, note: note)
            default: throw error
            }
        }
    }

    private static let ownerReferences = Array(#""ownerReferences":"#.utf8)

    private func send(
        _ step: RestorePlan.Step,
        _ body: [UInt8],
        isOwner: Bool,
        note: String?
    ) async throws(ClusterError) -> Outcome {
        let answer = try await client.create(step.resource, namespace: step.identity.namespace, body: body)
        if let status = step.status { try await writeStatus(step, status) }
        let uid = isOwner ? (try? JSONValue(parsing: answer))?["metadata", "uid"]?.string : nil
        return .created(uid: uid, note: note)
    }

    private func writeStatus(_ step: RestorePlan.Step, _ status: [UInt8]) async throws(ClusterError) {
        _ = try await client.patch(
            step.resource,
            namespace: step.identity.namespace,
            name: step.identity.name,
            patch: status,
            type: .merge,
            subresource: "status"
        )
    }

    /// Something made the object since the plan, such as a controller: it is compared as the plan would have.
    private func meet(_ step: RestorePlan.Step) async throws(ClusterError) -> Outcome {
        let bytes = try await client.get(step.resource, namespace: step.identity.namespace, name: step.identity.name)
        guard let existing = try? JSONValue(parsing: bytes), let wanted = try? JSONValue(parsing: step.body) else {
            return .unchanged(uid: nil)
        }
        let outcome = ExistingComparison(rule: policy.conflict).verdict(wanted: wanted, existing: existing, step.key)
        var met = step
        met.verdict = outcome.verdict
        met.body = outcome.body?.encoded() ?? []
        met.existing = RestorePlan.ExistingObject(
            uid: existing["metadata", "uid"]?.string ?? "",
            resourceVersion: existing["metadata", "resourceVersion"]?.string ?? ""
        )
        switch met.verdict {
        case .update: return try await update(met)
        case .conflict, .needsRecreate, .recreate: return .conflict(met)
        default: return .unchanged(uid: met.existing?.uid)
        }
    }

    // MARK: Existing objects

    private func update(_ step: RestorePlan.Step) async throws(ClusterError) -> Outcome {
        let (namespace, name) = (step.identity.namespace, step.identity.name)
        let isMerged = step.key.groupKind.group.isEmpty && ["Namespace", "ServiceAccount"].contains(step.key.groupKind.kind)
        switch policy.conflict {
        case .apply where !isMerged:
            _ = try await client.patch(
                step.resource,
                namespace: namespace,
                name: name,
                patch: step.body,
                type: .apply(force: true)
            )
        case .replace where !isMerged:
            _ = try await client.replace(
                step.resource,
                namespace: namespace,
                name: name,
                body: withResourceVersion(step)
            )
        default:
            _ = try await client.patch(step.resource, namespace: namespace, name: name, patch: step.body, type: .merge)
        }
        if let status = step.status { try await writeStatus(step, status) }
        return .updated(uid: step.existing?.uid)
    }

    private func withResourceVersion(_ step: RestorePlan.Step) -> [UInt8] {
        guard var body = try? JSONValue(parsing: step.body), let existing = step.existing else { return step.body }
        body["metadata", "resourceVersion"] = .string(existing.resourceVersion)
        body["metadata", "ownerReferences"] = nil
        return body.encoded()
    }

    private func recreate(
        _ step: RestorePlan.Step,
        _ owners: [ObjectKey: String],
        isOwner: Bool,
        isLast: Bool
    ) async throws(ClusterError) -> Outcome {
        if let existing = step.existing {
            var options = DeleteOptions()
            options.uid = existing.uid
            options.propagation = .orphan
            do throws(ClusterError) {
                _ = try await client.delete(
                    step.resource,
                    namespace: step.identity.namespace,
                    name: step.identity.name,
                    options: options
                )
            } catch {
                // With another uid it has been made anew already, by an earlier try or by somebody else.
                guard [.notFound, .conflict].contains(error.kind) else { throw error }
            }
        }
        switch try await create(step, owners, isOwner: isOwner, isLast: isLast) {
        case .created(let uid, _): return .updated(uid: uid)
        case .conflict(let met):
            // The old object lingers, because of its finalizers: a later sweep tries again.
            throw ClusterError(
                .conflict,
                message: "\(met.identity) is still being deleted",
                method: "POST",
                path: "\(step.resource.groupResource)"
            )
        case let other: return other
        }
    }
}

extension [UInt8] {
    /// Whether the bytes of `text` are among these.
    fileprivate func contains(_ text: [UInt8]) -> Bool {
        guard count >= text.count, let first = text.first else { return false }
        return withUnsafeBufferPointer { bytes in
            var index = 0
            let end = bytes.count - text.count
            while index <= end {
                if bytes[index] == first, (0..<text.count).allSatisfy({ bytes[index + $0] == text[$0] }) { return true }
                index += 1
            }
            return false
        }
    }
}
