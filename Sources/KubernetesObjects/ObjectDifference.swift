/// Where two objects differ.
package enum ObjectDifference {
    /// The JSON pointers, sorted, at which two values differ. Lists are compared place by place; a member that only one side
    /// has is named once, not each of its parts.
    package static func paths(_ left: JSONValue, _ right: JSONValue) -> [String] {
        var found: [String] = []
        collect(left, right, JSONPointer(), &found)
        return found.sorted()
    }

    private static func collect(_ left: JSONValue, _ right: JSONValue, _ path: JSONPointer, _ found: inout [String]) {
        switch (left, right) {
        case (.object(let a), .object(let b)):
            for member in a.members {
                if let other = b[member.key] {
                    collect(member.value, other, path.appending(member.key), &found)
                } else {
                    found.append(path.appending(member.key).description)
                }
            }
            for member in b.members where a[member.key] == nil { found.append(path.appending(member.key).description) }
        case (.array(let a), .array(let b)):
            for index in 0..<max(a.count, b.count) {
                let place = path.appending(String(index))
                if index < a.count, index < b.count {
                    collect(a[index], b[index], place, &found)
                } else {
                    found.append(place.description)
                }
            }
        default:
            if left != right { found.append(path.description) }
        }
    }
}
