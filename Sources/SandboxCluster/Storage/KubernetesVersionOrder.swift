/// The order of API versions by priority: v2, v1, v1beta2, v1beta1, v1alpha1, then other names.
///
/// The rules are those of “version priority” in the documentation of CustomResourceDefinition versions.
enum KubernetesVersionOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        switch (rank(left), rank(right)) {
        case (let a?, let b?): (b.stability, b.major, b.minor) < (a.stability, a.major, a.minor)
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): left < right
        }
    }

    private static func rank(_ version: String) -> (stability: Int, major: Int, minor: Int)? {
        guard let match = version.wholeMatch(of: #/v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?/#),
            let major = Int(match.1)
        else { return nil }
        let stability = match.2.map { $0 == "beta" ? 1 : 0 } ?? 2
        return (stability, major, match.3.flatMap { Int($0) } ?? 0)
    }
}
