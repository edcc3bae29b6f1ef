import FoundationEssentials
import KubernetesObjects
import Testing

@testable import Archive

/// Writers, collections, forgetting and reading at the same time, one store operation at a time.
@Suite struct `Simulated processes` {
    /// Random numbers from a seed.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
    }

    private static var schedules: Int {
        Int(ProcessInfo.processInfo.environment["LIFEBOAT_TEST_SCHEDULES"] ?? "") ?? 100
    }

    /// Runs works without preemption, but for the given ones: at step n the process that is named goes on instead.
    ///
    /// - Returns: how many steps it took.
    private func explore(
        _ past: Simulation.Past,
        _ works: [Simulation.Work],
        switches: [(step: Int, to: Int)] = [],
        fault: (step: Int, verdict: Verdict)? = nil
    ) throws -> (steps: Int, simulation: Simulation) {
        let simulation = try Simulation(past, works)
        var current = 0
        var step = 0
        simulation.scheduler.run { ready in
            defer { step += 1 }
            if let change = switches.first(where: { $0.step == step }) { current = change.to }
            let process = ready.contains { $0.process == current } ? current : ready[0].process
            current = process
            return (process, fault?.step == step ? fault?.verdict ?? .go : .go)
        }
        try simulation.verifyEnd()
        return (step, simulation)
    }

    private func expectSound(_ simulation: Simulation, _ what: String) {
        let problems = simulation.problems
        guard !problems.isEmpty else { return }
        Issue.record("\(what): \(problems.prefix(3)) after \(simulation.scheduler.trace.suffix(60))")
    }

    @Test(arguments: [Verdict.dieBefore, .dieAfter, .failAfter])
    func `a process that dies or loses an answer at any operation breaks nothing`(verdict: Verdict) async throws {
        let past = try Simulation.Past(isForgotten: true)
        var runs = 0
        for works: [Simulation.Work] in [
            [.backup(3)], [.backup(1)], [.collect], [.forgetSecond], [.backup(1), .collect], [.collect, .backup(1)],
        ] {
            let length = try explore(past, works).steps
            for step in 0..<length {
                await Task.yield()
                let (_, simulation) = try explore(past, works, fault: (step, verdict))
                expectSound(simulation, "\(works) \(verdict) at \(step)")
                runs += 1
            }
        }
        print("simulation: \(runs) runs, one fault (\(verdict)) in each")
        #expect(runs > 100)
    }

    /// Runs of two processes in which control changes hands twice: at each moment, and back at some of those after it.
    @Test(arguments: [[Simulation.Work.backup(1), .collect], [.collect, .collect], [.forgetSecond, .collect]])
    func `two processes that interrupt each other break nothing`(works: [Simulation.Work]) async throws {
        let past = try Simulation.Past(isForgotten: true)
        let length = try explore(past, works).steps
        var runs = 0
        var events: [String: Int] = [:]
        // All of them take minutes: unless asked for more, every nth is taken, another one in each line.
        let every = max(1, length * length / Self.schedules)
        for first in 0..<length {
            // One that was interrupted goes on at any later moment, or when the other has ended.
            for second in stride(from: first + 1 + first % every, through: first + length, by: every) {
                await Task.yield()
                let (_, simulation) = try explore(past, works, switches: [(first, 1), (second, 0)])
                expectSound(simulation, "\(works) switched at \(first) and \(second)")
                events.merge(simulation.events) { $0 + $1 }
                runs += 1
            }
        }
        let counts = events.sorted { $0.key < $1.key }
        print("simulation: \(runs) runs of \(works), one of \(every) pairs of interruptions: \(counts)")
        #expect(runs > 60)
    }

    @Test func `writers, collections, forgetting and reading in random order break nothing`() async throws {
        let pasts = try [true, false].map { try Simulation.Past(isForgotten: $0) }
        var events: [String: Int] = [:]
        var steps = 0
        var checks = 0
        var (deaths, nonces) = (0, 0)
        for seed in 1...Self.schedules {
            await Task.yield()
            var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            let works: [Simulation.Work] = [
                .backup(1), .backup(dice.roll(2) == 0 ? 1 : 3), .collect, .collect,
                [.forgetFirst, .forgetSecond, .read, .collect][dice.roll(4)],
            ]
            let simulation = try Simulation(pasts[dice.roll(2)], works)
            // Some processes are slow: they are stopped for long.
            let slow = dice.roll(works.count + 2)
            simulation.scheduler.run { ready in
                var candidates = ready
                if dice.roll(20) != 0 {
                    let fast = ready.filter { $0.process != slow }
                    if !fast.isEmpty { candidates = fast }
                }
                let chosen = candidates[dice.roll(candidates.count)].process
                let verdict: Verdict =
                    switch dice.roll(120) {
                    case 0: .dieBefore
                    case 1: .dieAfter
                    case 2: .failAfter
                    default: .go
                    }
                if verdict != .go { deaths += 1 }
                return (chosen, verdict)
            }
            try simulation.verifyEnd()
            expectSound(simulation, "seed \(seed)")
            events.merge(simulation.events) { $0 + $1 }
            steps += simulation.scheduler.steps
            checks += simulation.ledger.checks
            nonces += simulation.ledger.nonces
        }
        print(
            "simulation: seeds 1 to \(Self.schedules), \(steps) steps, \(checks) checks of all snapshots, \(nonces) nonces, \(deaths) faults: "
                + "\(events.sorted { $0.key < $1.key })"
        )
        // What is tested must happen.
        for event in ["committed", "began again", "deleted", "rewrote", "read"] {
            #expect(events[event, default: 0] > 0, "\(event)")
        }
        #expect(deaths > Self.schedules / 10)
        #expect(nonces > 50 * Self.schedules)
    }
}
