import KubernetesObjects
import Policies
import Testing

/// A schedule, a moment, and the runs that must follow it.
struct ScheduleCase: CustomTestStringConvertible, Sendable {
    let title: String
    let schedule: String
    let zone: String
    let after: String
    let runs: [String]

    init(_ title: String, _ schedule: String, zone: String = "UTC", after: String, _ runs: String...) {
        self.title = title
        self.schedule = schedule
        self.zone = zone
        self.after = after
        self.runs = runs
    }

    var testDescription: String { "\(title): \(schedule) in \(zone)" }

    func check() throws {
        let schedule = try Schedule(parsing: schedule, timeZone: ScheduleTimeZone(named: zone))
        let found = schedule.next(runs.count, after: try Timestamp(parsing: after))
        #expect(found.map(\.description) == runs)
    }
}

@Suite struct `Schedules` {
    @Test(arguments: [
        ScheduleCase(
            "every minute",
            "* * * * *",
            after: "2026-01-01T00:00:30Z",
            "2026-01-01T00:01:00Z",
            "2026-01-01T00:02:00Z"
        ),
        ScheduleCase(
            "the moment itself is not after it",
            "0 2 * * *",
            after: "2026-01-01T02:00:00Z",
            "2026-01-02T02:00:00Z"
        ),
        ScheduleCase(
            "steps",
            "*/20 3 * * *",
            after: "2026-01-01T03:10:00Z",
            "2026-01-01T03:20:00Z",
            "2026-01-01T03:40:00Z",
            "2026-01-02T03:00:00Z"
        ),
        ScheduleCase(
            "a step from a value",
            "50/5 * * * *",
            after: "2026-01-01T00:00:00Z",
            "2026-01-01T00:50:00Z",
            "2026-01-01T00:55:00Z",
            "2026-01-01T01:50:00Z"
        ),
        ScheduleCase(
            "lists and ranges with steps",
            "0 1,10-14/2 * * *",
            after: "2026-01-01T00:00:00Z",
            "2026-01-01T01:00:00Z",
            "2026-01-01T10:00:00Z",
            "2026-01-01T12:00:00Z",
            "2026-01-01T14:00:00Z"
        ),
        ScheduleCase(
            "names in any case",
            "0 0 * JAN,jul sun",
            after: "2026-01-20T00:00:00Z",
            "2026-01-25T00:00:00Z",
            "2026-07-05T00:00:00Z"
        ),
        ScheduleCase(
            "7 is Sunday",
            "0 0 * * 7",
            after: "2026-01-20T00:00:00Z",
            "2026-01-25T00:00:00Z",
            "2026-02-01T00:00:00Z"
        ),
        ScheduleCase(
            "a range that ends on 7",
            "0 0 * * 5-7",
            after: "2026-01-22T00:00:00Z",
            "2026-01-23T00:00:00Z",
            "2026-01-24T00:00:00Z",
            "2026-01-25T00:00:00Z",
            "2026-01-30T00:00:00Z"
        ),
        ScheduleCase(
            "every second weekday starts on Sunday",
            "0 0 * * */2",
            after: "2026-01-24T00:00:00Z",
            "2026-01-25T00:00:00Z",
            "2026-01-27T00:00:00Z",
            "2026-01-29T00:00:00Z",
            "2026-01-31T00:00:00Z",
            "2026-02-01T00:00:00Z"
        ),
        ScheduleCase(
            "both day fields: either",
            "0 0 13 * FRI",
            after: "2026-02-01T00:00:00Z",
            "2026-02-06T00:00:00Z",
            "2026-02-13T00:00:00Z",
            "2026-02-20T00:00:00Z",
            "2026-02-27T00:00:00Z",
            "2026-03-06T00:00:00Z"
        ),
        ScheduleCase(
            "a day field that begins with a star: both",
            "0 0 */2 * MON",
            after: "2026-06-01T00:00:00Z",
            "2026-06-15T00:00:00Z",
            "2026-06-29T00:00:00Z"
        ),
        ScheduleCase("a question mark is a star", "0 0 ? * MON", after: "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z"),
        ScheduleCase(
            "the 31st skips short months",
            "0 0 31 * *",
            after: "2026-01-31T00:00:00Z",
            "2026-03-31T00:00:00Z",
            "2026-05-31T00:00:00Z",
            "2026-07-31T00:00:00Z"
        ),
        ScheduleCase("the end of a year", "59 23 31 12 *", after: "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
        ScheduleCase(
            "29 February",
            "0 12 29 2 *",
            after: "2026-01-01T00:00:00Z",
            "2028-02-29T12:00:00Z",
            "2032-02-29T12:00:00Z"
        ),
        ScheduleCase(
            "29 February over a year that is no leap year",
            "0 0 29 2 *",
            after: "2096-03-01T00:00:00Z",
            "2104-02-29T00:00:00Z"
        ),
        ScheduleCase(
            "an impossible day beside a weekday",
            "0 0 30 2 MON",
            after: "2026-02-01T00:00:00Z",
            "2026-02-02T00:00:00Z"
        ),
        ScheduleCase("yearly", "@yearly", after: "2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ScheduleCase("monthly", "@Monthly", after: "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ScheduleCase("weekly", "@weekly", after: "2026-01-20T00:00:00Z", "2026-01-25T00:00:00Z"),
        ScheduleCase("daily", "@daily", after: "2026-01-20T05:00:00Z", "2026-01-21T00:00:00Z"),
        ScheduleCase("hourly", "@hourly", after: "2026-01-20T05:00:00Z", "2026-01-20T06:00:00Z"),
        ScheduleCase(
            "an interval keeps its rhythm",
            "@every 6h",
            after: "2026-01-20T05:10:11Z",
            "2026-01-20T06:00:00Z",
            "2026-01-20T12:00:00Z"
        ),
        ScheduleCase(
            "an interval before 1970",
            "@every 1h",
            after: "1969-12-31T22:30:00Z",
            "1969-12-31T23:00:00Z",
            "1970-01-01T00:00:00Z"
        ),
    ])
    func `give the next runs`(_ testCase: ScheduleCase) throws { try testCase.check() }

    @Test(arguments: [
        ScheduleCase(
            "a skipped hour runs at the first moment after it",
            "30 2 * * *",
            zone: "Europe/Berlin",
            after: "2026-03-28T12:00:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z"
        ),
        ScheduleCase(
            "several skipped times run once",
            "*/10 2 * * *",
            zone: "Europe/Berlin",
            after: "2026-03-28T01:45:00Z",
            "2026-03-28T01:50:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:00:00Z"
        ),
        ScheduleCase(
            "a repeated hour runs a fixed hour once",
            "30 2 * * *",
            zone: "Europe/Berlin",
            after: "2026-10-24T12:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-26T01:30:00Z"
        ),
        ScheduleCase(
            "between the two passes nothing runs again",
            "30 2 * * *",
            zone: "Europe/Berlin",
            after: "2026-10-25T00:45:00Z",
            "2026-10-26T01:30:00Z"
        ),
        ScheduleCase(
            "a job of every hour runs in both passes",
            "30 * * * *",
            zone: "Europe/Berlin",
            after: "2026-10-24T23:00:00Z",
            "2026-10-24T23:30:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00Z"
        ),
        ScheduleCase(
            "a job of every hour does not run twice around a gap",
            "30 * * * *",
            zone: "Europe/Berlin",
            after: "2026-03-29T00:00:00Z",
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:30:00Z"
        ),
        ScheduleCase(
            "midnight moves in UTC",
            "0 0 * * *",
            zone: "America/New_York",
            after: "2026-03-07T12:00:00Z",
            "2026-03-08T05:00:00Z",
            "2026-03-09T04:00:00Z"
        ),
        ScheduleCase(
            "New York skips 02:30",
            "30 2 * * *",
            zone: "America/New_York",
            after: "2026-03-08T00:00:00Z",
            "2026-03-08T07:00:00Z",
            "2026-03-09T06:30:00Z"
        ),
        ScheduleCase(
            "New York repeats 01:30",
            "30 1 * * *",
            zone: "America/New_York",
            after: "2026-11-01T00:00:00Z",
            "2026-11-01T05:30:00Z",
            "2026-11-02T06:30:00Z"
        ),
        ScheduleCase(
            "every quarter runs through a repeated hour",
            "*/30 * * * *",
            zone: "America/New_York",
            after: "2026-11-01T05:00:00Z",
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:00:00Z",
            "2026-11-01T06:30:00Z",
            "2026-11-01T07:00:00Z"
        ),
        ScheduleCase(
            "Lord Howe skips half an hour",
            "15 2 * * *",
            zone: "Australia/Lord_Howe",
            after: "2026-10-03T00:00:00Z",
            "2026-10-03T15:30:00Z",
            "2026-10-04T15:15:00Z"
        ),
        ScheduleCase(
            "Lord Howe repeats half an hour",
            "45 1 * * *",
            zone: "Australia/Lord_Howe",
            after: "2026-04-04T00:00:00Z",
            "2026-04-04T14:45:00Z",
            "2026-04-05T15:15:00Z"
        ),
        ScheduleCase(
            "a zone that skips midnight",
            "0 0 * * *",
            zone: "America/Asuncion",
            after: "2023-09-30T12:00:00Z",
            "2023-10-01T04:00:00Z",
            "2023-10-02T03:00:00Z"
        ),
        ScheduleCase(
            "a zone with a quarter of an hour",
            "0 6 * * *",
            zone: "Asia/Kathmandu",
            after: "2026-01-01T12:00:00Z",
            "2026-01-02T00:15:00Z"
        ),
    ])
    func `keep their runs when clocks change`(_ testCase: ScheduleCase) throws { try testCase.check() }

    @Test(arguments: [
        ("* * * *", "4 fields"), ("60 * * * *", "60 is out of range"), ("* 24 * * *", "24 is out of range"),
        ("* * 0 * *", "0 is out of range"), ("* * * 13 *", "13 is out of range"), ("* * * * 8", "8 is out of range"),
        ("5-1 * * * *", "runs backwards"), ("*/0 * * * *", "no step"), ("1,,2 * * * *", "a value is missing"),
        ("* * * foo *", "“foo” is no value"), ("? * * * *", "“?” is no value"), ("+1 * * * *", "“+1” is no value"),
        ("0 0 30 2 *", "never runs"), ("0 0 31 4,6,9,11 ?", "never runs"), ("TZ=Europe/Berlin 0 2 * * *", "time zone"),
        ("CRON_TZ=UTC 0 2 * * *", "time zone"), ("@fortnightly", "no schedule"), ("@every", "no schedule"),
        ("@every 5", "no interval"), ("@every 0s", "no interval"), ("", "0 fields"),
    ])
    func `that are not valid say why`(text: String, reason: String) {
        let error = #expect(throws: LifeboatError.self) { try Schedule(parsing: text) }
        #expect(error?.code == .scheduleInvalid)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test(arguments: ["Europe/Berlim", "EST", "GMT+3", "", "berlin", "../etc/passwd"])
    func `refuse zones that the database does not have`(name: String) {
        #expect(throws: LifeboatError.self) { try ScheduleTimeZone(named: name) }
    }

    @Test func `spread by a delay that stays the same`() throws {
        let plain = try Schedule(parsing: "@hourly")
        func delayed(_ key: String) throws -> Schedule {
            try Schedule(parsing: "@hourly", jitterSeconds: 600, jitterKey: key)
        }
        let moment = try Timestamp(parsing: "2026-01-01T00:30:00Z")
        let delays = try ["a", "b", "c", "d"].map { key in
            let schedule = try delayed(key)
            let delay = try #require(schedule.next(after: moment)) - #require(plain.next(after: moment))
            #expect((0..<600).contains(delay))
            #expect(schedule.next(3, after: moment).map { $0.adding(seconds: -delay) } == plain.next(3, after: moment))
            return delay
        }
        #expect(Set(delays).count > 1)
    }

    @Test func `warn when both day fields restrict`() throws {
        #expect(try Schedule(parsing: "0 0 1 * MON").warnings.count == 1)
        #expect(try Schedule(parsing: "0 0 1 * *").warnings.isEmpty)
    }

    @Test func `agree with a walk over every minute`() throws {
        for text in ["*/17 1-3 * * *", "5 * * * *", "0 0,12 1,15 * SAT", "59 23 * 3,10 SUN"] {
            for zone in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] {
                let zone = try ScheduleTimeZone(named: zone)
                let schedule = try Schedule(parsing: text, timeZone: zone)
                var moment = try Timestamp(parsing: "2026-03-01T00:00:00Z")
                let end = try Timestamp(parsing: "2026-04-10T00:00:00Z")
                var found: [Timestamp] = []
                while let run = schedule.next(after: moment), run < end {
                    #expect(run > moment)
                    found.append(run)
                    moment = run
                }
                // Asking from any other moment gives the same runs.
                for (previous, run) in zip(found, found.dropFirst()) {
                    #expect(schedule.next(after: previous.adding(seconds: (run - previous) / 2)) == run)
                    #expect(schedule.next(after: run.adding(seconds: -1)) == run)
                }
            }
        }
    }
}
