package import KubernetesObjects

extension Schedule {
    /// Parses a cron expression, a shorthand such as `@daily`, or `@every 6h`.
    ///
    /// - Throws: `policy.schedule-invalid` with what is wrong and how to write it.
    package init(
        parsing text: String,
        timeZone: ScheduleTimeZone = .utc,
        jitterSeconds: Int64 = 0,
        jitterKey: String = "",
        catchUpSeconds: Int64? = nil,
        isSuspended: Bool = false
    ) throws(LifeboatError) {
        let trimmed = text.trimmingSpaces()
        self.init(
            text: trimmed,
            timing: try Self.timing(of: trimmed),
            timeZone: timeZone,
            jitterSeconds: jitterSeconds,
            jitterKey: jitterKey,
            catchUpSeconds: catchUpSeconds,
            isSuspended: isSuspended
        )
    }

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    private static func timing(of text: String) throws(LifeboatError) -> Timing {
        if text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") {
            throw LifeboatError(
                .scheduleInvalid,
                "the schedule “\(text)” names a time zone in the expression",
                remedy: "write the zone into the field timeZone beside it, for example timeZone: Europe/Berlin"
            )
        }
        if let interval = text.lowercased().hasPrefix("@every ") ? text.dropFirst(7) : nil {
            guard let seconds = DurationText.parse(String(interval).trimmingSpaces()), seconds > 0 else {
                throw LifeboatError(
                    .scheduleInvalid,
                    "“\(interval)” is no interval of a schedule",
                    remedy: "write it as @every 6h, @every 1h30m or @every 2d"
                )
            }
            return .every(seconds: seconds)
        }
        if text.hasPrefix("@") {
            guard let expression = shorthands[text.lowercased()] else {
                throw LifeboatError(
                    .scheduleInvalid,
                    "“\(text)” is no schedule",
                    remedy: "use one of \(shorthands.keys.sorted().joined(separator: ", ")) or @every DURATION"
                )
            }
            return .cron(try CronExpression(parsing: expression))
        }
        return .cron(try CronExpression(parsing: text))
    }

    /// What a reader of the expression may not expect; empty for most.
    package var warnings: [String] {
        guard case .cron(let expression) = timing, expression.combinesDays else { return [] }
        return ["“\(text)” restricts day of month and day of week: it runs on the days of either, not only of both"]
    }
}
