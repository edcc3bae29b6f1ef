internal import FoundationEssentials
internal import Glibc

/// Bytes in a file without a name, mapped into memory: the system keeps of them what is used and has memory for, and reads the rest again.
///
/// The file goes with the process, however that ends.
final class MappedFile: @unchecked Sendable {
    // Unchecked: nobody writes to it.
    let bytes: UnsafeRawBufferPointer

    /// Where files without a name are made: on a disk, where the user does not say otherwise. `/tmp` is memory on many systems.
    static let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"

    /// - Parameter folder: where files without a name may be made.
    /// - Returns: nil where that is not possible: the folder is not there or may not be written to, or is full.
    init?(_ content: UnsafeRawBufferPointer, in folder: String) {
        let descriptor = Self.open(folder)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Space is taken first and the bytes are written, not stored through the mapping: a full disk is an answer here, and a signal there.
        guard posix_fallocate(descriptor, 0, content.count) == 0 else { return nil }
        var written = 0
        while written < content.count {
            let count = write(descriptor, content.baseAddress.map { $0 + written }, content.count - written)
            guard count > 0 || count < 0 && errno == EINTR else { return nil }
            written += max(count, 0)
        }
        let memory = mmap(nil, max(content.count, 1), PROT_READ, MAP_SHARED, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        // Whoever looks for a blob needs one page, and not those around it.
        madvise(memory, content.count, MADV_RANDOM)
        bytes = UnsafeRawBufferPointer(start: memory, count: content.count)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), max(bytes.count, 1)) }

    private static func open(_ folder: String) -> Int32 {
        // The value of O_TMPFILE, whose macro Swift does not import.
        let descriptor = Glibc.open(folder, O_RDWR | O_CLOEXEC | O_DIRECTORY | 0o20000000, 0o600)
        guard descriptor < 0 else { return descriptor }
        // Not every file system can do that.
        let path = "\(folder)/lifeboat-\(UInt64.random(in: .min ... .max))"
        let named = Glibc.open(path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0o600)
        if named >= 0 { unlink(path) }
        return named
    }
}
