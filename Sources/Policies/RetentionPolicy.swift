/// How long snapshots are kept, in restic's words: a snapshot that any rule keeps is kept.
package struct RetentionPolicy: Equatable, Sendable {
    /// How many snapshots a rule keeps.
    package enum Count: Equatable, Sendable {
        case none
        case exactly(Int)
        case unlimited
    }

    /// A span of calendar time before the newest snapshot, such as `2y5m7d3h`.
    package struct Span: Equatable, Sendable {
        package let years: Int
        package let months: Int
        package let days: Int
        package let hours: Int

        package init(years: Int = 0, months: Int = 0, days: Int = 0, hours: Int = 0) {
            self.years = years
            self.months = months
            self.days = days
            self.hours = hours
        }

        package var isEmpty: Bool { years == 0 && months == 0 && days == 0 && hours == 0 }
    }

    /// A calendar bucket of which the newest snapshot is kept.
    package enum Period: String, CaseIterable, Sendable {
        case hourly = "Hourly"
        case daily = "Daily"
        case weekly = "Weekly"
        case monthly = "Monthly"
        case yearly = "Yearly"
    }

    package var keepLast: Count
    package var keep: [Period: Count]
    package var keepWithin: Span?
    package var keepWithinPeriod: [Period: Span]
    package var keepTags: [String]
    /// Never fewer than this many snapshots of a cluster, whatever the rules say.
    package var minimum: Int

    package init(
        keepLast: Count = .none,
        keep: [Period: Count] = [:],
        keepWithin: Span? = nil,
        keepWithinPeriod: [Period: Span] = [:],
        keepTags: [String] = [],
        minimum: Int = 1
    ) {
        self.keepLast = keepLast
        self.keep = keep
        self.keepWithin = keepWithin
        self.keepWithinPeriod = keepWithinPeriod
        self.keepTags = keepTags
        self.minimum = minimum
    }

    /// Whether no rule keeps anything; such a policy would remove every snapshot and is refused.
    package var isEmpty: Bool {
        keepLast == .none && keep.values.allSatisfy { $0 == .none } && keepWithin == nil && keepWithinPeriod.isEmpty
            && keepTags.isEmpty
    }
}
