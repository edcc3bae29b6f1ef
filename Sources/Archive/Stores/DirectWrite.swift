internal import Glibc
internal import KubernetesObjects

/// Writes of large objects past the page cache.
///
/// Nobody reads a pack soon after it was written, the copy into the cache costs more processor time than encrypting does, and what
/// others keep in the cache of the machine stays there: https://man7.org/linux/man-pages/man2/open.2.html (`O_DIRECT`).
enum DirectWrite {
    /// What every file system is content with: offset, length and memory are multiples of it.
    private static let alignment = 4096
    private static let partSize = 2 << 20
    /// Smaller objects are written by the cache: a manifest or a small pack is.
    private static let smallest = 4 << 20

    /// Writes the beginning of some bytes.
    ///
    /// - Returns: how many were written; the rest is for whoever writes through the cache: all where a file system cannot do it.
    static func begin(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(LifeboatError) -> Int
    {
        guard bytes.count >= smallest else { return 0 }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | __O_DIRECT) == 0 else { return 0 }
        defer { _ = fcntl(descriptor, F_SETFL, flags) }
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: partSize, alignment: alignment)
        defer { part.deallocate() }
        var offset = 0
        while bytes.count - offset >= alignment {
            let count = min(partSize, (bytes.count - offset) / alignment * alignment)
            part.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            let written = Glibc.write(descriptor, part.baseAddress, count)
            if written < 0 {
                if errno == EINTR { continue }
                // Some accept the flag and refuse the write.
                if errno == EINVAL { break }
                throw FileSystem.failure("write", path, errno)
            }
            offset += written
            // A disk that is nearly full takes a part; the next write says so.
            guard written == count else { break }
        }
        return offset
    }
}
