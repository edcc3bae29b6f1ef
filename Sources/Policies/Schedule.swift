package import KubernetesObjects

/// When something runs: a cron expression in a time zone, or a fixed interval.
package struct Schedule: Equatable, Sendable {
    package enum Timing: Equatable, Sendable {
        case cron(CronExpression)
        /// Runs at the multiples of the interval since 1970, so that a restart does not move it.
        case every(seconds: Int64)
    }

    /// The text as it was written.
    package let text: String
    package let timing: Timing
    package let timeZone: ScheduleTimeZone
    /// Delays every run by the same part of this span, so that many clusters do not start at once.
    package let jitterSeconds: Int64
    /// The name that chooses the delay; the policy's name.
    package let jitterKey: String
    /// A missed run is made up for only when it is not later than this; nil always makes up for it.
    package let catchUpSeconds: Int64?
    /// Keeps the schedule in the policy without running it.
    package let isSuspended: Bool

    package init(
        text: String,
        timing: Timing,
        timeZone: ScheduleTimeZone = .utc,
        jitterSeconds: Int64 = 0,
        jitterKey: String = "",
        catchUpSeconds: Int64? = nil,
        isSuspended: Bool = false
    ) {
        self.text = text
        self.timing = timing
        self.timeZone = timeZone
        self.jitterSeconds = jitterSeconds
        self.jitterKey = jitterKey
        self.catchUpSeconds = catchUpSeconds
        self.isSuspended = isSuspended
    }

    /// The first run after a moment; nil when there is none within the next years.
    package func next(after moment: Timestamp) -> Timestamp? {
        let delay = self.delay
        return undelayedNext(after: moment.adding(seconds: -delay))?.adding(seconds: delay)
    }

    /// The next runs after a moment, for a look at what an expression means.
    package func next(_ count: Int, after moment: Timestamp) -> [Timestamp] {
        var runs: [Timestamp] = []
        var last = moment
        while runs.count < count, let run = next(after: last) {
            runs.append(run)
            last = run
        }
        return runs
    }

    private func undelayedNext(after moment: Timestamp) -> Timestamp? {
        switch timing {
        case .every(let seconds):
            let (quotient, remainder) = moment.secondsSince1970.quotientAndRemainder(dividingBy: seconds)
            return Timestamp(secondsSince1970: (remainder < 0 ? quotient : quotient + 1) * seconds)
        case .cron(let expression): return expression.next(after: moment, in: timeZone)
        }
    }

    /// The part of the jitter that falls to this schedule: the same after every restart (64-bit FNV-1a of the name).
    private var delay: Int64 {
        guard jitterSeconds > 0 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in jitterKey.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int64(hash % UInt64(jitterSeconds))
    }
}
