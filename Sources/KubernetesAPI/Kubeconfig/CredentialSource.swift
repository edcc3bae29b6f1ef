internal import KubernetesObjects
internal import Synchronization

/// What a request carries to say who sends it.
struct Credential: Sendable, Equatable {
    var token: String?
    var clientCertificate: ClientCertificate?
}

/// The credential of this moment: token files are read again when they change, plugins run again when theirs expires.
final class CredentialSource: Sendable {
    private struct Cache {
        var credential: Credential?
        var fileStamp: [Int] = []
        var expiresAt: Timestamp?
        var running: Task<ExecPlugin.Answer, any Error>?
    }

    private let token: TokenSource
    private let clientCertificate: ClientCertificate?
    private let now: @Sendable () -> Timestamp
    private let sleep: @Sendable (Double) async throws -> Void
    private let cache = Mutex(Cache())

    init(
        _ configuration: ClusterConfiguration,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Double) async throws -> Void
    ) {
        token = configuration.token
        clientCertificate = configuration.clientCertificate
        self.now = now
        self.sleep = sleep
    }

    /// Drops what is cached; true when asking again could give another credential.
    func forget() -> Bool {
        switch token {
        case .file, .plugin:
            cache.withLock {
                $0.credential = nil
                $0.fileStamp = []
                $0.expiresAt = nil
            }
            return true
        case .none, .token: return false
        }
    }

    func current() async throws(LifeboatError) -> Credential {
        switch token {
        case .none: return Credential(clientCertificate: clientCertificate)
        case .token(let token): return Credential(token: token, clientCertificate: clientCertificate)
        case .file(let path): return try fromFile(path)
        case .plugin(let plugin): return try await fromPlugin(plugin)
        }
    }

    private func fromFile(_ path: String) throws(LifeboatError) -> Credential {
        let stamp = LocalFile.stamp(path)
        let cached = cache.withLock { $0.fileStamp == stamp && !stamp.isEmpty ? $0.credential : nil }
        if let cached { return cached }
        let token = String(decoding: try LocalFile.read(path), as: UTF8.self).trimmingSpaces()
        guard !token.isEmpty else { throw LifeboatError(.kubeconfigInvalid, "the token file \(path) is empty") }
        let credential = Credential(token: token, clientCertificate: clientCertificate)
        cache.withLock {
            $0.credential = credential
            $0.fileStamp = stamp
        }
        return credential
    }

    private func fromPlugin(_ plugin: ExecPlugin) async throws(LifeboatError) -> Credential {
        let moment = now()
        // Many requests start at once: they share one run of the plugin.
        let (cached, task) = cache.withLock { cache -> (Credential?, Task<ExecPlugin.Answer, any Error>?) in
            if let credential = cache.credential, cache.expiresAt.map({ moment < $0 }) ?? true {
                return (credential, nil)
            }
            if let running = cache.running { return (nil, running) }
            let task = Task { [sleep] in try await plugin.run(sleep: sleep) }
            cache.running = task
            return (nil, task)
        }
        if let cached { return cached }
        do {
            guard let answer = try await task?.value else { return Credential() }
            var credential = answer.credential
            if credential.clientCertificate == nil { credential.clientCertificate = clientCertificate }
            cache.withLock {
                // Of all who wait for this run the first one keeps its answer; a newer run is not overwritten.
                guard $0.running == task else { return }
                $0.credential = credential
                // A little early, so that no request leaves with a token that dies on the way.
                $0.expiresAt = answer.expiresAt?.adding(seconds: -10)
                $0.running = nil
            }
            return credential
        } catch {
            cache.withLock { if $0.running == task { $0.running = nil } }
            throw error as? LifeboatError ?? LifeboatError(.credentialPluginFailed, "the credential plugin was stopped")
        }
    }
}
