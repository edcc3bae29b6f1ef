package import KubernetesObjects

/// A five-field cron expression: minute, hour, day of month, month, day of week.
///
/// Names, lists, ranges and steps are those of Vixie cron: when both day fields are restricted, a day that either of them allows
/// is a run day. Daylight saving time never loses or doubles a run of a job with fixed hours: one in a skipped hour runs at
/// the first moment after it, one in a repeated hour runs in its first pass. A job of every hour runs in every hour that
/// passes.
package struct CronExpression: Equatable, Sendable {
    let minutes: CronField
    let hours: CronField
    let daysOfMonth: CronField
    let months: CronField
    let daysOfWeek: CronField

    /// - Throws: `policy.schedule-invalid` for a field that is not valid and for a date that never comes, such as 30 February.
    package init(parsing text: String) throws(LifeboatError) {
        let fields = text.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard fields.count == 5 else {
            throw LifeboatError(
                .scheduleInvalid,
                "the schedule “\(text)” has \(fields.count) fields instead of 5",
                remedy: "write minute, hour, day of month, month and day of week, for example 0 2 * * *"
            )
        }
        minutes = try CronField(parsing: fields[0], .minute)
        hours = try CronField(parsing: fields[1], .hour)
        daysOfMonth = try CronField(parsing: fields[2], .dayOfMonth)
        months = try CronField(parsing: fields[3], .month)
        daysOfWeek = try CronField(parsing: fields[4], .dayOfWeek)
        guard hasPossibleDate else {
            throw LifeboatError(
                .scheduleInvalid,
                "the schedule “\(text)” never runs: none of its months has such a day",
                remedy: "choose a day that the month has"
            )
        }
    }

    /// Whether both day fields restrict the days; a run then comes on a day that either of them allows.
    package var combinesDays: Bool { !daysOfMonth.beginsWithStar && !daysOfWeek.beginsWithStar }

    private var runsInEveryHour: Bool { hours.values == (1 << 24) - 1 }

    /// A day of the month that no chosen month has is only a mistake when the weekday does not choose days of its own.
    private var hasPossibleDate: Bool {
        if combinesDays { return true }
        let lengths: [Int64] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.enumerated()
            .contains { month, length in
                months.contains(Int64(month + 1)) && (1...length).contains { daysOfMonth.contains($0) }
            }
    }

    /// The first run after a moment; nil when there is none within 40 years.
    package func next(after moment: Timestamp, in zone: ScheduleTimeZone) -> Timestamp? {
        // Local time may have been set back by up to some hours just before, so the search begins earlier.
        var local = moment.secondsSince1970 + zone.offset(at: moment) - Self.margin
        var earliest: Timestamp?
        var end = local + 40 * 366 * 86_400
        while let candidate = nextLocal(after: local), candidate <= end {
            for run in runs(atLocal: candidate, in: zone) where run > moment {
                guard let known = earliest else {
                    earliest = run
                    // In a repeated hour, a later local time may come earlier; nothing is further away than the margin.
                    end = min(end, candidate + Self.margin)
                    guard isNearTransition(run, in: zone) else { return run }
                    continue
                }
                earliest = min(known, run)
            }
            local = candidate
        }
        return earliest
    }

    /// No zone has ever moved its clocks by more within a day, but for the change of the date line.
    private static let margin: Int64 = 3 * 3600

    private func isNearTransition(_ moment: Timestamp, in zone: ScheduleTimeZone) -> Bool {
        zone.offset(at: moment.adding(seconds: -2 * Self.margin))
            != zone.offset(at: moment.adding(seconds: 2 * Self.margin))
    }

    /// The moments of a run at a local time, given in seconds as if it were UTC.
    private func runs(atLocal local: Int64, in zone: ScheduleTimeZone) -> [Timestamp] {
        let before = zone.offset(at: Timestamp(secondsSince1970: local - 86_400))
        let after = zone.offset(at: Timestamp(secondsSince1970: local + 86_400))
        let first = Timestamp(secondsSince1970: local - max(before, after))
        let second = Timestamp(secondsSince1970: local - min(before, after))
        let existing = [first, second].filter { $0.secondsSince1970 + zone.offset(at: $0) == local }
        if existing.isEmpty {
            return runsInEveryHour ? [] : [firstMoment(of: zone.offset(at: second), from: first, to: second, in: zone)]
        }
        return runsInEveryHour && first != second ? existing : [existing[0]]
    }

    /// The first moment at which the zone has this offset; it has it at `end` and not at `start`.
    private func firstMoment(
        of offset: Int64,
        from start: Timestamp,
        to end: Timestamp,
        in zone: ScheduleTimeZone
    ) -> Timestamp {
        var (low, high) = (start.secondsSince1970, end.secondsSince1970)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if zone.offset(at: Timestamp(secondsSince1970: middle)) == offset { high = middle } else { low = middle }
        }
        return Timestamp(secondsSince1970: high)
    }

    /// The first local minute after `local` that the fields allow, in seconds as if it were UTC; nil after 41 years.
    private func nextLocal(after local: Int64) -> Int64? {
        let minute = floorDivision(local, 60) + 1
        var day = floorDivision(minute, 1440)
        var minuteOfDay = minute - day * 1440
        let lastDay = day + 41 * 366
        while day <= lastDay {
            let date = Timestamp.date(days: day)
            if !months.contains(date.month) {
                let (year, month) = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
                (day, minuteOfDay) = (Timestamp.days(year: year, month: month, day: 1), 0)
                continue
            }
            if isRunDay(day, of: date.day), let found = nextMinute(from: minuteOfDay) {
                return (day * 1440 + found) * 60
            }
            (day, minuteOfDay) = (day + 1, 0)
        }
        return nil
    }

    private func isRunDay(_ day: Int64, of dayOfMonth: Int64) -> Bool {
        // 1970-01-01 was a Thursday.
        let weekday = (day + 4) - floorDivision(day + 4, 7) * 7
        let (byMonth, byWeek) = (daysOfMonth.contains(dayOfMonth), daysOfWeek.contains(weekday))
        return combinesDays ? byMonth || byWeek : byMonth && byWeek
    }

    private func nextMinute(from minuteOfDay: Int64) -> Int64? {
        for hour in (minuteOfDay / 60)..<24 where hours.contains(hour) {
            let first = hour == minuteOfDay / 60 ? minuteOfDay % 60 : 0
            if let minute = (first..<60).first(where: minutes.contains) { return hour * 60 + minute }
        }
        return nil
    }
}
