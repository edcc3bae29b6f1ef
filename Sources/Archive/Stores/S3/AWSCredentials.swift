internal import KubernetesObjects

/// The keys that requests are signed with. Printing them, by accident or on purpose, shows the id alone.
struct AWSCredentials: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    /// When a temporary key stops working; nil for a lasting one.
    var expiresAt: Timestamp?

    init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAt: Timestamp? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }

    var description: String { "AWSCredentials(\(accessKeyID))" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
