internal import KubernetesObjects
internal import Subprocess
internal import SystemPackage

/// What one run of a program used.
struct MeasuredRun {
    let seconds: Double
    let processorSeconds: Double
    let peakMemoryBytes: Int
    let output: String
}

/// Runs programs, and measures all of them in the same way.
enum MeasuredProcess {
    static func run(_ command: [String], _ variables: [String: String]) async throws -> MeasuredRun {
        var values: [Subprocess.Environment.Key: String?] = [:]
        for (name, value) in variables {
            if let key = Subprocess.Environment.Key(rawValue: name) { values[key] = value }
        }
        let result = try await Subprocess.run(
            .path("/proc/self/exe"),
            arguments: Arguments(["bench", "measure", "--"] + command),
            environment: .inherit.updating(values),
            output: .string(limit: 32 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw LifeboatError(.internalError, "\(command.joined(separator: " ")) failed: \(result.standardError)")
        }
        let document = try JSONValue(parsing: result.standardOutput)
        return MeasuredRun(
            seconds: document["seconds"]?.double ?? .nan,
            processorSeconds: document["processorSeconds"]?.double ?? .nan,
            peakMemoryBytes: document["peakMemoryBytes"]?.int ?? 0,
            output: document["output"]?.string ?? ""
        )
    }
}
