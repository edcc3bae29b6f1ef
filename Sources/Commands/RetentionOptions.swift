package import ArgumentParser
internal import KubernetesObjects
package import Policies

/// The rules of a retention, in restic's words.
package struct RetentionOptions: ParsableArguments {
    @Option(help: "BackupPolicy document with a retention, which is for the snapshots of this policy.")
    package var policy: String?

    @Option(help: "Keep so many of the newest snapshots; all of these rules take a number or “unlimited”.")
    package var keepLast: String?
    @Option(help: "Keep the newest of so many hours that have one.")
    package var keepHourly: String?
    @Option(help: "Keep the newest of so many days that have one.")
    package var keepDaily: String?
    @Option(help: "Keep the newest of so many weeks, from Monday, that have one.")
    package var keepWeekly: String?
    @Option(help: "Keep the newest of so many months that have one.")
    package var keepMonthly: String?
    @Option(help: "Keep the newest of so many years that have one.")
    package var keepYearly: String?
    @Option(help: "Keep what is not older than this before the newest, such as 2y5m7d3h.")
    package var keepWithin: String?
    @Option(help: "Keep the newest of each hour that is not older than this before the newest.")
    package var keepWithinHourly: String?
    @Option(help: "Keep the newest of each day that is not older than this.")
    package var keepWithinDaily: String?
    @Option(help: "Keep the newest of each week that is not older than this.")
    package var keepWithinWeekly: String?
    @Option(help: "Keep the newest of each month that is not older than this.")
    package var keepWithinMonthly: String?
    @Option(help: "Keep the newest of each year that is not older than this.")
    package var keepWithinYearly: String?
    @Option(help: "Keep snapshots with this tag; may be given several times.")
    package var keepTag: [String] = []
    @Option(help: "Keep at least so many complete snapshots of a cluster and policy.")
    package var minimum: Int?

    package init() {}

    private var counts: [(name: String, value: String?, period: RetentionPolicy.Period?)] {
        [
            ("--keep-last", keepLast, nil), ("--keep-hourly", keepHourly, .hourly), ("--keep-daily", keepDaily, .daily),
            ("--keep-weekly", keepWeekly, .weekly), ("--keep-monthly", keepMonthly, .monthly),
            ("--keep-yearly", keepYearly, .yearly),
        ]
    }

    private var spans: [(name: String, value: String?, period: RetentionPolicy.Period?)] {
        [
            ("--keep-within", keepWithin, nil), ("--keep-within-hourly", keepWithinHourly, .hourly),
            ("--keep-within-daily", keepWithinDaily, .daily), ("--keep-within-weekly", keepWithinWeekly, .weekly),
            ("--keep-within-monthly", keepWithinMonthly, .monthly), ("--keep-within-yearly", keepWithinYearly, .yearly),
        ]
    }

    /// Whether no rule was given, but for a policy.
    private var hasNoRules: Bool { keepTag.isEmpty && (counts + spans).allSatisfy { $0.value == nil } }

    /// Whether no rule was given.
    package var isEmpty: Bool { policy == nil && hasNoRules }

    /// The rules, and the only policy that they are for; nil when they are for all.
    ///
    /// - Throws: `usage`, `policy.invalid`.
    package func retention() throws -> (rules: RetentionPolicy, policyName: String?) {
        guard let policy else { return (try written(), nil) }
        guard minimum == nil, hasNoRules else {
            throw Self.usage("--policy brings the rules; other rules go without it")
        }
        let document = try PolicyFile.backup(policy)
        guard let rules = document.retention else { throw Self.usage("\(policy) has no retention") }
        return (rules, document.name)
    }

    private func written() throws -> RetentionPolicy {
        let minimum = minimum ?? 1
        guard minimum >= 1 else { throw Self.usage("--minimum is at least 1") }
        var retention = RetentionPolicy(keepTags: keepTag, minimum: minimum)
        for (name, value, period) in counts {
            guard let value else { continue }
            let count: RetentionPolicy.Count
            if value == "unlimited" {
                count = .unlimited
            } else if let number = Int(value), number >= 0 {
                count = number == 0 ? .none : .exactly(number)
            } else {
                throw Self.usage("\(name) takes a number or “unlimited”, not “\(value)”")
            }
            if let period { retention.keep[period] = count } else { retention.keepLast = count }
        }
        for (name, value, period) in spans {
            guard let value else { continue }
            guard let span = RetentionPolicy.Span(parsing: value) else {
                throw Self.usage("\(name) takes years, months, days and hours such as 2y5m7d3h, not “\(value)”")
            }
            if let period { retention.keepWithinPeriod[period] = span } else { retention.keepWithin = span }
        }
        guard !retention.isEmpty else { throw Self.usage("these rules keep no snapshot") }
        return retention
    }

    private static func usage(_ message: String) -> LifeboatError {
        LifeboatError(.usage, message, remedy: "see lifeboat forget --help")
    }
}
