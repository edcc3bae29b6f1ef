internal import Glibc

/// The system's wall clock, the default where no clock is injected.
enum WallClock {
    static func seconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }
}
