package import KubernetesObjects

extension Repository {
    /// How often a snapshot is begun that collections overtake again and again.
    package static let snapshotAttempts = 3

    /// Takes a snapshot, and begins again when a collection has begun to delete what it relied on.
    ///
    /// - Throws: `repository.busy` when that happens every time.
    package static func repeatingWhenOvertaken<Value>(
        _ body: () throws(LifeboatError) -> Value
    ) throws(LifeboatError) -> Value {
        for _ in 1..<snapshotAttempts {
            do throws(LifeboatError) { return try body() } catch {
                guard error.code == .repositoryBusy else { throw error }
            }
        }
        return try body()
    }

    /// The same for what waits for a cluster.
    package static func repeatingWhenOvertaken<Value>(
        _ body: () async throws(LifeboatError) -> Value
    ) async throws(LifeboatError) -> Value {
        for _ in 1..<snapshotAttempts {
            do throws(LifeboatError) { return try await body() } catch {
                guard error.code == .repositoryBusy else { throw error }
            }
        }
        return try await body()
    }
}
