/// A failure as the user sees it: what was being worked on, why it failed and what to do next.
///
/// Every module throws this type or an error of its own that converts to it, so that the command line renders all
/// failures alike. A message never contains a secret value.
package struct LifeboatError: Error, Equatable, Sendable {
    /// The stable, documented code (`docs/errors.md`), such as `repository.wrong-key`.
    package let code: ErrorCode
    /// What failed and why, in one sentence that names the object.
    package let message: String
    /// What the user can do next; empty when there is nothing to do.
    package let remedy: String

    package init(_ code: ErrorCode, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The process exit status that this error leads to.
    package var exitStatus: ExitStatus { code.exitStatus }
}

extension LifeboatError: CustomStringConvertible {
    package var description: String {
        remedy.isEmpty ? "\(message) [\(code.rawValue)]" : "\(message) [\(code.rawValue)]\n  next: \(remedy)"
    }
}

/// The exit statuses of the command line. Scripts rely on them.
package enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    /// Done, but some objects failed or could not be read.
    case incomplete = 3
    /// A checklist or a drill was not passed.
    case notPassed = 4
    case noRepository = 10
    case busy = 11
    case wrongKey = 12
    case usage = 64
    case cancelled = 130
}
