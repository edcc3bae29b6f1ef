package import KubernetesObjects

extension KeyStore {
    /// A text to print and lock away: what the repository is, its encrypted key bundle, and how to get at it in an emergency.
    ///
    /// It holds no passphrase. The bundle in it is useless without that.
    package func recoverySheet(from ring: KeyRing) throws(LifeboatError) -> String {
        let bundle = try storedBundle(root(ring, to: "print the recovery sheet"))
        let configuration = ring.configuration
        let readers = ring.publicKeys.recipients.readers.map { "  \($0.id)  \($0.name)" }.joined(separator: "\n")
        return """
            LIFEBOAT RECOVERY SHEET

            Repository  \(configuration.id)
            Created     \(configuration.createdAt)
            Root key    \(configuration.rootFingerprint)
            Printed     \(environment.now())

            Readers
            \(readers)

            Passphrase  ______________________________________________ (write it here, or say where it is)
            Place of the repository  _________________________________

            To restore a cluster
              1. Install lifeboat, and write the passphrase to a file that only you can read.
              2. export LIFEBOAT_REPOSITORY=<place of the repository>
                 export LIFEBOAT_PASSWORD_FILE=<that file>
              3. lifeboat snapshots
              4. lifeboat restore latest --dry-run
              5. lifeboat restore latest

            If \(bundle.name) is lost from the repository, type or scan the block below into a file
            and store it as \(bundle.name). Then run lifeboat repair: it brings back what follows from it
            and what has a copy, and not the keys of writers that were added with a domain of their own.
            The block is an age file (https://age-encryption.org/v1):
              age --decrypt \(bundle.name)
            shows the keys in it, with the passphrase and without lifeboat.

            \(AgeArmor.encode(bundle.bytes))
            """
    }
}
