import FoundationEssentials
import KubernetesObjects
import Testing

/// `lifeboat prune`, with the program itself.
@Suite struct `Reclaiming space` {
    @Test func `C130: gives back the space of forgotten snapshots with a maintainer's identity alone`() async throws {
        try await LifeboatProgram.withSandbox { program in
            #expect(try await program.run("backup", "-n", "kube-system").status == 0)
            let first = try #require(try await program.run("backup").json["snapshot"]?.string)
            let last = try #require(try await program.run("backup", "-n", "default").json["snapshot"]?.string)
            #expect(try await program.run("prune").json["packsCondemned"] == 0)

            let forgotten = try await program.run("forget", String(first.prefix(16)), "--prune")
            #expect(forgotten.status == 0, "\(forgotten.errors)")
            #expect(try forgotten.json["bytesFreed"] == 0)
            #expect(try (forgotten.json["bytesFreeableLater"]?.int ?? 0) > 0)

            let maintainer = try await program.holding("maintainer")
            let waiting = try await maintainer.run("prune", hasPassphrase: false)
            #expect(try waiting.json["packsDeleted"] == 0, "\(waiting.errors)")
            let plan = try await maintainer.run("prune", "--grace", "0s", "--dry-run", hasPassphrase: false)
            let planned = try plan.json["bytesFreed"]?.int ?? 0
            #expect(planned > 0, "\(plan.errors)")
            let pruned = try await maintainer.run("prune", "--grace", "0s", hasPassphrase: false)
            #expect(try (pruned.json["bytesFreed"]?.int ?? 0) >= planned, "\(pruned.errors)")
            #expect(try await program.run("check", "--read-data").status == 0)
            let restored = try await program.run("restore", String(last.prefix(16)), "--dry-run")
            #expect(restored.status == 0, "\(restored.errors)")

            #expect(try await program.run("prune", "--grace", "soon").code == "usage")
            #expect(try await program.run("prune", "--max-unused", "101").code == "usage")
            #expect(try await program.run("forget", "--keep-last", "1", "--grace", "1h").status == 64)
            #expect(try await program.run("forget", "--keep-last", "1", "--prune", "--dry-run").status == 64)
        }
    }
}
