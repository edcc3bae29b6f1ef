import KubernetesObjects

/// What a builtin answers: how much it looked at and what it found, or why it could not look.
struct Examination: Sendable {
    enum Ending: Sendable {
        case looked
        /// There is nothing of the kind that the check is about.
        case notApplicable(String)
        /// The target cannot show it, whatever the snapshot holds, such as readiness without nodes.
        case notTested(String)
        /// It should be visible and is not.
        case unknown(String)
        /// Only a person can answer.
        case manual(String)
    }

    var ending: Ending
    /// How many objects or values were looked at.
    var examined = 0
    var findings: [Finding] = []
    /// What was proven, for the report; never a secret.
    var evidence: [String] = []

    init(_ ending: Ending = .looked) { self.ending = ending }

    static func notApplicable(_ reason: String) -> Examination { Examination(.notApplicable(reason)) }
    static func notTested(_ reason: String) -> Examination { Examination(.notTested(reason)) }
    static func unknown(_ reason: String) -> Examination { Examination(.unknown(reason)) }
    static func manual(_ reason: String) -> Examination { Examination(.manual(reason)) }

    static let nothingToLookAt = notApplicable("there is nothing to look at")
    static let withoutNodes = notTested("the cluster has no nodes, so that no workload can run in it")

    mutating func fail(_ object: ObjectIdentity?, _ message: String, at path: String = "") {
        findings.append(Finding(.failure, object, message, path: path))
    }

    mutating func warn(_ object: ObjectIdentity?, _ message: String, at path: String = "") {
        findings.append(Finding(.warning, object, message, path: path))
    }
}
