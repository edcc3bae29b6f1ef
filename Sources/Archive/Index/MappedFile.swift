internal import Glibc

/// Bytes in a file without a name, mapped into memory: the system keeps of them what is used and has memory for, and reads the rest again.
///
/// The file goes with the process, however that ends.
final class MappedFile: @unchecked Sendable {
    // Unchecked: nobody writes to it.
    let bytes: UnsafeRawBufferPointer

    /// - Parameter folder: where files without a name may be made.
    /// - Returns: nil where that is not possible: the folder is not there or may not be written to, or is full.
    init?(_ content: UnsafeRawBufferPointer, in folder: String) {
        let descriptor = Self.open(folder)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Written, and not stored through the mapping: a full disk is an answer here, and a signal there.
        var written = 0
        while written < content.count {
            let count = write(descriptor, content.baseAddress.map { $0 + written }, content.count - written)
            guard count > 0 || errno == EINTR else { return nil }
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
        var path = Array("\(folder)/lifeboat-XXXXXX".utf8CString)
        let named = mkstemp(&path)
        guard named >= 0 else { return named }
        unlink(path)
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        return named
    }
}
