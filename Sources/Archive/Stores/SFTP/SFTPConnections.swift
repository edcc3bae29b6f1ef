internal import Dispatch
internal import KubernetesObjects
internal import Synchronization

/// The connections to one server: made when they are needed, used by one thread at a time, and made again once when one was lost.
final class SFTPConnections: Sendable {
    /// Whoever takes a connection from the pool has it alone.
    private struct Holder: @unchecked Sendable { let connection: SFTPConnection }

    /// A server takes few sessions at a time; OpenSSH refuses some of more than ten that begin together.
    private static let most = 4

    private let location: SFTPLocation
    private let launch: @Sendable () throws(SFTPError) -> SSHProcess
    private let idle = Mutex<[Holder]>([])
    private let free = DispatchSemaphore(value: SFTPConnections.most)

    init(_ location: SFTPLocation, launch: @escaping @Sendable () throws(SFTPError) -> SSHProcess) {
        self.location = location
        self.launch = launch
    }

    /// Runs the body with a connection; once more with another when the connection is lost.
    func withConnection<Result>(
        _ body: (SFTPConnection) throws(SFTPError) -> Result
    ) throws(LifeboatError) -> Result {
        free.wait()
        defer { free.signal() }
        var isSecond = false
        while true {
            do throws(SFTPError) {
                let holder = try take()
                do throws(SFTPError) {
                    let result = try body(holder.connection)
                    idle.withLock { $0.append(holder) }
                    return result
                } catch {
                    if case .answered = error { idle.withLock { $0.append(holder) } }
                    throw error
                }
            } catch {
                switch error {
                case .lost(let words):
                    // The others of the pool went the same way when the network did.
                    releaseIdle()
                    if !isSecond, !Self.isFinal(words) {
                        isSecond = true
                        continue
                    }
                    throw location.lost(words)
                case .malformed(let words): throw location.malformed(words)
                case .refused(let error), .answered(let error): throw error
                }
            }
        }
    }

    /// Their processes are ended and waited for, so nobody else must wait for the lock meanwhile.
    private func releaseIdle() {
        let lost = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        withExtendedLifetime(lost) {}
    }

    private func take() throws(SFTPError) -> Holder {
        if let holder = idle.withLock({ $0.popLast() }) { return holder }
        return Holder(connection: try SFTPConnection(try launch()))
    }

    /// What another try does not change.
    private static func isFinal(_ words: String) -> Bool {
        words.contains("Permission denied") || words.contains("Host key verification failed")
            || words.contains("cannot be started")
    }
}
