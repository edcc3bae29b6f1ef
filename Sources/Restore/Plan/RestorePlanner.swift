package import KubernetesAPI
package import KubernetesObjects
package import Policies

/// Decides what happens to each object of a snapshot. Pure: the same input gives the same plan.
package struct RestorePlanner: Sendable {
    package let policy: RestorePolicy
    package let kinds: TargetKinds
    package let context: SkipContext
    /// Objects that come whether the policy selects them or not.
    var required: Set<ObjectKey> = []
    /// SealedSecrets of the snapshot as they are sealed for where they go.
    var resealed: [ObjectKey: JSONValue] = [:]
    /// Which objects of the cluster are extra; nil when none is looked for.
    var pruneScope: PruneScope?
    private let scrubbing: ObjectScrubbing

    package init(policy: RestorePolicy, kinds: TargetKinds, context: SkipContext) {
        self.policy = policy
        self.kinds = kinds
        self.context = context
        scrubbing = ObjectScrubbing(policy: policy, context: context)
    }

    /// What an object of the snapshot becomes before the cluster is looked at.
    package enum Candidate: Sendable {
        case step(RestorePlan.Step)
        case unserved(GroupVersionKind)
        case refused(RestorePlan.Refused)
        /// The policy does not select it.
        case notSelected
    }

    /// - Parameter stored: the resource under which the snapshot has it.
    package func candidate(for object: JSONValue, stored: GroupResource) -> Candidate {
        guard let identity = ObjectIdentity(of: object) else { return .notSelected }
        let labels = object["metadata", "labels"]?.stringMap ?? [:]
        let key = ObjectKey(identity)
        guard
            required.contains(key)
                || policy.selection.includes(
                    resource: stored,
                    namespace: identity.namespace,
                    labels: labels,
                    name: identity.name
                )
        else { return .notSelected }
        guard let resource = kinds.resource(for: identity.groupVersionKind) else {
            return rule(for: object, key) == nil ? .unserved(identity.groupVersionKind) : .notSelected
        }
        if policy.isUndo { return .step(asItWas(object, identity, resource)) }
        let object = resealed[key] ?? object
        let converted = APIConversion.convert(object, to: resource.groupVersionKind)
        let targetKey = ObjectKey(
            resource.groupVersionKind.groupKind,
            namespace: identity.namespace,
            name: identity.name
        )
        let rule = rule(for: converted.object, targetKey)
        let wave = RestoreWave.wave(of: targetKey.groupKind)
        if let rule {
            return .step(RestorePlan.Step(identity: identity, resource: resource, wave: wave, verdict: .skip(rule)))
        }
        do {
            let scrubbed = try scrubbing.scrub(
                converted.object,
                version: resource.groupVersionKind.apiVersion,
                resource: stored,
                hasStatusSubresource: resource.hasStatus
            )
            guard let found = ObjectIdentity(of: scrubbed.object) else { return .notSelected }
            let target = ObjectIdentity(
                groupVersionKind: resource.groupVersionKind,
                namespace: found.namespace,
                name: found.name
            )
            var step = RestorePlan.Step(identity: target, resource: resource, wave: wave, verdict: .create)
            step.body = scrubbed.object.encoded()
            var details = RestorePlan.Step.Details()
            details.status = scrubbed.status.map {
                JSONValue.object(JSONObject([.init(key: "status", value: $0)])).encoded()
            }
            details.owners = OwnerReference.all(of: scrubbed.object)
            details.notes = converted.notes + scrubbed.notes
            details.needs = ObstacleNeeds.of(scrubbed.object, targetKey.groupKind)
            if wave == .customResources { details.references = ObjectReferences.of(scrubbed.object) }
            // In another version the fields have other names.
            if identity.groupVersionKind == resource.groupVersionKind {
                details.managedFields = AppliedFields.patch(of: object)
            }
            step.details = details
            return .step(step)
        } catch {
            return .refused(RestorePlan.Refused(identity: identity, error: error))
        }
    }

    /// An object for the cluster that it is of: no rule leaves it out, and nothing is taken from it but what the API server writes.
    private func asItWas(_ object: JSONValue, _ identity: ObjectIdentity, _ resource: APIResource) -> RestorePlan.Step {
        let wave = RestoreWave.wave(of: identity.groupVersionKind.groupKind)
        var step = RestorePlan.Step(identity: identity, resource: resource, wave: wave, verdict: .create)
        var object = object
        ServerOwnedFields.strip(&object)
        step.body = object.encoded()
        step.owners = OwnerReference.all(of: object)
        step.details.needs = ObstacleNeeds.of(object, step.key.groupKind)
        return step
    }

    /// A value that is sealed for one namespace cannot be unsealed in another
    /// (https://github.com/bitnami-labs/sealed-secrets#scopes), so that the Secret itself comes in its place, unless it is sealed anew.
    private func rule(for object: JSONValue, _ key: ObjectKey) -> SkipRule? {
        let rule = SkipRule.rule(for: object, key, in: context)
        if policy.restoresFinished, rule == .finishedPod || rule == .finishedJob { return nil }
        guard let new = policy.namespaceMapping[key.namespace], new != key.namespace, ResealedSecret.isBound(object)
        else {
            return rule
        }
        let sealed = ObjectKey(ResealedSecret.kind, namespace: key.namespace, name: key.name)
        guard resealed[sealed] == nil else { return rule }
        if rule == .unsealedSecret { return nil }
        return key.groupKind == ResealedSecret.kind ? .sealedElsewhere : rule
    }

    /// Decides by what the cluster has under the same name.
    package func decide(_ step: inout RestorePlan.Step, wanted: JSONValue, existing: JSONValue) {
        if case .skip = step.verdict { return }
        step.existing = RestorePlan.ExistingObject(
            uid: existing["metadata", "uid"]?.string ?? "",
            resourceVersion: existing["metadata", "resourceVersion"]?.string ?? ""
        )
        let outcome = ExistingComparison(policy, step.resource.groupResource)
            .verdict(wanted: wanted, existing: existing, step.key)
        step.verdict = outcome.verdict
        step.body = outcome.body?.encoded() ?? []
        if case .unchanged = step.verdict { step.status = nil }
    }

    /// A namespace that the snapshot does not have, for objects that live in it.
    package func bareNamespace(_ name: String) -> RestorePlan.Step? {
        let kind = GroupVersionKind(group: "", version: "v1", kind: "Namespace")
        guard let resource = kinds.resource(for: kind) else { return nil }
        let object: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        var step = RestorePlan.Step(
            identity: ObjectIdentity(groupVersionKind: kind, namespace: nil, name: name),
            resource: resource,
            wave: .namespaces,
            verdict: .create
        )
        step.body = object.encoded()
        step.notes = ["it is not among what is restored, so that it is made without labels"]
        return step
    }

    /// The whole plan at once, for small inputs such as tests.
    package static func plan(
        objects: [(object: JSONValue, resource: GroupResource)],
        discovery: Discovery,
        existing: [JSONValue],
        policy: RestorePolicy
    ) throws(LifeboatError) -> RestorePlan {
        var context = SkipContext()
        var definitions: [JSONValue] = []
        for (object, _) in objects {
            guard let identity = ObjectIdentity(of: object) else { continue }
            context.note(object, ObjectKey(identity))
            if identity.groupVersionKind.kind == "CustomResourceDefinition" { definitions.append(object) }
        }
        let kinds = TargetKinds(discovery: discovery, definitions: definitions)
        let planner = RestorePlanner(policy: policy, kinds: kinds, context: context)
        var draft = PlanDraft()
        for (object, resource) in objects { draft.add(planner.candidate(for: object, stored: resource)) }
        draft.addMissingNamespaces(planner)
        let present = Dictionary(
            existing.compactMap { object in ObjectIdentity(of: object).map { (ObjectKey($0), object) } },
            uniquingKeysWith: { first, _ in first }
        )
        for index in draft.plan.steps.indices {
            guard let object = present[draft.plan.steps[index].key],
                let wanted = try? JSONValue(parsing: draft.plan.steps[index].body)
            else { continue }
            planner.decide(&draft.plan.steps[index], wanted: wanted, existing: object)
        }
        return try draft.finish(policy: policy, livingOwners: present.mapValues { $0["metadata", "uid"]?.string ?? "" })
    }
}
