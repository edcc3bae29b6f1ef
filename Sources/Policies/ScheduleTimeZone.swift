import Foundation
package import KubernetesObjects

/// A time zone of the IANA database, by its name.
package struct ScheduleTimeZone: Equatable, Sendable {
    package let name: String
    private let zone: TimeZone?

    package static let utc = ScheduleTimeZone()

    private init() {
        name = "UTC"
        zone = nil
    }

    /// - Throws: `policy.schedule-invalid` when the database has no such zone.
    package init(named name: String) throws(LifeboatError) {
        guard !["UTC", "Etc/UTC", "GMT"].contains(name) else {
            self = .utc
            return
        }
        // Foundation also takes abbreviations such as EST and offsets such as GMT+3, which hide daylight saving time.
        guard name.contains("/"), let zone = TimeZone(identifier: name) else {
            throw LifeboatError(
                .scheduleInvalid,
                "“\(name)” is not a time zone",
                remedy: "write the name as in the IANA database, for example Europe/Berlin or UTC"
            )
        }
        self.name = name
        self.zone = zone
    }

    /// Seconds to add to UTC for the local time at a moment.
    package func offset(at moment: Timestamp) -> Int64 {
        guard let zone else { return 0 }
        return Int64(zone.secondsFromGMT(for: Foundation.Date(timeIntervalSince1970: Double(moment.secondsSince1970))))
    }
}
