internal import KubernetesObjects
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A program of the control plane that runs until it is stopped.
final class ServerProcess: Sendable {
    let name: String
    private let log: String
    private let task: Task<Void, Never>
    private let hasEnded: EndMark

    /// Starts the program with its output in a log file of the private folder. It inherits no variables but PATH, so no credential.
    init(_ name: String, path: String, arguments: [String], folder: PrivateFolder, variables: [String: String]) {
        self.name = name
        let log = "\(folder.path)/\(name).log"
        self.log = log
        let end = EndMark()
        hasEnded = end
        let search = variables["PATH"] ?? "/usr/bin:/bin"
        task = Task {
            defer { end.set() }
            var options = PlatformOptions()
            // Of its own group, so that an interrupt at the terminal reaches the drill first, which then stops it in order.
            options.processGroupID = 0
            options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(10))]
            guard
                let output = try? FileDescriptor.open(
                    FilePath(log),
                    .writeOnly,
                    options: [.create, .append],
                    permissions: .ownerReadWrite
                )
            else { return }
            defer { try? output.close() }
            _ = try? await Subprocess.run(
                .path(FilePath(path)),
                arguments: Arguments(arguments),
                environment: .custom(["PATH": search]),
                workingDirectory: FilePath(folder.path),
                platformOptions: options,
                output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                error: .fileDescriptor(output, closeAfterSpawningProcess: false)
            )
        }
    }

    /// Whether the program ended by itself.
    var isRunning: Bool { !hasEnded.isSet }

    /// Asks it to end, makes it end when it does not, and waits for it.
    func stop() async {
        task.cancel()
        await task.value
    }

    /// The last line of its log that names a trouble.
    var lastComplaint: String {
        guard let descriptor = try? FileDescriptor.open(FilePath(log), .readOnly) else { return "it left no log" }
        defer { try? descriptor.close() }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        if let size = try? descriptor.seek(offset: 0, from: .end), size > Int64(bytes.count) {
            _ = try? descriptor.seek(offset: -Int64(bytes.count), from: .end)
        } else {
            _ = try? descriptor.seek(offset: 0, from: .start)
        }
        let count = (try? bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }) ?? 0
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        let trouble = lines.last { line in
            line.hasPrefix("F") || line.hasPrefix("E") || line.lowercased().contains("error")
        }
        return String((trouble ?? lines.last ?? "its log is empty").prefix(300))
    }
}

/// Set once, from any thread.
private final class EndMark: Sendable {
    private let flag = Atomic<Bool>(false)

    func set() { flag.store(true, ordering: .releasing) }
    var isSet: Bool { flag.load(ordering: .acquiring) }
}
