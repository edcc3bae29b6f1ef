package import KubernetesObjects

extension Repository {
    /// How often a snapshot is begun that collections overtake again and again.
    package static let snapshotAttempts = 3

    /// Takes a snapshot, and begins again when a collection has begun to delete what it relied on.
    ///
    /// - Parameters:
    ///   - attempts: how often, in all.
    ///   - note: is given each failure after which it begins again.
    /// - Throws: `repository.busy` when that happens every time.
    package static func repeatingWhenOvertaken<Value>(
        attempts: Int = snapshotAttempts,
        note: (LifeboatError) -> Void = { _ in },
        _ body: () throws(LifeboatError) -> Value
    ) throws(LifeboatError) -> Value {
        for _ in 1..<max(1, attempts) {
            do throws(LifeboatError) { return try body() } catch {
                guard error.code == .repositoryBusy else { throw error }
                note(error)
            }
        }
        return try body()
    }

    /// The same for what waits for a cluster.
    package static func repeatingWhenOvertaken<Value>(
        attempts: Int = snapshotAttempts,
        note: (LifeboatError) -> Void = { _ in },
        _ body: () async throws(LifeboatError) -> Value
    ) async throws(LifeboatError) -> Value {
        for _ in 1..<max(1, attempts) {
            do throws(LifeboatError) { return try await body() } catch {
                guard error.code == .repositoryBusy else { throw error }
                note(error)
            }
        }
        return try await body()
    }
}
