internal import KubernetesObjects

/// Gives owner references the uids of the new owners.
enum OwnerLinks {
    enum Result {
        case linked([UInt8])
        case missing(OwnerReference)
    }

    /// References whose owner the plan has dropped are removed; one whose owner is not there yet is reported, or removed as well
    /// when this is the last try.
    static func link(
        _ body: [UInt8],
        _ step: RestorePlan.Step,
        _ owners: [ObjectKey: String],
        isLast: Bool
    ) -> Result {
        guard var object = try? JSONValue(parsing: body),
            let references = object["metadata", "ownerReferences"]?.array
        else { return .linked(body) }
        var linked: [JSONValue] = []
        for reference in references {
            guard let owner = OwnerReference(reference), step.owners.contains(owner) else { continue }
            let uid =
                owners[PlanIndex.key(owner, step.identity.namespace)] ?? owners[PlanIndex.key(owner, nil)]
            guard let uid else {
                if isLast { continue }
                return .missing(owner)
            }
            var reference = reference
            reference["uid"] = .string(uid)
            linked.append(reference)
        }
        object["metadata", "ownerReferences"] = linked.isEmpty ? nil : .array(linked)
        return .linked(object.encoded())
    }
}
