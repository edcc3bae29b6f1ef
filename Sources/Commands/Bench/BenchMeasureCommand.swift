package import ArgumentParser
internal import Glibc
internal import KubernetesObjects
internal import Subprocess
internal import SystemPackage

/// `lifeboat bench measure -- COMMAND`: runs a command and prints what it used, for the other benchmarks.
///
/// Linux keeps the largest resident size of all children together, so each measured command gets a parent of its own.
package struct BenchMeasureCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Run a command and print its time, its processor time and its peak memory as JSON.",
        shouldDisplay: false
    )

    @Argument(parsing: .postTerminator, help: "The command.")
    package var command: [String]

    package init() {}

    package func run() async throws {
        guard let program = command.first else { throw ValidationError("Give a command after --.") }
        let start = SystemClock.seconds()
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(command.dropFirst())),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        let seconds = SystemClock.seconds() - start
        guard result.terminationStatus.isSuccess else {
            throw LifeboatError(.internalError, "\(command.joined(separator: " ")) failed: \(result.standardError)")
        }
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) / 1e6 }
        let document: JSONValue = [
            "seconds": .number(Figure.decimal(seconds, 3)),
            "processorSeconds": .number(Figure.decimal(time(usage.ru_utime) + time(usage.ru_stime), 3)),
            "peakMemoryBytes": .int(Int(usage.ru_maxrss) * 1024), "output": .string(result.standardOutput),
        ]
        Terminal.result(document.prettyPrinted())
    }
}
