import FoundationEssentials
import KubernetesObjects
import Testing

@Suite struct `A schedule on a machine without a time zone database` {
    /// Hides the database from the program, by a file system of its own where the kernel allows it, else by the variable.
    private static let withoutDatabase = #"""
        if unshare -rm true 2>/dev/null; then exec unshare -rm sh -c 'mount -t tmpfs none /usr/share/zoneinfo 2>/dev/null; exec "$0" "$@"' "$0" "$@"; fi
        export TZDIR=/nonexistent
        """#

    @Test func `C144: follows its zone as everywhere, also when the clocks change`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        let policies = "\(program.folder)/policies"
        try FileManager.default.createDirectory(atPath: policies, withIntermediateDirectories: true)
        try """
        apiVersion: lifeboat.dr/v1
        kind: BackupPolicy
        metadata: {name: nightly}
        spec: {schedule: {cron: "30 4 * * *", timeZone: Europe/Berlin}}
        """
        .write(toFile: "\(policies)/nightly.yaml", atomically: true, encoding: .utf8)
        func runs(_ shell: String) async throws -> [String] {
            let run = try await program.run("daemon", "--policies", policies, "--validate", shell: shell)
            #expect(run.status == 0, "\(run.errors)")
            return try run.json["schedules"]?.array?.first?["nextRuns"]?.array?.compactMap(\.string) ?? []
        }
        let found = try await runs(Self.withoutDatabase)
        #expect(!found.isEmpty)
        // Half past four in Berlin is half past two or half past three of UTC, never half past four.
        #expect(found.allSatisfy { $0.contains("T02:30:00Z") || $0.contains("T03:30:00Z") }, "\(found)")
    }
}
