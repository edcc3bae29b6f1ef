import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The program itself, run as users run it: with variables, arguments, standard output and an exit status.
struct LifeboatProgram: Sendable {
    /// What one run printed and how it ended.
    struct Run: Sendable {
        let status: Int32?
        let output: String
        let errors: String

        /// The document on standard output.
        var json: JSONValue { get throws { try JSONValue(parsing: output) } }
        /// The stable code of the error on the last line of standard error.
        var code: String? {
            guard let last = errors.split(separator: "\n").last else { return nil }
            return (try? JSONValue(parsing: String(last)))?["error", "code"]?.string
        }
    }

    let folder: String
    var kubeconfig: String?
    /// An identity file in place of the passphrase.
    var identity: String?
    var passphrase = "correct horse battery staple"

    /// The place of the repository; without it, a folder.
    var location: String?
    /// What the store of the repository wants to know.
    var storeVariables: [String: String] = [:]

    var repository: String { location ?? "\(folder)/repository" }

    /// A program in a folder that is there already.
    init(folder: String) { self.folder = folder }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lifeboat-cli-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// A program with a repository, and a sandbox as its cluster.
    static func withSandbox(_ body: (LifeboatProgram) async throws -> Void) async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let sandbox = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        program.kubeconfig = kubeconfig
        #expect(try await program.run("init").status == 0)
        try await body(program)
        try? FileManager.default.removeItem(atPath: kubeconfig)
        await sandbox.stop()
    }

    /// The same program with an identity of a role in place of the passphrase.
    func holding(_ role: String) async throws -> LifeboatProgram {
        var other = self
        let path = "\(folder)/\(role).identity"
        let exported = try await run("key", "export", "--role", role, "--to", path)
        #expect(exported.status == 0, "\(exported.errors)")
        other.identity = path
        return other
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs `lifeboat ARGUMENTS --output json`.
    ///
    /// - Parameter shell: a line of shell that runs before the program in the same process, such as `ulimit -f 100`.
    func run(_ arguments: String..., shell: String = ":", hasPassphrase: Bool = true) async throws -> Run {
        try await run(arguments, shell: shell, hasPassphrase: hasPassphrase)
    }

    func run(_ arguments: [String], shell: String = ":", hasPassphrase: Bool = true) async throws -> Run {
        let result = try await Subprocess.run(
            .path("/bin/bash"),
            arguments: Arguments(
                ["-c", "\(shell); exec \"$0\" \"$@\"", Self.path] + arguments + ["--output", "json"]
            ),
            environment: .custom(try variables(hasPassphrase)),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        var status: Int32?
        if case .exited(let code) = result.terminationStatus { status = code }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// Starts a run and kills it after a while, it alone: an `ssh` that it started goes on with what it was given.
    ///
    /// - Returns: the run, whose status is nil when it was killed; it has one when it ended before.
    @discardableResult
    func runAndKill(_ arguments: [String], afterMilliseconds milliseconds: Int) async throws -> Run {
        let seconds = "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
        let result = try await Subprocess.run(
            .path("/usr/bin/timeout"),
            arguments: Arguments(["--foreground", "-s", "KILL", seconds, Self.path] + arguments),
            environment: .custom(try variables(true)),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        var status: Int32?
        // 124 says that it ended just when it was to be killed.
        if case .exited(let code) = result.terminationStatus, code != 128 + 9, code != 124 { status = code }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }

    func variables(_ hasPassphrase: Bool) throws -> [Subprocess.Environment.Key: String] {
        var variables: [Subprocess.Environment.Key: String] = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "LIFEBOAT_REPOSITORY": repository,
        ]
        variables["KUBEBUILDER_ASSETS"] = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] ?? ""
        variables["KUBECONFIG"] = kubeconfig ?? "\(folder)/none"
        if let identity { variables["LIFEBOAT_IDENTITY"] = identity }
        for (name, value) in storeVariables { variables[.init(stringLiteral: name)] = value }
        guard hasPassphrase else { return variables }
        let file = "\(folder)/passphrase"
        try passphrase.write(toFile: file, atomically: true, encoding: .utf8)
        variables["LIFEBOAT_PASSWORD_FILE"] = file
        return variables
    }

    /// The program stands beside the tests.
    static var path: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "lifeboat").path()
    }
}
