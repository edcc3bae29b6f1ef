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
        case deleted
        /// The cluster has another content, made since the plan.
        case conflict(RestorePlan.Step)
        /// An owner has no uid yet.
        case waitsForOwner(OwnerReference)
        case failed(ClusterError)
        /// The archive does not give the object back.
        case unreadable(LifeboatError)
    }

    let client: ClusterClient
    let policy: RestorePolicy
    /// The snapshot that annotations of created objects name.
    let snapshot: String

    private static let snapshotAnnotation = "lifeboat.dr/restored-from"

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
            case .update: return try await update(step, owners)
            case .delete: return try await delete(step)
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
        if policy.annotatesObjects, var object = try? JSONValue(parsing: body) {
            object["metadata", "annotations", Self.snapshotAnnotation] = .string(snapshot)
            body = object.encoded()
        }
        do throws(ClusterError) {
            return try await send(step, body, isOwner: isOwner, note: nil)
        } catch {
            switch error.kind {
            case .alreadyExists: return try await meet(step, owners)
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
        var note = note
        if let fields = step.managedFields {
            do throws(ClusterError) {
                _ = try await client.patch(
                    step.resource,
                    namespace: step.identity.namespace,
                    name: step.identity.name,
                    patch: fields,
                    type: .merge
                )
            } catch {
                if error.kind == .cancelled { throw error }
                let kept = note.map { "\($0); " } ?? ""
                note =
                    kept
                    + "\(step.identity): its fields belong to Lifeboat now, not to who had applied them: \(error.message)"
            }
        }
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
    private func meet(
        _ step: RestorePlan.Step,
        _ owners: [ObjectKey: String]
    ) async throws(ClusterError) -> Outcome {
        let bytes = try await client.get(step.resource, namespace: step.identity.namespace, name: step.identity.name)
        guard let existing = try? JSONValue(parsing: bytes), let wanted = try? JSONValue(parsing: step.body) else {
            return .unchanged(uid: nil)
        }
        guard existing["metadata", "deletionTimestamp"] == nil else { throw Self.stillDeleted(step) }
        let outcome = ExistingComparison(policy, step.resource.groupResource)
            .verdict(wanted: wanted, existing: existing, step.key)
        var met = step
        met.verdict = outcome.verdict
        met.body = outcome.body?.encoded() ?? []
        met.existing = RestorePlan.ExistingObject(
            uid: existing["metadata", "uid"]?.string ?? "",
            resourceVersion: existing["metadata", "resourceVersion"]?.string ?? ""
        )
        switch met.verdict {
        case .update: return try await update(met, owners)
        case .conflict, .needsRecreate, .recreate: return .conflict(met)
        default:
            // An earlier try may have created the object and not got as far as its status.
            if let status = step.status { try await writeStatus(step, status) }
            return .unchanged(uid: met.existing?.uid)
        }
    }

    private static func stillDeleted(_ step: RestorePlan.Step) -> ClusterError {
        ClusterError(
            .conflict,
            message: "\(step.identity) is still being terminated",
            method: "POST",
            path: "\(step.resource.groupResource)"
        )
    }

    // MARK: Existing objects

    private func update(
        _ step: RestorePlan.Step,
        _ owners: [ObjectKey: String]
    ) async throws(ClusterError) -> Outcome {
        let (namespace, name) = (step.identity.namespace, step.identity.name)
        let isMerged = !policy.isUndo && ExistingComparison.isMerged(step.key.groupKind)
        switch policy.conflict(of: step.resource.groupResource) {
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
                body: replacement(step, owners)
            )
        default:
            _ = try await client.patch(step.resource, namespace: namespace, name: name, patch: step.body, type: .merge)
        }
        if let status = step.status { try await writeStatus(step, status) }
        return .updated(uid: step.existing?.uid)
    }

    /// The whole object for the version that the plan has seen, with the owners that there are.
    private func replacement(_ step: RestorePlan.Step, _ owners: [ObjectKey: String]) -> [UInt8] {
        var linked = step.body
        if case .linked(let body) = OwnerLinks.link(step.body, step, owners, isLast: true) { linked = body }
        guard var body = try? JSONValue(parsing: linked), let existing = step.existing else { return linked }
        body["metadata", "resourceVersion"] = .string(existing.resourceVersion)
        return body.encoded()
    }

    /// Deletes the object that the plan has seen; one of the same name that came since stays.
    private func delete(_ step: RestorePlan.Step) async throws(ClusterError) -> Outcome {
        var options = DeleteOptions()
        options.uid = step.existing?.uid
        options.propagation = .background
        do throws(ClusterError) {
            _ = try await client.delete(
                step.resource,
                namespace: step.identity.namespace,
                name: step.identity.name,
                options: options
            )
        } catch {
            guard error.kind == .notFound else { throw error }
        }
        return .deleted
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
            throw Self.stillDeleted(met)
        case let other: return other
        }
    }
}
