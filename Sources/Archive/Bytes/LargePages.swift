internal import Glibc

/// Memory of many megabytes in pages of 2 MiB: the system hands it out and clears it 512 small pages at a time.
enum LargePages {
    private static let size = 2 << 20

    /// Asks for large pages for memory that was allocated and not used yet. Where the system has none, nothing changes.
    static func advise(_ memory: UnsafeRawBufferPointer) {
        guard memory.count >= 2 * size, let start = memory.baseAddress else { return }
        let first = (UInt(bitPattern: start) + UInt(size) - 1) & ~(UInt(size) - 1)
        let last = (UInt(bitPattern: start) + UInt(memory.count)) & ~(UInt(size) - 1)
        guard last > first, let aligned = UnsafeMutableRawPointer(bitPattern: first) else { return }
        _ = madvise(aligned, Int(last - first), MADV_HUGEPAGE)
    }
}
