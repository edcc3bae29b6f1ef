internal import KubernetesObjects
internal import Synchronization

/// Verifies what maintainers signed, with the certificates that are known; they are read again only when those do not do.
final class MaintainerKeys: Sendable {
    private let keys: KeyStore
    private let known: Mutex<PublicKeys>

    init(_ keys: KeyStore, known: PublicKeys) {
        self.keys = keys
        self.known = Mutex(known)
    }

    func replaceKeys(_ keys: PublicKeys) { known.withLock { $0 = keys } }

    /// - Throws: `repository.damaged` when no maintainer of this repository signed the bytes.
    func verify(_ signedBytes: [UInt8], signature: [UInt8]) throws(LifeboatError) {
        let before = known.withLock { $0 }
        do throws(LifeboatError) { return try before.verifyMaintenance(signedBytes, signature: signature) } catch {
            // A maintainer that was added since this repository was opened.
            let now = try keys.publicKeys()
            known.withLock { $0 = now }
            try now.verifyMaintenance(signedBytes, signature: signature)
        }
    }
}
