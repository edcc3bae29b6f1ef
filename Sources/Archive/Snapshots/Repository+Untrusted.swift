package import KubernetesObjects

/// A manifest that is there, or of which a copy is, and on which nobody can rely.
package struct UntrustedManifest: Sendable {
    package let name: String
    package let problem: String
    let writer: WriterID
    let sequence: UInt64

    /// The beginning of the id of its snapshot.
    package var shortID: String { String(name.suffix(64).prefix(12)) }
}

extension Repository {
    /// Manifests that are damaged or lost, of a newer version, or of a writer that cannot be verified.
    ///
    /// Those that were forgotten, and those of writers that were revoked, are nobody's loss and are left out.
    package func untrustedManifests() throws(LifeboatError) -> [UntrustedManifest] {
        let forgotten = try forgets.load(ring.configuration.id).forgotten
        var found: [(name: String, problem: String)] = []
        for (name, error) in try chain.load().problems { found.append((name, error.message)) }
        let epochs = try collections.load(ring.configuration.id).epochs
        for lost in try parity?.missingManifests(epochs, forgotten).lost ?? [] {
            found.append((lost.name, "it is missing, and its copy is there"))
        }
        return found.compactMap { name, problem in
            guard let parsed = ManifestName.parse(name), !forgotten.contains(parsed.digest),
                !epochs.removed(parsed.digest), ring.publicKeys.revocations[parsed.writer] == nil
            else { return nil }
            return UntrustedManifest(name: name, problem: problem, writer: parsed.writer, sequence: parsed.sequence)
        }
    }

    /// Refuses to call a snapshot the latest when a manifest on which nobody can rely may be of a newer one: silently restoring what is
    /// older would be worse than to ask.
    ///
    /// - Parameter chosen: the newest that can be trusted; nil when there is none.
    func requireNewest(_ chosen: Snapshot?) throws(LifeboatError) {
        let untrusted = try untrustedManifests()
        guard !untrusted.isEmpty else { return }
        let trusted = try chain.load().committed.map(\.snapshot)
        let doubtful = untrusted.first { manifest in
            guard let chosen else { return true }
            // A writer's numbers grow with time.
            return !trusted.contains {
                $0.writer == manifest.writer && $0.sequence > manifest.sequence && $0.takenAt <= chosen.takenAt
            }
        }
        guard let doubtful else { return }
        let other = chosen.map { "name the snapshot, such as \($0.shortID) of \($0.takenAt), or " } ?? ""
        throw LifeboatError(
            .repositoryDamaged,
            "it cannot be told which snapshot is the latest: \(doubtful.name) cannot be relied on (\(doubtful.problem))",
            remedy: "run `lifeboat repair`; when that does not help, \(other)give that one up with "
                + "`lifeboat forget \(doubtful.shortID)`"
        )
    }
}
