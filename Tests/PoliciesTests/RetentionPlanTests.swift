import KubernetesObjects
import Policies
import Testing

@Suite struct `A retention` {
    private typealias Candidate = RetentionPlan.Candidate

    /// After all snapshots but one.
    private static let now = Timestamp(secondsSince1970: 1_800_000_000)

    private static func candidate(
        _ time: String,
        group: String = "a",
        tags: Set<String> = [],
        isComplete: Bool = true,
        isVerified: Bool = false
    ) throws -> Candidate {
        Candidate(
            id: "\(group) \(time)",
            takenAt: try Timestamp(parsing: time),
            group: group,
            tags: tags,
            isComplete: isComplete,
            isVerified: isVerified
        )
    }

    @Test func `never lets the last verified snapshot of a cluster and policy go`() throws {
        let all = [
            try Self.candidate("2026-03-04T00:00:00Z"),
            try Self.candidate("2026-03-03T00:00:00Z", isComplete: false, isVerified: true),
            try Self.candidate("2026-03-02T00:00:00Z", isVerified: true),
            try Self.candidate("2026-03-01T00:00:00Z", isVerified: true),
            try Self.candidate("2026-03-01T00:00:00Z", group: "b"),
        ]
        let kept = Self.kept(RetentionPolicy(keepLast: .exactly(1)), all)
        #expect(Set(kept.keys) == [all[0].id, all[2].id, all[4].id])
        #expect(kept[all[2].id] == ["the last verified snapshot"])
        // By name it may go only when another verified one stays.
        func refused(_ named: [Candidate]) -> [String] {
            RetentionPlan.protected(Set(named.map(\.id)), of: all, now: Self.now).map(\.candidate.id)
        }
        #expect(refused([all[3]]) == [] && refused([all[2]]) == [])
        #expect(refused([all[2], all[3]]) == [all[2].id])
        #expect(refused([all[0], all[1]]) == [])
    }

    private static func kept(
        _ policy: RetentionPolicy,
        _ candidates: [Candidate],
        zone: ScheduleTimeZone = .utc
    ) -> [String: [String]] {
        let plan = RetentionPlan(policy, candidates, now: now, zone: zone)
        #expect(Set(plan.kept.map(\.candidate)).union(plan.removed) == Set(candidates))
        #expect(plan.kept.count + plan.removed.count == candidates.count)
        return Dictionary(uniqueKeysWithValues: plan.kept.map { ($0.candidate.id, $0.reasons) })
    }

    @Test func `C146: keeps the newest of hours, days, weeks, months and years, and says by which rule`() throws {
        let times = [
            "2026-03-10T12:30:00Z", "2026-03-10T12:00:00Z", "2026-03-10T11:00:00Z", "2026-03-09T23:00:00Z",
            "2026-03-08T23:00:00Z", "2026-02-28T10:00:00Z", "2026-02-01T10:00:00Z", "2025-12-31T23:59:59Z",
            "2025-01-01T00:00:00Z",
        ]
        let all = try times.map { try Self.candidate($0) }
        func kept(_ period: RetentionPolicy.Period, _ count: Int) -> [String] {
            Self.kept(RetentionPolicy(keep: [period: .exactly(count)]), all).keys.map { String($0.dropFirst(2)) }
                .sorted(by: >)
        }
        #expect(kept(.hourly, 2) == [times[0], times[2]])
        #expect(kept(.daily, 3) == [times[0], times[3], times[4]])
        // The 8th of March 2026 was a Sunday: its week ended before the 9th.
        #expect(kept(.weekly, 2) == [times[0], times[4]])
        #expect(kept(.monthly, 3) == [times[0], times[5], times[7]])
        // The count is not used up by the years that there are, so the oldest stays as well.
        #expect(kept(.yearly, 3) == [times[0], times[7], times[8]])
        let reasons = Self.kept(RetentionPolicy(keepLast: .exactly(1), keep: [.daily: .exactly(1)]), all)
        #expect(reasons == ["a \(times[0])": ["last snapshot", "daily snapshot"]])
        #expect(Self.kept(RetentionPolicy(keepLast: .unlimited), all).count == times.count)
    }

    @Test func `C145: counts complete snapshots only, and never lets the last one go`() throws {
        let good = try Self.candidate("2026-03-01T00:00:00Z")
        let older = try Self.candidate("2026-02-01T00:00:00Z")
        let failed = try (2...9).map { try Self.candidate("2026-03-0\($0)T00:00:00Z", isComplete: false) }
        let kept = Self.kept(RetentionPolicy(keepLast: .exactly(1)), failed + [good, older])
        #expect(kept[good.id] == ["last snapshot"])
        #expect(kept[older.id] == nil)
        // What is newer than the last complete one is all that is known of that time.
        #expect(failed.allSatisfy { kept[$0.id] == ["newer than the last complete snapshot"] })
        let newer = try Self.candidate("2026-03-20T00:00:00Z")
        let later = Self.kept(RetentionPolicy(keepLast: .exactly(1)), failed + [good, newer])
        #expect(later == [newer.id: ["last snapshot"]])
        // A rule that fits none lets all go but the last complete one.
        let tagged = RetentionPolicy(keepTags: ["audit"])
        #expect(Self.kept(tagged, [good, older]) == [good.id: ["the last complete snapshot"]])
        #expect(Self.kept(tagged, failed).values.allSatisfy { $0 == ["no snapshot is complete"] })
        #expect(Self.kept(RetentionPolicy(keepTags: ["audit"], minimum: 2), [good, older]).count == 2)
    }

    @Test func `tells snapshots of one second apart by their numbers`() throws {
        let time = try Timestamp(parsing: "2026-03-10T00:00:00Z")
        let two = [("b", UInt64(1)), ("a", UInt64(2))].map {
            Candidate(id: $0.0, takenAt: time, sequence: $0.1, group: "g")
        }
        #expect(Set(Self.kept(RetentionPolicy(keepLast: .exactly(1)), two).keys) == ["a"])
        #expect(Self.kept(RetentionPolicy(keepTags: ["none"]), two) == ["a": ["the last complete snapshot"]])
        #expect(RetentionPlan.protected(["a", "b"], of: two, now: Self.now).map(\.candidate.id) == ["a"])
    }

    @Test func `gives no place to snapshots from the future, and lets none of them go`() throws {
        let future = try ["2090-01-01T00:00:00Z", "2090-01-02T00:00:00Z", "2090-01-03T00:00:00Z"].map {
            try Self.candidate($0)
        }
        let present = try ["2026-03-10T00:00:00Z", "2026-03-09T00:00:00Z", "2026-02-01T00:00:00Z"].map {
            try Self.candidate($0)
        }
        let policy = RetentionPolicy(keepLast: .exactly(1), keep: [.daily: .exactly(2)])
        let kept = Self.kept(policy, future + present)
        #expect(Set(kept.keys) == Set((future + present[...1]).map(\.id)))
        for snapshot in future { #expect(kept[snapshot.id] == ["from the future"]) }
        #expect(
            Self.kept(RetentionPolicy(keepTags: ["none"]), future + present)[present[0].id] == [
                "the last complete snapshot"
            ]
        )
        // Nor do they stand in for the last one that is named.
        let now = try Timestamp(parsing: "2026-03-11T00:00:00Z")
        let named = Set(present.map(\.id))
        let all = future + present
        #expect(RetentionPlan.protected(named, of: all, now: now).map(\.candidate) == [present[0]])
        #expect(RetentionPlan.protected(Set(future.map(\.id)), of: all, now: now).isEmpty)
        #expect(RetentionPlan.protected(Set(future.map(\.id)), of: future, now: now).map(\.candidate) == [future[2]])
    }

    @Test func `reckons spans from the newest snapshot that is not from the future`() throws {
        let times = ["2090-01-01T00:00:00Z", "2026-03-10T00:00:00Z", "2026-03-09T00:00:00Z", "2026-02-01T00:00:00Z"]
        let all = try times.map { try Self.candidate($0) }
        let span = try #require(RetentionPolicy.Span(parsing: "7d"))
        let expected = Set(all[...2].map(\.id))
        #expect(Set(Self.kept(RetentionPolicy(keepWithin: span), all).keys) == expected)
        #expect(Set(Self.kept(RetentionPolicy(keepWithinPeriod: [.daily: span]), all).keys) == expected)
        // When all are, none goes for its age.
        let future = try ["2090-01-01T00:00:00Z", "2095-01-01T00:00:00Z"].map { try Self.candidate($0) }
        #expect(Self.kept(RetentionPolicy(keepWithin: span), future).count == 2)
    }

    @Test func `weighs the snapshots of each cluster and policy by themselves`() throws {
        let all = try ["a", "b"].flatMap { group in
            try ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"].map { try Self.candidate($0, group: group) }
        }
        let kept = Self.kept(RetentionPolicy(keepLast: .exactly(1)), all)
        #expect(Set(kept.keys) == ["a 2026-03-02T00:00:00Z", "b 2026-03-02T00:00:00Z"])
    }

    @Test func `keeps what is tagged or pinned, also when it is not complete`() throws {
        let all = try [
            Self.candidate("2026-03-03T00:00:00Z"), Self.candidate("2026-03-02T00:00:00Z", tags: ["audit"]),
            Self.candidate("2026-03-01T00:00:00Z", tags: [RetentionPlan.pin], isComplete: false),
            Self.candidate("2026-02-01T00:00:00Z", tags: ["other"]),
        ]
        let kept = Self.kept(RetentionPolicy(keepLast: .exactly(1), keepTags: ["audit"]), all)
        #expect(kept[all[1].id] == ["tag audit"] && kept[all[2].id] == ["pinned"] && kept[all[3].id] == nil)
    }

    @Test(arguments: [
        ("2026-03-31T12:00:00Z", "1m", "2026-02-28T12:00:00Z"), ("2024-03-31T12:00:00Z", "1m", "2024-02-29T12:00:00Z"),
        ("2024-02-29T12:00:00Z", "1y", "2023-02-28T12:00:00Z"), ("2026-03-10T12:00:00Z", "7d", "2026-03-03T12:00:00Z"),
        ("2026-01-15T00:30:00Z", "1y2m3d4h", "2024-11-11T20:30:00Z"),
    ])
    func `goes back by the calendar, to the last day of months that are shorter`(
        newest: String,
        span: String,
        start: String
    ) throws {
        let moment = try Timestamp(parsing: start)
        let span = try #require(RetentionPolicy.Span(parsing: span))
        let (at, after) = (moment, moment.adding(seconds: 1))
        let all = try [Self.candidate(newest), Self.candidate("\(at)"), Self.candidate("\(after)")]
        let kept = Self.kept(RetentionPolicy(keepWithin: span), all)
        #expect(Set(kept.keys) == [all[0].id, all[2].id])
        #expect(kept[all[2].id] == ["within \(span)"])
    }

    @Test func `C146: tells days by the zone, also on the day of 25 hours`() throws {
        let berlin = try ScheduleTimeZone(named: "Europe/Berlin")
        // The clocks went back on 2026-10-25 at three: 22:30 and 23:30 of UTC the day before belong to the 25th, so does 22:30 of the 25th.
        let all = try ["2026-10-24T21:30:00Z", "2026-10-24T22:30:00Z", "2026-10-25T22:30:00Z", "2026-10-25T23:30:00Z"]
            .map { try Self.candidate($0) }
        let kept = Self.kept(RetentionPolicy(keep: [.daily: .exactly(2)]), all, zone: berlin)
        #expect(Set(kept.keys) == [all[3].id, all[2].id])
        let hours = Self.kept(RetentionPolicy(keep: [.daily: .exactly(3)]), all, zone: berlin)
        #expect(Set(hours.keys) == [all[3].id, all[2].id, all[0].id])
    }

    @Test(arguments: 0..<200)
    func `keeps the same when it is asked again, and something good of every group`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let all = (0..<(1 + next(60))).map { index in
            Candidate(
                id: "\(index)",
                takenAt: Timestamp(secondsSince1970: 1_700_000_000 + Int64(next(90_000_000))),
                group: ["a", "b", "c"][next(3)],
                tags: next(9) == 0 ? ["audit"] : [],
                isComplete: next(4) != 0,
                isVerified: next(5) == 0
            )
        }
        var policy = RetentionPolicy(keepLast: .exactly(next(3)), keepTags: ["audit"], minimum: 1 + next(3))
        for period in RetentionPolicy.Period.allCases where next(2) == 0 { policy.keep[period] = .exactly(next(6)) }
        let plan = RetentionPlan(policy, all, now: Self.now)
        let kept = plan.kept.map(\.candidate)
        #expect(Set(kept).union(plan.removed) == Set(all) && kept.count + plan.removed.count == all.count)
        #expect(plan.kept.allSatisfy { !$0.reasons.isEmpty })
        for (group, snapshots) in Dictionary(grouping: all, by: \.group) {
            let least = min(policy.minimum, snapshots.count(where: \.isComplete))
            #expect(kept.count { $0.group == group && $0.isComplete } >= least)
            #expect(kept.contains { $0.group == group })
            let verified = snapshots.filter { $0.isComplete && $0.isVerified }
            #expect(verified.isEmpty || kept.contains { $0.group == group && $0.isComplete && $0.isVerified })
        }
        #expect(RetentionPlan(policy, kept, now: Self.now).removed.isEmpty)
        let named = Set(all.map(\.id))
        let protected = RetentionPlan.protected(named, of: all, now: Self.now).map(\.candidate)
        #expect(Set(protected.map(\.group)) == Set(all.filter(\.isComplete).map(\.group)))
    }
}
