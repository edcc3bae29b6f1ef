import Archive
import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// One repository, in which the program works and is killed, and what must be in it.
struct KillLoop {
    /// What a snapshot holds, by the name of a file or of a ConfigMap.
    typealias Contents = [String: [UInt8]]
    struct Expected: Equatable {
        let isOfFiles: Bool
        let contents: Contents
    }

    let store: KillStore
    let objects: any ObjectStore
    let sandbox: SandboxCluster
    /// The program with the passphrase, and with identities of its roles, which open a repository much faster.
    var program: LifeboatProgram
    let writer: LifeboatProgram
    let reader: LifeboatProgram
    let maintainer: LifeboatProgram
    var generator: KillGenerator
    var moments: KillMoments

    var files = Expected(isOfFiles: true, contents: [:])
    var cluster = Expected(isOfFiles: false, contents: [:])
    /// Snapshots that must be there, whatever was killed.
    var committed: [String: Expected] = [:]
    /// Snapshots in the order in which they were found, the oldest first.
    var order: [String] = []
    /// Snapshots of which a `forget` was killed: there and whole, or gone.
    var doubtful: [String: Expected] = [:]
    var forgotten: Set<String> = []
    /// The last verified snapshot of each kind, which `forget` refuses.
    var lastVerified: Set<String> = []
    /// What killed backups wanted to take: a snapshot that nobody was told of is of one of them.
    var candidates: [Expected] = []
    /// Recipients that were added, by the path of their identity files.
    var recipients: [String] = []
    /// Counts names that are used once.
    var number = 0

    static let passphrase = "correct horse battery staple"
    private static let environment = ArchiveEnvironment(
        now: TestClock.now,
        random: TestClock.random,
        passphraseWorkFactor: 8
    )

    init(_ store: KillStore, _ sandbox: SandboxCluster, kubeconfig: String, seed: UInt64, _ moments: KillMoments)
        async throws
    {
        (self.store, self.sandbox, self.moments) = (store, sandbox, moments)
        generator = KillGenerator(state: seed)
        var program = try LifeboatProgram()
        let location = store.location(program.folder, "repository")
        program.location = location
        program.storeVariables = store.variables
        program.kubeconfig = kubeconfig
        objects = try store.objects(location)
        // SeaweedFS makes a bucket for an administrator who writes to it.
        if store == .s3 { _ = try objects.put("tmp/bucket", [1]) }
        // The passphrase costs next to nothing here, so that most of a run is work on the store.
        _ = try Repository.create(
            in: objects,
            passphrase: Array(Self.passphrase.utf8),
            environment: Self.environment
        )
        self.program = program
        writer = try await program.holding("writer")
        reader = try await program.holding("reader")
        maintainer = try await program.holding("maintainer")
        for folder in ["volume/a", "volume/b"] {
            try FileManager.default.createDirectory(
                atPath: "\(program.folder)/\(folder)",
                withIntermediateDirectories: true
            )
        }
    }

    var source: String { "\(program.folder)/volume" }

    // MARK: Runs

    /// A run that nothing disturbs.
    mutating func undisturbed(
        _ verb: KillVerb?,
        _ program: LifeboatProgram,
        _ arguments: [String]
    ) async throws -> LifeboatProgram.Run {
        let start = ContinuousClock.now
        let run = try await program.runAndKill(arguments, afterMilliseconds: 600_000)
        if let verb { moments.undisturbed(verb, Int((ContinuousClock.now - start) / .milliseconds(1))) }
        return run
    }

    /// A run that is killed, unless it is faster; the first of a verb is measured.
    mutating func killed(
        _ verb: KillVerb,
        _ program: LifeboatProgram,
        _ arguments: [String]
    ) async throws -> LifeboatProgram.Run {
        guard moments.knows(verb) else { return try await undisturbed(verb, program, arguments) }
        let moment = moments.moment(verb, &generator)
        let start = ContinuousClock.now
        let run = try await program.runAndKill(arguments, afterMilliseconds: moment)
        moments.killed(verb, isHit: run.status == nil, Int((ContinuousClock.now - start) / .milliseconds(1)))
        if let status = run.status, status != 0 {
            Issue.record("\(store.rawValue): \(arguments) after \(moments.hit) kills: \(status) \(run.errors)")
        }
        return run
    }

    // MARK: Contents

    mutating func changeFiles() throws {
        var contents = files.contents
        for _ in 0..<(contents.isEmpty ? 16 : Int.random(in: 1...3, using: &generator)) {
            let name =
                "\(["a", "b"].randomElement(using: &generator) ?? "a")/\(Int.random(in: 0..<9, using: &generator))"
            let path = "\(source)/\(name)"
            if Int.random(in: 0..<6, using: &generator) == 0, contents[name] != nil, contents.count > 4 {
                try FileManager.default.removeItem(atPath: path)
                contents[name] = nil
                continue
            }
            let size = Int.random(in: 0..<8, using: &generator) == 0 ? 400_000 : 12_000
            let bytes = generator.bytes(Int.random(in: 1...size, using: &generator))
            try Data(bytes).write(to: URL(filePath: path))
            contents[name] = bytes
        }
        files = Expected(isOfFiles: true, contents: contents)
    }

    mutating func changeCluster() async throws {
        var contents = cluster.contents
        for _ in 0..<(contents.isEmpty ? 20 : 2) {
            let name = "settings-\(Int.random(in: 0..<25, using: &generator))"
            let text = (0..<200).map { _ in UInt8.random(in: 97...122, using: &generator) }
            contents[name] = text
            try await sandbox.load([
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": .string(name), "namespace": "kills"],
                    "data": ["text": .string(String(decoding: text, as: UTF8.self))],
                ]
            ])
        }
        cluster = Expected(isOfFiles: false, contents: contents)
    }

    /// What a snapshot holds, as the program brings it back.
    mutating func contents(_ id: String, isOfFiles: Bool) async throws -> Expected {
        number += 1
        let target = "\(program.folder)/restored-\(number)"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let verb = isOfFiles ? ["files", "restore", id] : ["export", id, "-n", "kills"]
        let run = try await undisturbed(nil, reader, verb + ["--to", target])
        #expect(run.status == 0, "\(store.rawValue): \(verb) \(run.errors)")
        var contents: Contents = [:]
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: target)) ?? [] {
            guard let bytes = try? Data(contentsOf: URL(filePath: "\(target)/\(path)")) else { continue }
            if isOfFiles {
                contents[path] = Array(bytes)
            } else if path.contains("namespaces/kills/ConfigMap"), path.contains("settings-") {
                let object = try #require(
                    try YAMLDocuments.parse(String(decoding: bytes, as: UTF8.self), source: path).first
                )
                contents[object["metadata", "name"]?.string ?? ""] = Array((object["data", "text"]?.string ?? "").utf8)
            }
        }
        moments.compared()
        return Expected(isOfFiles: isOfFiles, contents: contents)
    }

    /// The repository, opened in this process with a clock that is ahead.
    func opened(secondsAhead: Int64 = 0) throws -> Repository {
        try Repository.open(
            objects,
            credential: .passphrase(Array(program.passphrase.utf8)),
            environment: ArchiveEnvironment(
                now: { TestClock.now().adding(seconds: secondsAhead) },
                random: TestClock.random,
                passphraseWorkFactor: 8
            )
        )
    }
}
