/// The fields that the API server fills in by itself and that mean nothing in another cluster.
package enum ServerOwnedFields {
    /// The members of `metadata` that a new object must not bring along.
    package static let metadata: Set<String> = [
        "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds", "managedFields",
    ]

    /// Removes the server's own metadata, and the status when asked to.
    ///
    /// `generateName` stays: an object that also has a name is created under that name.
    package static func strip(_ object: inout JSONValue, keepingStatus: Bool = false) {
        guard case .object(let root) = object else { return }
        object = .object(stripped(root, keepingStatus: keepingStatus))
    }

    private static func stripped(_ root: JSONObject, keepingStatus: Bool) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(root.count)
        for member in root.members {
            if member.key == "status", !keepingStatus { continue }
            if member.key == "metadata", case .object(let metadata) = member.value {
                let kept = metadata.members.filter { !Self.metadata.contains($0.key) }
                members.append(JSONObject.Member(key: member.key, value: .object(JSONObject(kept))))
            } else {
                members.append(member)
            }
        }
        return JSONObject(members)
    }

    /// The object as it is compared with one of another cluster: without the server's own metadata, without the status, and
    /// with owner references that name their owner only.
    package static func comparable(_ object: JSONValue) -> JSONValue {
        var result = object
        strip(&result)
        // With a map on both sides, a difference names the one label or annotation and not the map.
        for map in ["labels", "annotations"] where result["metadata", map] == nil {
            result["metadata", map] = .object(JSONObject())
        }
        if let owners = result["metadata", "ownerReferences"]?.array {
            result["metadata", "ownerReferences"] = .array(
                owners.map { owner in
                    var owner = owner
                    owner["uid"] = nil
                    return owner
                }
            )
        }
        return result
    }
}
