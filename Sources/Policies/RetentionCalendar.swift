import KubernetesObjects

/// Hours, days and longer spans by the calendar of a time zone.
struct RetentionCalendar {
    private let zone: ScheduleTimeZone

    init(_ zone: ScheduleTimeZone) { self.zone = zone }

    /// Equal for moments of the same hour, day, week (from Monday), month or year.
    func bucket(_ period: RetentionPolicy.Period, _ moment: Timestamp) -> Int64 {
        let local = moment.secondsSince1970 + zone.offset(at: moment)
        let day = floorDivision(local, 86_400)
        let date = Timestamp.date(days: day)
        return switch period {
        case .hourly: floorDivision(local, 3600)
        case .daily: day
        // The first day of 1970 was a Thursday.
        case .weekly: floorDivision(day + 3, 7)
        case .monthly: date.year * 12 + date.month
        case .yearly: date.year
        }
    }

    /// Goes back by the calendar; a day that its month does not have is the last one that it has.
    func moment(_ span: RetentionPolicy.Span, before moment: Timestamp) -> Timestamp {
        let local = moment.secondsSince1970 + zone.offset(at: moment)
        let day = floorDivision(local, 86_400)
        let date = Timestamp.date(days: day)
        let month = date.year * 12 + date.month - 1 - Int64(span.years) * 12 - Int64(span.months)
        let year = floorDivision(month, 12)
        let index = month - year * 12
        let first = Timestamp.days(year: year, month: index + 1, day: 1)
        let next = Timestamp.days(year: index == 11 ? year + 1 : year, month: index == 11 ? 1 : index + 2, day: 1)
        let goal = min(first + date.day, next) - 1 - Int64(span.days)
        let back = (day - goal) * 86_400 + Int64(span.hours) * 3600
        let earlier = local - back
        // The offset may be another one there.
        let guess = Timestamp(secondsSince1970: earlier - zone.offset(at: moment))
        return Timestamp(secondsSince1970: earlier - zone.offset(at: guess))
    }
}

extension RetentionPolicy.Span: CustomStringConvertible {
    /// As it is written, such as `2y5m7d3h`.
    package var description: String {
        let parts: [(count: Int, unit: String)] = [(years, "y"), (months, "m"), (days, "d"), (hours, "h")]
        return parts.filter { $0.count > 0 }.map { "\($0.count)\($0.unit)" }.joined()
    }
}

/// Rounds down also below zero.
func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
