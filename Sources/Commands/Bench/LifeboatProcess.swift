internal import KubernetesObjects
internal import Subprocess
internal import SystemPackage

/// Runs this executable as a process of its own, with a repository in a folder, and reads its JSON result.
struct LifeboatProcess {
    let folder: String

    /// Makes the repository, and the identity that backups are taken with.
    func makeRepository() async throws {
        try Environment.makeFolder(folder)
        _ = try await run(["init"])
        _ = try await run(["key", "export", "--role", "writer", "--to", writerIdentity])
    }

    private var writerIdentity: String { "\(folder)/writer.identity" }

    /// Takes a backup with the writer's identity, as a daemon does, and not with the passphrase, whose check is slow on purpose.
    func backUp(_ kubeconfig: String, _ options: String...) async throws -> JSONValue {
        try await run(["backup"] + options, kubeconfig: kubeconfig, identity: writerIdentity)
    }

    func run(_ arguments: [String], kubeconfig: String? = nil, identity: String? = nil) async throws -> JSONValue {
        let password = "\(folder)/password"
        if !Environment.exists(password) {
            try Environment.write(Array("benchmark\n".utf8), to: password, isPrivate: true)
        }
        var values: [Subprocess.Environment.Key: String?] = [
            "LIFEBOAT_REPOSITORY": "\(folder)/repository", "LIFEBOAT_PASSWORD_FILE": password,
        ]
        if let identity { values["LIFEBOAT_IDENTITY"] = identity }
        if let kubeconfig { values["KUBECONFIG"] = kubeconfig }
        let result = try await Subprocess.run(
            .path("/proc/self/exe"),
            arguments: Arguments(arguments + ["--output", "json"]),
            environment: .inherit.updating(values),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw LifeboatError(
                .internalError,
                "lifeboat \(arguments.joined(separator: " ")) failed: \(result.standardError)"
            )
        }
        return try JSONValue(parsing: result.standardOutput)
    }
}
