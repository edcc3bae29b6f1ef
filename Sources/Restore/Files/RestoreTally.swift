internal import Archive
internal import KubernetesObjects
internal import Synchronization

/// What a restore of files has done so far, counted by several threads.
final class RestoreTally: Sendable {
    private let state: Mutex<State>

    private struct State {
        var result: FileRestoreResult
        var withoutOwner = 0
    }

    /// So many are named that have not their owner; of more, the number. Where one is refused, all are.
    private static let ownerLimit = 1000

    init(_ result: FileRestoreResult) { state = Mutex(State(result: result)) }

    var counts: FileRestoreResult.Counts { state.withLock { $0.result.counts } }

    /// All of it, which is sorted here: for the end.
    var result: FileRestoreResult {
        let state = state.withLock { $0 }
        var result = state.result
        result.failed.sort { $0.path.byteOrder($1.path) < 0 }
        if state.withoutOwner > Self.ownerLimit {
            let reason = "\(state.withoutOwner - Self.ownerLimit) more were restored without their owner"
            result.failed.append(FileRestoreResult.Failure(path: "", reason: reason))
        }
        return result
    }

    func count(_ change: @Sendable (inout FileRestoreResult.Counts) -> Void) {
        state.withLock { change(&$0.result.counts) }
    }

    func fail(_ path: String, _ reason: String) {
        state.withLock { $0.result.failed.append(FileRestoreResult.Failure(path: path, reason: reason)) }
    }

    /// Notes something that is restored, and belongs to whoever made it.
    func failOwner(_ path: String, _ document: FileDocument, _ reason: String) {
        let isNamed = state.withLock { state in
            state.withoutOwner += 1
            return state.withoutOwner <= Self.ownerLimit
        }
        guard isNamed else { return }
        fail(path, "it was restored without its owner \(document.owner):\(document.group): \(reason)")
    }

    /// Notes a failure of some entries, or throws one that concerns all.
    func fail(_ items: [FileRestore.Item], _ error: LifeboatError) throws(LifeboatError) {
        switch error.code {
        case .repositoryDamaged, .malformedJSON, .storageFailed, .restoreRefused:
            for item in items {
                fail("/" + item.path.names.map(FileNames.text).joined(separator: "/"), error.message)
            }
        default: throw error
        }
    }
}
