import FoundationEssentials
import KubernetesObjects
import Policies
import Restore
import TestSupport
import Testing

@testable import Archive

@Suite struct `A restore of damaged bytes` {
    /// Text that no compression makes so small that one read brings its neighbours along, which a cache would keep.
    private static let large: String = {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var text = ""
        while text.utf8.count < 800_000 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            text += String(state, radix: 36)
        }
        return text
    }()

    /// A namespace of a test of its own: all restore into one sandbox.
    private static func stocked(_ namespace: String = "damaged") -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(namespace)}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: hurt, namespace: \(namespace)}
        data: {a: "\(large)"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: whole, namespace: \(namespace)}
        data: {a: "b0a7c3d51e68"}
        """
    }

    /// Flips one bit of the stored bytes of an object; twice makes them whole again.
    private static func flip(_ entry: SnapshotEntry, _ archive: borrowing TestRepository) throws {
        let blobs = archive.repository.blobs
        let location = try #require(try blobs.locate(entry.id))
        let path = "\(archive.path)/\(try #require(try blobs.packName(of: entry.id)))"
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        bytes[Int(location.offset) + 3] ^= 1
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test func `brings back the rest where that is asked for, and says what it leaves out`() async throws {
        let scenario = try await RestoreScenario.of(Self.stocked("rest"), into: .sandbox)
        let reader = try scenario.archive.repository.reader(scenario.archive.repository.snapshot("latest"))
        let entry = try #require(try reader.entries(namespace: "rest").first { $0.name == "hurt" })
        try Self.flip(entry, scenario.archive)
        var pruning = try scenario.run {
            $0.selection.includedNamespaces = ["rest"]
            $0.prune = .extra
        }
        pruning.skipsDamaged = true
        // What the snapshot has lost would be taken for what it never had.
        let error = await #expect(throws: LifeboatError.self) { _ = try await pruning.plan() }
        #expect(error?.code == .restoreRefused && error?.message.contains("ConfigMap rest/hurt") == true)

        var run = try scenario.run { $0.selection.includedNamespaces = ["rest"] }
        run.skipsDamaged = true
        let plan = try await run.plan()
        #expect(plan.failures.map(\.object) == ["ConfigMap rest/hurt"])
        let result = try await run.apply(plan)
        #expect(result.failed.map(\.object) == ["ConfigMap rest/hurt"] && !result.isComplete)
        #expect(result.failed.first?.code == "repository.damaged")
        #expect(try await scenario.object("v1", "ConfigMap", "rest", "hurt") == nil)
        #expect(try await scenario.object("v1", "ConfigMap", "rest", "whole")?["data", "a"] == "b0a7c3d51e68")
        try Self.flip(entry, scenario.archive)
        #expect(try scenario.archive.repository.check(.data).ok)
    }

    @Test func `C126: writes nothing and names the object`() async throws {
        let scenario = try await RestoreScenario.of(Self.stocked(), into: .sandbox)
        let reader = try scenario.archive.repository.reader(scenario.archive.repository.snapshot("latest"))
        let entry = try #require(try reader.entries(namespace: "damaged").first { $0.name == "hurt" })
        let run = try scenario.run { $0.selection.includedNamespaces = ["damaged"] }
        try Self.flip(entry, scenario.archive)
        let error = await #expect(throws: LifeboatError.self) { _ = try await run.plan() }
        #expect(error?.message.contains("ConfigMap damaged/hurt") == true, "\(String(describing: error))")
        #expect(error?.remedy.contains("--skip-damaged") == true)
        #expect(try await scenario.object("v1", "Namespace", nil, "damaged") == nil)

        // Damage that comes between the plan and the moment at which the object is sent.
        try Self.flip(entry, scenario.archive)
        let plan = try await run.plan()
        try Self.flip(entry, scenario.archive)
        let result = try await run.apply(plan)
        #expect(result.failed.map(\.object) == ["ConfigMap damaged/hurt"], "\(result.failed)")
        #expect(!result.isComplete)
        #expect(try await scenario.object("v1", "ConfigMap", "damaged", "hurt") == nil)
        #expect(try await scenario.object("v1", "ConfigMap", "damaged", "whole")?["data", "a"] == "b0a7c3d51e68")
        try Self.flip(entry, scenario.archive)
        #expect(try scenario.archive.repository.check(.data).ok)
    }
}
