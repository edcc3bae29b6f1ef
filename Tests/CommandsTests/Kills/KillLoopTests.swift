import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// The program is killed with SIGKILL again and again, at any moment of any verb that writes, on every kind of store.
@Suite struct `A program that is killed at any moment` {
    /// How many kills on each store must hit a running program.
    private static let kills = environment("LIFEBOAT_TEST_KILLS") ?? 340
    /// Long runs begin with another repository now and then.
    private static let killsOfRepository = 340
    private static let killsBetweenChecks = 20

    private static func environment(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init)
    }

    @Test(arguments: KillStore.available)
    func `loses no snapshot and needs no help`(_ store: KillStore) async throws {
        let seed = UInt64(Self.environment("LIFEBOAT_TEST_SEED") ?? Int.random(in: 0..<1 << 32))
        print("\(store.rawValue): the seed is \(seed) (LIFEBOAT_TEST_SEED)")
        let begin = ContinuousClock.now
        var moments = KillMoments()
        var (repositories, left) = (0, "")
        while moments.hit < Self.kills {
            // Each repository has a cluster of its own, so what the test knows of both begins with nothing.
            let sandbox = try await SandboxCluster.start()
            do {
                (moments, left) = try await Self.run(store, sandbox, seed &+ UInt64(repositories), moments)
            } catch {
                await sandbox.stop()
                throw error
            }
            await sandbox.stop()
            repositories += 1
        }
        print(
            """
            \(store.rawValue): \(moments.hit) kills hit and \(moments.missed) came too late, in \(repositories) \
            repositories, with \(moments.checks) checks and \(moments.comparisons) snapshots compared, in \
            \((ContinuousClock.now - begin) / .seconds(1)) s
            \(moments.table)
            \(left)
            """
        )
        #expect(moments.hit > 2 * moments.missed, "most kills must hit")
        for verb in KillVerb.allCases where Self.kills >= 340 && verb.weight > 1 {
            #expect((moments.hits[verb] ?? 0) > 0, "\(verb.rawValue) was never killed")
        }
    }

    /// Kills in one repository.
    private static func run(
        _ store: KillStore,
        _ sandbox: SandboxCluster,
        _ seed: UInt64,
        _ moments: KillMoments
    ) async throws -> (moments: KillMoments, left: String) {
        try await sandbox.load([["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "kills"]]])
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        var loop = try await KillLoop(store, sandbox, kubeconfig: kubeconfig, seed: seed, moments)
        defer { loop.program.remove() }
        try await measure(&loop)
        let goal = min(moments.hit + killsOfRepository, kills)
        while loop.moments.hit < goal {
            let next = min(loop.moments.hit + killsBetweenChecks, goal)
            while loop.moments.hit < next { try await loop.step(loop.generator.verb()) }
            try await loop.verify()
        }
        let left = try await loop.end()
        return (loop.moments, left)
    }

    /// What an undisturbed run takes, and the first snapshots.
    private static func measure(_ loop: inout KillLoop) async throws {
        let start = ContinuousClock.now
        _ = try await loop.undisturbed(nil, loop.program, ["--version"])
        loop.moments.measured(start: Int((ContinuousClock.now - start) / .milliseconds(1)))
        for ofFiles in [true, false, true, false] { try await loop.backup(ofFiles: ofFiles, isKilled: false) }
        for verb in KillVerb.allCases where !loop.moments.knows(verb) { try await loop.step(verb) }
        try await loop.verify(all: true)
    }
}
