internal import Archive
internal import KubernetesObjects
package import Policies
internal import Readiness

/// What a deliberate fault led to: the drill's checks must find it.
package struct NegativeControlResult: Sendable {
    package let control: NegativeControl
    /// What was done, such as `removed ConfigMap shop/settings from the comparison`.
    package let fault: String
    /// Whether the fault was found; nil when the control could not be made.
    package let isFound: Bool?
    /// What found it, or why it could not be made.
    package let observation: String
    /// Whether there is anything to make the fault in: a snapshot without a nonce has none that could be stale.
    package var isApplicable = true
}

/// Makes faults in memory and looks whether the drill's own checks find them. Nothing in a cluster or an archive is changed.
struct NegativeControls {
    let comparison: InventoryComparison
    let rebuilt: ObjectInventory
    let checklist: ReadinessChecklist
    let now: Timestamp

    func run(_ control: NegativeControl, freshness: FreshnessProof, access: RepositoryAccess?, snapshot: Snapshot)
        -> NegativeControlResult
    {
        do throws(UnreadableKind) {
            switch control {
            case .missingObject: return try missingObject()
            case .changedObject: return try changedObject()
            case .staleNonce: return Self.staleNonce(freshness)
            case .corruptArchive: return Self.corruptArchive(access, snapshot)
            case .wrongKey: return Self.wrongKey(access)
            }
        } catch {
            return NegativeControlResult(
                control: control,
                fault: "none",
                isFound: nil,
                observation: "\(error.kind) could not be read: \(error.reason)"
            )
        }
    }

    // MARK: Objects

    private func missingObject() throws(UnreadableKind) -> NegativeControlResult {
        guard let victim = try referencedOrFirstObject(), let identity = ObjectIdentity(of: victim) else {
            return without(.missingObject)
        }
        let altered = rebuilt.replacing(identity, with: nil)
        let found = try comparison.compare(with: altered, only: [identity.groupVersionKind.groupKind])
        let isNamed = found.differences.contains { $0.isMissing && $0.identity.isSameObject(as: identity) }
        var observation = isNamed ? "the comparison names it as missing" : "the comparison does not miss it"
        var isFound = isNamed
        // Where something refers to the object, the checklist must miss it too.
        if try isReferenced(identity),
            let check = checklist.checks.first(where: { $0.builtin == "references-resolve" }),
            let single = try? checklist.selecting({ $0 == check.id })
        {
            let status = single.evaluate(altered, now: now).outcome(check.id)?.status
            isFound = isFound && status == .fail
            observation += status == .fail ? "; \(check.id) fails" : "; but \(check.id) does not fail"
        }
        return NegativeControlResult(
            control: .missingObject,
            fault: "removed \(identity) from a copy",
            isFound: isFound,
            observation: observation
        )
    }

    private func changedObject() throws(UnreadableKind) -> NegativeControlResult {
        guard let victim = try firstEqualObject(), let identity = ObjectIdentity(of: victim),
            let key = victim["data"]?.object?.keys.first, let value = victim["data", key]?.string
        else { return without(.changedObject) }
        var changed = victim
        changed["data", key] = .string(value + " ")
        let altered = rebuilt.replacing(identity, with: changed)
        let found = try comparison.compare(with: altered, only: [identity.groupVersionKind.groupKind])
        let path = JSONPointer(["data", key]).description
        let isNamed = found.differences.contains { $0.identity.isSameObject(as: identity) && $0.paths.contains(path) }
        return NegativeControlResult(
            control: .changedObject,
            fault: "changed \(path) of \(identity) in a copy",
            isFound: isNamed,
            observation: isNamed ? "the comparison names the field" : "the comparison does not see the change"
        )
    }

    private func without(_ control: NegativeControl) -> NegativeControlResult {
        NegativeControlResult(
            control: control,
            fault: "none",
            isFound: nil,
            observation: "the rebuilt cluster has no ConfigMap with content that is equal to the snapshot's"
        )
    }

    /// A ConfigMap that is whole in the rebuilt cluster, so that only the fault can make a difference.
    private func firstEqualObject() throws(UnreadableKind) -> JSONValue? { try candidates().first }

    /// One that a workload names, where there is one: two checks must find it missing then.
    private func referencedOrFirstObject() throws(UnreadableKind) -> JSONValue? {
        for candidate in try candidates() {
            guard let identity = ObjectIdentity(of: candidate) else { continue }
            if try isReferenced(identity) { return candidate }
        }
        return try firstEqualObject()
    }

    private func candidates() throws(UnreadableKind) -> [JSONValue] {
        let differing = try comparison.compare(with: rebuilt, only: [.configMap]).differences
        return try comparison.snapshot.objects(.configMap)
            .compactMap { object in
                // What every cluster makes itself, such as kube-root-ca.crt, differs for a reason.
                guard let key = ObjectIdentity(of: object).map(ObjectKey.init), comparison.isRestored(object, key),
                    let wanted = comparison.expected(object), let identity = ObjectIdentity(of: wanted),
                    wanted["data"]?.object?.isEmpty == false,
                    !differing.contains(where: { $0.identity.isSameObject(as: identity) })
                else { return nil }
                return try? rebuilt.object(.configMap, namespace: identity.namespace, name: identity.name)
            }
    }

    private func isReferenced(_ identity: ObjectIdentity) throws(UnreadableKind) -> Bool {
        try rebuilt.isReferencedByWorkload(identity)
    }

    // MARK: Nonce, archive and key

    private static func staleNonce(_ freshness: FreshnessProof) -> NegativeControlResult {
        guard let expected = freshness.expected else {
            return NegativeControlResult(
                control: .staleNonce,
                fault: "none",
                isFound: nil,
                observation: "the snapshot has no freshness nonce",
                isApplicable: false
            )
        }
        let stale = FreshnessProof(expected: String(expected.reversed()) + "0", found: freshness.found)
        return NegativeControlResult(
            control: .staleNonce,
            fault: "expected the nonce of another run",
            isFound: !stale.isProven,
            observation: stale.isProven ? "the check accepts a nonce that it should not" : "the check refuses the nonce"
        )
    }

    private static func corruptArchive(_ access: RepositoryAccess?, _ snapshot: Snapshot) -> NegativeControlResult {
        guard let access else { return unopened(.corruptArchive) }
        let fault = "changed one byte of everything that is read from the archive"
        do throws(LifeboatError) {
            let store = DamagedStore(base: access.store)
            let repository = try Repository.open(store, credential: access.credential, environment: access.environment)
            store.beginDamage()
            let reader = try repository.reader(repository.snapshot(snapshot.id))
            for entry in try reader.entries().prefix(50) { _ = try reader.bytes(entry) }
            return NegativeControlResult(
                control: .corruptArchive,
                fault: fault,
                isFound: false,
                observation: "the archive was read without an error"
            )
        } catch {
            return NegativeControlResult(
                control: .corruptArchive,
                fault: fault,
                isFound: true,
                observation: "reading it fails with \(error.code.rawValue)"
            )
        }
    }

    private static func wrongKey(_ access: RepositoryAccess?) -> NegativeControlResult {
        guard let access else { return unopened(.wrongKey) }
        let fault = "opened the repository with another passphrase"
        do throws(LifeboatError) {
            let other = RepositoryCredential.passphrase(access.environment.random(32))
            _ = try Repository.open(access.store, credential: other, environment: access.environment)
            return NegativeControlResult(
                control: .wrongKey,
                fault: fault,
                isFound: false,
                observation: "the repository was opened"
            )
        } catch {
            let isRefused = error.code == .repositoryWrongKey
            return NegativeControlResult(
                control: .wrongKey,
                fault: fault,
                isFound: isRefused,
                observation: "opening it fails with \(error.code.rawValue)"
            )
        }
    }

    private static func unopened(_ control: NegativeControl) -> NegativeControlResult {
        NegativeControlResult(
            control: control,
            fault: "none",
            isFound: nil,
            observation: "the drill was given an open repository and not the way to open it"
        )
    }
}
