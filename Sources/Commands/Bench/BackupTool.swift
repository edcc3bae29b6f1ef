internal import FoundationEssentials
internal import KubernetesObjects

/// A program that backs up, as the benchmark of the archive runs it: Lifeboat, or one that is installed beside it.
struct BackupTool {
    let name: String
    /// The repository: a folder of its own.
    let repository: String
    let variables: [String: String]
    /// Those of a backup, where they differ.
    var backupVariables: [String: String]?
    /// The commands that make the repository and that take a backup.
    let creation: [[String]]
    let backup: [String]

    /// Its backups hold the identity of a writer, as a daemon does, and not the passphrase.
    static func lifeboat(_ folder: String, _ variables: [String: String], backup: [String]) -> BackupTool {
        let program = "/proc/self/exe"
        let identity = "\(folder)/writer.identity"
        let common = variables.merging(["LIFEBOAT_REPOSITORY": "\(folder)/lifeboat"]) { first, _ in first }
        return BackupTool(
            name: "lifeboat",
            repository: "\(folder)/lifeboat",
            variables: common.merging(["LIFEBOAT_PASSWORD_FILE": "\(folder)/password"]) { first, _ in first },
            backupVariables: common.merging(["LIFEBOAT_IDENTITY": identity]) { first, _ in first },
            creation: [[program, "init"], [program, "key", "export", "--role", "writer", "--to", identity]],
            backup: [program] + backup
        )
    }

    static func restic(_ folder: String, _ source: String) -> BackupTool {
        let common = ["restic", "-q", "-r", "\(folder)/restic", "--no-cache"]
        return BackupTool(
            name: "restic",
            repository: "\(folder)/restic",
            variables: ["RESTIC_PASSWORD_FILE": "\(folder)/password"],
            creation: [common + ["init"]],
            backup: common + ["backup", source]
        )
    }

    static func borg(_ folder: String, _ source: String) -> BackupTool {
        BackupTool(
            name: "borg",
            repository: "\(folder)/borg",
            variables: ["BORG_PASSCOMMAND": "cat \(folder)/password", "BORG_BASE_DIR": "\(folder)/borg-base"],
            creation: [["borg", "init", "-e", "repokey-blake2", "\(folder)/borg"]],
            backup: ["borg", "create", "-C", "zstd,3", "\(folder)/borg::{utcnow:%Y%m%d-%H%M%S%f}", source]
        )
    }

    /// Whether the program of this tool is installed.
    var isInstalled: Bool {
        guard let program = backup.first, !program.contains("/") else { return true }
        return (Environment.value("PATH") ?? "").split(separator: ":").contains {
            Environment.exists("\($0)/\(program)")
        }
    }

    func create() async throws {
        for command in creation { _ = try await MeasuredProcess.run(command, variables) }
    }

    func backUp() async throws -> MeasuredRun { try await MeasuredProcess.run(backup, backupVariables ?? variables) }

    /// The bytes of all files of the repository.
    func size() throws -> Int { try FileSizes.total(repository) }
}

/// Files below a folder.
enum FileSizes {
    static func files(_ path: String) throws -> [String] {
        let manager = FileManager.default
        var files: [String] = []
        for name in try manager.contentsOfDirectory(atPath: path).sorted() {
            let inner = "\(path)/\(name)"
            let type = try manager.attributesOfItem(atPath: inner)[.type] as? FileAttributeType
            if type == .typeDirectory { files += try self.files(inner) } else { files.append(inner) }
        }
        return files
    }

    static func total(_ path: String) throws -> Int {
        try files(path).reduce(0) { sum, file in
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size]
            return sum + ((size as? Int) ?? (size as? UInt64).map { Int($0) } ?? 0)
        }
    }
}
