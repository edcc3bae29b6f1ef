import Foundation
import KubernetesObjects
import Policies
import Testing

@Suite struct `The shipped documents` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    @Test func `the policies are valid`() throws {
        let set = try PolicySet.load(folder: "\(Self.root)policies")
        let nightly = try #require(set.backup(named: "nightly"))
        let midnight = try Timestamp(parsing: "2026-01-01T00:00:00Z")
        let next = try #require(nightly.schedule?.next(after: midnight))
        #expect((7200..<7800).contains(next - midnight))
        #expect(set.restore(named: "rebuild")?.readiness.isWanted == true)
        #expect(set.restore(named: "copy-namespace")?.patches.count == 3)
    }

    @Test func `the drills are valid and each is documented beside it`() throws {
        let set = try PolicySet.loadDrills(folder: "\(Self.root)restore-drills")
        #expect(set.drills.map(\.name).contains("cluster-lost"))
        for drill in set.drills {
            let folder = URL(filePath: drill.location.file).deletingLastPathComponent()
            #expect(folder.lastPathComponent == drill.name)
            let readme = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
            #expect(readme.contains("lifeboat drill run \(drill.name)"))
            #expect(!drill.notTested.isEmpty && !drill.negativeControls.isEmpty)
        }
    }

    @Test func `a folder reports the problems of all its files, and names that two documents share`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "policies-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path()
        #expect(throws: PolicyErrors.self) { try PolicySet.load(folder: path) }
        let policy = "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec: {}\n"
        try Data(policy.utf8).write(to: folder.appending(path: "a.yaml"))
        try Data("# again\n\(policy)".utf8).write(to: folder.appending(path: "sub/b.yml"))
        try Data("kind: [".utf8).write(to: folder.appending(path: ".hidden.yaml"))
        try Data([0xFF, 0xFE, 0x00]).write(to: folder.appending(path: "c.yaml"))
        let error = #expect(throws: PolicyErrors.self) { try PolicySet.load(folder: path) }
        let problems = error?.problems.map { $0.description.replacing(path, with: "") } ?? []
        #expect(
            problems == [
                "/c.yaml:1:1: the file is not UTF-8 text",
                "/sub/b.yml:2:1: the BackupPolicy “a” stands at /a.yaml:1:1 already; names must differ",
            ]
        )
    }
}
