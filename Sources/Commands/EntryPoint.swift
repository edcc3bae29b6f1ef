internal import ArgumentParser
internal import Glibc
package import KubernetesObjects
internal import KubernetesAPI

/// Runs the command line and turns every failure into a text on standard error and a documented exit status.
package enum EntryPoint {
    /// Parses the arguments, runs the verb and exits the process.
    package static func main() async -> Never {
        // A closed pipe (`lifeboat ls | head`) is an error of a write, not a signal that kills the process.
        signal(SIGPIPE, SIG_IGN)
        // A file size limit is an error of a write as well.
        signal(SIGXFSZ, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        ProcessEnd.exit(await run(arguments))
    }

    /// The exit status of one run; nothing is thrown.
    package static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            var command = try LifeboatCommand.parseAsRoot(arguments)
            if var service = command as? any AsyncParsableCommand & HandlesSignals {
                try await service.run()
            } else if var asynchronous = command as? any AsyncParsableCommand {
                try await Interruption.watch { try await asynchronous.run() }
            } else {
                try command.run()
            }
            return .done
        } catch {
            return report(error, wantsJSON: wantsJSON(arguments))
        }
    }

    private static func report(_ error: any Error, wantsJSON: Bool) -> ExitStatus {
        if let status = error as? StatusOnly { return status.status }
        if let failure = lifeboatError(error) {
            print(failure, wantsJSON: wantsJSON)
            return failure.exitStatus
        }
        // What is left comes from the argument parser: help, version, and usage errors with their own text.
        let code = LifeboatCommand.exitCode(for: error)
        let text = LifeboatCommand.fullMessage(for: error)
        if code == .success {
            if !text.isEmpty { Terminal.result(text) }
            return .done
        }
        guard code == .validationFailure else {
            Terminal.message(text)
            return .failed
        }
        let usage = LifeboatError(.usage, LifeboatCommand.message(for: error), remedy: Self.usage(in: text))
        print(usage, wantsJSON: wantsJSON)
        return .usage
    }

    /// The lines of the parser's text that say how a verb is used.
    private static func usage(in text: String) -> String {
        text.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }.map { $0.drop { $0 == " " } }.joined(
            separator: "\n  "
        )
    }

    private static func lifeboatError(_ error: any Error) -> LifeboatError? {
        switch error {
        case let error as LifeboatError: error
        case let error as ClusterError: error.lifeboatError
        case is CancellationError: LifeboatError(.cancelled, "cancelled")
        case let error as JSONError: LifeboatError(.malformedJSON, error.description)
        default: nil
        }
    }

    private static func print(_ failure: LifeboatError, wantsJSON: Bool) {
        guard wantsJSON else {
            Terminal.message("lifeboat: \(failure)")
            return
        }
        let document: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1",
            "error": [
                "code": .string(failure.code.rawValue), "message": .string(failure.message),
                "remedy": .string(failure.remedy),
                "exitStatus": .int(failure.exitStatus.rawValue),
            ],
        ]
        Terminal.message(String(decoding: document.encoded(), as: UTF8.self))
    }

    private static func wantsJSON(_ arguments: [String]) -> Bool {
        arguments.contains("--output=json")
            || zip(arguments, arguments.dropFirst()).contains { ["--output", "-o"].contains($0) && $1 == "json" }
    }
}

/// A verb that stops in its own order on SIGTERM and SIGINT.
package protocol HandlesSignals {}

/// Ends a run with a status other than 0 after its result was printed.
package struct StatusOnly: Error {
    package let status: ExitStatus

    package init(_ status: ExitStatus) { self.status = status }
}
