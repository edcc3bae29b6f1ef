internal import Glibc

/// How many files this process may have open.
enum OpenFileLimit {
    /// So many descriptors are left for files that are read and for the repository.
    private static let reserve = 64

    /// More are of no use, and programs that this one starts may go through all that they may have open.
    private static let enough: rlim_t = 16_384

    /// Raises the limit as far as an ordinary process may. Shells give 1024, for the sake of programs that use select(2).
    static func raise() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        var raised = limit
        raised.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, enough))
        if setrlimit(resource, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    /// Whether a descriptor is one of the last: the kernel gives the lowest one that is free.
    static func isAmongTheLast(_ descriptor: Int32, of limit: Int) -> Bool {
        Int(descriptor) >= limit - min(reserve, limit / 4)
    }
}
