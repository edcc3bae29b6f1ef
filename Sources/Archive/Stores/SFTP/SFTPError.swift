internal import KubernetesObjects

/// Why an operation ended.
enum SFTPError: Error, Equatable {
    /// The connection ended, or never came about; what ssh said about it.
    case lost(String)
    /// What came is not the protocol.
    case malformed(String)
    /// The server refuses, for a reason that another connection does not change.
    case refused(LifeboatError)
    /// The same, and the connection is as good as before.
    case answered(LifeboatError)

    /// Whether the server refuses, so that the connection can still be used to clear up.
    var isRefusal: Bool {
        switch self {
        case .refused, .answered: true
        case .lost, .malformed: false
        }
    }
}
