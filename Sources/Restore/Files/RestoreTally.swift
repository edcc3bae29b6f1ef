internal import Archive
internal import KubernetesObjects
internal import Synchronization

/// What a restore of files has done so far, counted by several threads.
final class RestoreTally: Sendable {
    private let state: Mutex<FileRestoreResult>

    init(_ result: FileRestoreResult) { state = Mutex(result) }

    var counts: FileRestoreResult.Counts { state.withLock { $0.counts } }

    /// All of it, which is sorted here: for the end.
    var result: FileRestoreResult {
        var result = state.withLock { $0 }
        result.failed.sort { $0.path.byteOrder($1.path) < 0 }
        return result
    }

    func count(_ change: @Sendable (inout FileRestoreResult.Counts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    func fail(_ path: String, _ reason: String) {
        state.withLock { $0.failed.append(FileRestoreResult.Failure(path: path, reason: reason)) }
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
