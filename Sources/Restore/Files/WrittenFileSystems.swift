internal import Archive
internal import Glibc
internal import KubernetesObjects
internal import Synchronization

/// The file systems that a restore writes to: what was written is on the disk when they have said so, once for all small files.
final class WrittenFileSystems: Sendable {
    /// By the device, a folder that was opened before anything was written to it: a failure since then is told to its descriptor.
    private let known = Mutex<[UInt64: TargetFolder]>([:])

    func add(_ folder: TargetFolder) {
        guard let device = folder.device else { return }
        known.withLock { if $0[device] == nil { $0[device] = folder } }
    }

    /// Waits until everything is on the disk, and notes where it is not. Nobody knows then which files are whole.
    func synchronize(_ tally: RestoreTally) {
        for folder in known.withLock({ Array($0.values) }) {
            let code = DiskSynchronization.fileSystem(of: folder.descriptor)
            guard code != 0 else { continue }
            let reason = String(cString: strerror(code))
            tally.fail(
                folder.path,
                "what was restored to this file system may not be on the disk: \(reason); look at the disk, and restore into a new folder"
            )
        }
    }
}
