internal import Archive
internal import KubernetesObjects
internal import SandboxCluster

/// Runs `lifeboat bench memory`.
struct MemoryBench {
    let objects: Int
    let blobs: Int
    let note: (String) -> Void
    /// What is loaded or written at a time, so that the benchmark itself does not hold all of it as trees.
    private static let step = 20_000
    private static let blobsOfSnapshot = 1_000_000

    func run() async throws -> MemoryBenchResult {
        var result = MemoryBenchResult(objects: objects, blobs: blobs)
        if objects > 0 { result.runs += try await measureBackups() }
        if blobs > 0 { result.runs += try await measureCollection() }
        return result
    }

    // MARK: Backups

    private func measureBackups() async throws -> [MemoryBenchResult.Run] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var options = SandboxOptions()
        options.now = { SystemClock.now() }
        // Nothing but the benchmark writes.
        options.controllers = false
        let sandbox = try await SandboxCluster.start(options)
        try await sandbox.load(BenchObjects.namespaces)
        for start in stride(from: 0, to: objects, by: Self.step) {
            try await sandbox.load(BenchObjects.make(start..<min(start + Self.step, objects)))
            note("loaded \(min(start + Self.step, objects)) of \(objects) objects")
        }
        let kubeconfig = "\(folder.path)/kubeconfig"
        try Environment.write(Array(sandbox.kubeconfig.utf8), to: kubeconfig, isPrivate: true)
        let lifeboat = try await identity(folder.path, role: "writer")
        let variables = lifeboat.variables.merging(["KUBECONFIG": kubeconfig]) { _, new in new }
        var runs: [MemoryBenchResult.Run] = []
        for name in ["first backup", "unchanged backup"] {
            note(name)
            let run = try await MeasuredProcess.run([lifeboat.program, "backup", "--output", "json"], variables)
            runs.append(.init(name: name, run: run))
        }
        await sandbox.stop()
        return runs
    }

    // MARK: Garbage collection

    private func measureCollection() async throws -> [MemoryBenchResult.Run] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let maintainer = try await identity(folder.path, role: "maintainer")
        let writer = try await export(folder.path, role: "writer")
        try write(folder.path)
        var runs: [MemoryBenchResult.Run] = []
        // What it needs of the index of all that is there.
        note("backup beside them")
        let file = "\(folder.path)/file"
        try Environment.write(Array("something new".utf8), to: file, isPrivate: true)
        let beside = [writer.program, "files", "backup", file, "--output", "json"]
        runs.append(.init(name: "backup beside them", run: try await MeasuredProcess.run(beside, writer.variables)))
        let verbs = [("prune", ["prune", "--grace", "0s"]), ("prune again", ["prune", "--grace", "0s"])]
        for (name, verb) in verbs {
            note(name)
            let run = try await MeasuredProcess.run(
                [maintainer.program] + verb + ["--output", "json"],
                maintainer.variables
            )
            runs.append(.init(name: name, run: run))
        }
        return runs
    }

    /// Snapshots of different small documents, every other one forgotten.
    private func write(_ folder: String) throws {
        let repository = try Repository.open(
            StoreLocation(parsing: "\(folder)/repository").store(RepositoryOptions.storeEnvironment),
            credential: .passphrase(Array("benchmark".utf8)),
            environment: RepositoryOptions.environment
        )
        let resource = StoredResource(
            group: "",
            version: "v1",
            resource: "configmaps",
            kind: "ConfigMap",
            isNamespaced: true
        )
        for (number, start) in stride(from: 0, to: blobs, by: Self.blobsOfSnapshot).enumerated() {
            try Task.checkCancellation()
            let writer = try repository.beginSnapshot(
                SnapshotRequest(
                    cluster: ClusterDescription(uid: "cluster-\(number)", name: "bench", version: "", server: ""),
                    policy: nil
                )
            )
            var canonical = CanonicalJSON()
            for index in start..<min(start + Self.blobsOfSnapshot, blobs) {
                let (namespace, name) = ("bench-\(index % 1000)", "object-\(index)")
                let text =
                    #"{"apiVersion":"v1","data":{"n":"\#(index)"},"kind":"ConfigMap","metadata":{"name":"\#(name)","namespace":"\#(namespace)"}}"#
                let bytes = Array(text.utf8)
                var output: [UInt8] = []
                let layout = try canonical.encode(
                    bytes.span,
                    range: 0..<bytes.count,
                    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"),
                    into: &output
                )
                try writer.add(
                    resource,
                    namespace: namespace,
                    name: name,
                    uid: name,
                    resourceVersion: "1",
                    canonical: output[...],
                    layout: layout
                )
            }
            let result = try writer.commit(
                SnapshotSummary(takenAt: SystemClock.now().adding(seconds: Int64(number)), freshnessNonce: "")
            )
            note("wrote \(start + result.objects) of \(blobs) documents")
            if number % 2 == 1 { try repository.forget([result.snapshot]) }
        }
    }

    // MARK: The measured program

    /// A new repository, and an identity of a role: the check of a passphrase takes 256 MB on purpose.
    private func identity(
        _ folder: String,
        role: String
    ) async throws -> (program: String, variables: [String: String]) {
        try Environment.write(Array("benchmark\n".utf8), to: "\(folder)/password", isPrivate: true)
        _ = try await MeasuredProcess.run([Self.program, "init"], root(folder))
        return try await export(folder, role: role)
    }

    private static let program = "/proc/self/exe"

    private func root(_ folder: String) -> [String: String] {
        ["LIFEBOAT_REPOSITORY": "\(folder)/repository", "LIFEBOAT_PASSWORD_FILE": "\(folder)/password"]
    }

    /// An identity of a role in a repository that is there.
    private func export(
        _ folder: String,
        role: String
    ) async throws -> (program: String, variables: [String: String]) {
        let path = "\(folder)/\(role).identity"
        _ = try await MeasuredProcess.run([Self.program, "key", "export", "--role", role, "--to", path], root(folder))
        return (Self.program, ["LIFEBOAT_REPOSITORY": "\(folder)/repository", "LIFEBOAT_IDENTITY": path])
    }
}
