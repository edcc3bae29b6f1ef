/// A moment in whole seconds since 1970 in UTC, written as RFC 3339, as Kubernetes does.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let secondsSince1970: Int64

    package init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
    package static func - (left: Timestamp, right: Timestamp) -> Int64 {
        left.secondsSince1970 - right.secondsSince1970
    }
    package func adding(seconds: Int64) -> Timestamp { Timestamp(secondsSince1970: secondsSince1970 + seconds) }

    /// Parses `2026-11-23T02:51:13Z`, with a fraction (dropped) or an offset such as `+01:00`.
    package init(parsing text: String) throws(LifeboatError) {
        let wrong = LifeboatError(
            .invalidTimestamp,
            "“\(text)” is not a time",
            remedy: "write it as RFC 3339, for example 2026-11-23T02:51:13Z"
        )
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) throws(LifeboatError) -> Int64 {
            guard range.upperBound <= bytes.count else { throw wrong }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { throw wrong }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, [0x54, 0x74, 0x20].contains(bytes[10]),
            bytes[13] == .colon, bytes[16] == .colon
        else { throw wrong }
        let (year, month, day) = (try number(0..<4), try number(5..<7), try number(8..<10))
        let (hour, minute, second) = (try number(11..<13), try number(14..<16), try number(17..<19))
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else { throw wrong }
        var index = 19
        if bytes[index] == 0x2E {
            index += 1
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        }
        guard index < bytes.count else { throw wrong }
        var offset: Int64 = 0
        switch bytes[index] {
        case 0x5A, 0x7A: guard index + 1 == bytes.count else { throw wrong }
        case 0x2B, 0x2D:
            guard bytes.count == index + 6, bytes[index + 3] == .colon else { throw wrong }
            let magnitude = try number(index + 1..<index + 3) * 3600 + number(index + 4..<index + 6) * 60
            offset = bytes[index] == 0x2B ? magnitude : -magnitude
        default: throw wrong
        }
        let days = Self.days(year: year, month: month, day: day)
        secondsSince1970 = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar (the era-based algorithm of H. Hinnant).
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Year, month and day of a count of days since 1970-01-01.
    package static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }
}

extension Timestamp: CustomStringConvertible {
    /// `2026-11-23T02:51:13Z`
    package var description: String {
        let days = secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : (secondsSince1970 - 86_399) / 86_400
        let rest = secondsSince1970 - days * 86_400
        let (year, month, day) = Self.date(days: days)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let digits = String(year)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(padded)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
