import KubernetesObjects

/// Why snapshots of one group are kept; those without a reason go.
struct RetentionReasons {
    private let policy: RetentionPolicy
    /// Those that are not from the future, the newest first.
    private let snapshots: [RetentionPlan.Candidate]
    /// The complete ones of these.
    private let complete: [RetentionPlan.Candidate]
    /// Of a clock that was wrong, or of somebody who wants the true ones to go: they take no place from others.
    private let fromFuture: [RetentionPlan.Candidate]
    private let now: Timestamp
    private let calendar: RetentionCalendar
    private(set) var found: [String: [String]] = [:]

    init(
        _ policy: RetentionPolicy,
        _ newestFirst: [RetentionPlan.Candidate],
        _ now: Timestamp,
        _ zone: ScheduleTimeZone
    ) {
        self.policy = policy
        self.now = now
        snapshots = newestFirst.filter { $0.takenAt <= now }
        fromFuture = newestFirst.filter { $0.takenAt > now }
        complete = snapshots.filter(\.isComplete)
        calendar = RetentionCalendar(zone)
    }

    private mutating func keep(_ snapshot: RetentionPlan.Candidate, _ reason: String) {
        found[snapshot.id, default: []].append(reason)
    }

    mutating func find() {
        for (position, snapshot) in complete.enumerated() where Self.allows(policy.keepLast, position) {
            keep(snapshot, "last snapshot")
        }
        for period in RetentionPolicy.Period.allCases {
            count(period)
            within(period)
        }
        if let span = policy.keepWithin, let newest = complete.first {
            let start = calendar.moment(span, before: newest.takenAt)
            for snapshot in complete where snapshot.takenAt > start { keep(snapshot, "within \(span)") }
        }
        for snapshot in snapshots {
            for tag in policy.keepTags where snapshot.tags.contains(tag) { keep(snapshot, "tag \(tag)") }
            if snapshot.tags.contains(RetentionPlan.pin) { keep(snapshot, "pinned") }
        }
        keepFloors()
    }

    private static func allows(_ count: RetentionPolicy.Count, _ used: Int) -> Bool {
        switch count {
        case .none: false
        case .exactly(let most): used < most
        case .unlimited: true
        }
    }

    /// The newest snapshot of each hour, day and so on, and the oldest of all as long as the count is not used up.
    private mutating func count(_ period: RetentionPolicy.Period) {
        guard let allowed = policy.keep[period] else { return }
        var (used, last): (Int, Int64?) = (0, nil)
        for (position, snapshot) in complete.enumerated() {
            let bucket = calendar.bucket(period, snapshot.takenAt)
            let isOldest = position == complete.count - 1
            guard bucket != last || isOldest, Self.allows(allowed, used) else { continue }
            keep(snapshot, (bucket == last ? "oldest " : "") + "\(period.rawValue.lowercased()) snapshot")
            (used, last) = (used + 1, bucket)
        }
    }

    private mutating func within(_ period: RetentionPolicy.Period) {
        guard let span = policy.keepWithinPeriod[period], let newest = complete.first else { return }
        let start = calendar.moment(span, before: newest.takenAt)
        var last: Int64?
        for snapshot in complete where snapshot.takenAt > start {
            let bucket = calendar.bucket(period, snapshot.takenAt)
            guard bucket != last else { continue }
            keep(snapshot, "\(period.rawValue.lowercased()) within \(span)")
            last = bucket
        }
    }

    /// What is kept whatever the rules say, so that something good always remains.
    private mutating func keepFloors() {
        for snapshot in fromFuture { keep(snapshot, "from the future") }
        for snapshot in snapshots {
            guard let end = snapshot.lockedUntil, end > now, found[snapshot.id] == nil else { continue }
            keep(snapshot, "locked until \(end)")
        }
        let least = max(policy.minimum, 1)
        for snapshot in complete.prefix(least) where found[snapshot.id] == nil {
            keep(snapshot, least == 1 ? "the last complete snapshot" : "one of the last \(least) complete snapshots")
        }
        if let verified = complete.first(where: \.isVerified), found[verified.id] == nil {
            keep(verified, "the last verified snapshot")
        }
        guard let newest = complete.first else {
            for snapshot in snapshots.prefix(least) { keep(snapshot, "no snapshot is complete") }
            return
        }
        // Until the next complete one, it is all that is known of that time.
        for snapshot in snapshots where !snapshot.isComplete && snapshot.takenAt > newest.takenAt {
            keep(snapshot, "newer than the last complete snapshot")
        }
    }
}
