import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import Archive

/// `Tests/SecondReader` was written from docs/archive-format.md alone, in another language: what it reads is what the document says.
@Suite(
    .enabled(
        if: RealParts.secondReader != nil,
        "LIFEBOAT_TEST_SECOND_READER names no Python; .ci/second-reader prints one"
    )
)
struct `A second reader of the format` {
    @Test(arguments: [[], ["--parity"]])
    func `reads what the program wrote, and nothing else`(_ options: [String]) async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let sandbox = try await SandboxCluster.start()
        try await sandbox.load([["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]])
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        program.kubeconfig = kubeconfig
        #expect(try await program.run(["init"] + options).status == 0)
        // Trees of several heights, pages like other pages, packs of copies, and records of everybody.
        for round in 0..<3 {
            try await sandbox.load(Self.objects(round))
            #expect(try await program.run("backup").status == 0)
            try Self.writeFiles("\(program.folder)/volume", round)
            #expect(try await program.run("files", "backup", "\(program.folder)/volume").status == 0)
        }
        await sandbox.stop()
        let first = try #require(try await program.run("snapshots").json["snapshots"]?.array?.last?["id"]?.string)
        #expect(try await program.run("forget", first).status == 0)
        for _ in 0..<2 { #expect(try await program.run("prune", "--grace", "0s").status == 0) }
        #expect(try await program.run("check", "--read-data").status == 0)

        var environment = ArchiveEnvironment(now: TestClock.now, random: TestClock.random)
        environment.indexRules.packsOfMaintainer = 1
        let repository = try Repository.open(
            FolderStore(path: program.repository),
            credential: .passphrase(Array(program.passphrase.utf8)),
            environment: environment
        )
        // So small a repository has no segment yet.
        #expect(try repository.mergeIndex() > 0)
        let found = try await Self.read(program)
        let snapshots = try repository.snapshots()
        #expect(snapshots.count == 5)
        #expect(Set(found["snapshots"]?.array?.compactMap { $0["id"]?.string } ?? []) == Set(snapshots.map(\.id)))
        for snapshot in found["snapshots"]?.array ?? [] {
            let own = try #require(snapshots.first { $0.id == snapshot["id"]?.string })
            #expect(try Self.contents(snapshot) == Self.contents(own, repository))
        }
        #expect(found["verifications"]?.int == 5)
        #expect(options.isEmpty == (found["parity", "ok"]?.int == 0))
        for count in ["indexSegments", "cuts", "specifications"] { #expect((found[count]?.int ?? 0) > 0, "\(count)") }

        // It says so when something is not what it should be.
        let pack = try #require(try FolderStore(path: program.repository).list("p/").first)
        let path = "\(program.repository)/\(pack.name)"
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        let refused = try await Self.run(program)
        #expect(refused.status != 0 && refused.errors.contains(pack.name), "\(refused.errors)")
    }

    private static func objects(_ round: Int) -> [JSONValue] {
        (0..<(round == 0 ? 700 : 10))
            .map { number in
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": .string("settings-\(number)"), "namespace": "shop"],
                    "data": ["text": .string("“\(number)”\n\(round)\u{1F6DF}")],
                ]
            }
    }

    private static func writeFiles(_ folder: String, _ round: Int) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/a", withIntermediateDirectories: true)
        let text = (0..<80_000).map { "\($0 * 7919 % 1009) " }.joined()
        for (name, content) in [
            ("empty", ""), ("small", "round \(round)"), ("a/page", String(text.prefix(5000 + round))),
            ("a/large", text),
        ] {
            try content.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let random = (0..<3_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13 ^ round) }
        try Data(random).write(to: URL(filePath: "\(folder)/a/chunks"))
        if round == 0 {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "a/page")
        }
    }

    private static func digest(_ bytes: [UInt8]) -> String { Hexadecimal.encode(contentDigest(bytes)) }

    /// The documents and contents of a snapshot by the names of objects, as the second reader has them.
    private static func contents(_ snapshot: JSONValue) throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for object in snapshot["objects"]?.array ?? [] {
            let name = ["resource", "version", "kind", "namespace", "name"].map { object[$0]?.string ?? "?" }
            contents[name.joined(separator: " ")] = [
                object["sha256"]?.string ?? "", object["content", "sha256"]?.string ?? "",
            ]
        }
        return contents
    }

    /// The same by the program's own reader.
    private static func contents(_ snapshot: Snapshot, _ repository: Repository) throws -> [String: [String]] {
        let reader = try repository.reader(snapshot)
        var contents: [String: [String]] = [:]
        for entry in try reader.entries() {
            let resource = entry.resource
            let name = [
                "\(resource.group)/\(resource.resource)", resource.version, resource.kind, entry.namespace, entry.name,
            ]
            let content = try reader.content(entry)
                .map { content in digest(try content.chunks.flatMap { try reader.bytes($0) }) }
            contents[name.joined(separator: " ")] = [digest(try reader.bytes(entry)), content ?? ""]
        }
        return contents
    }

    private static func read(_ program: LifeboatProgram) async throws -> JSONValue {
        let run = try await run(program)
        #expect(run.status == 0, "\(run.errors)")
        return try JSONValue(parsing: run.output)
    }

    private static func run(_ program: LifeboatProgram) async throws -> LifeboatProgram.Run {
        let script =
            #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/SecondReader/second_reader.py"
        let result = try await Subprocess.run(
            .path(FilePath(RealParts.secondReader ?? "")),
            arguments: [script, program.repository, "\(program.folder)/passphrase"],
            output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20)
        )
        var status: Int32?
        if case .exited(let code) = result.terminationStatus { status = code }
        return LifeboatProgram.Run(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
