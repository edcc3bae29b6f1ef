package import ArgumentParser
package import KubernetesObjects

/// The forms of a result on standard output.
package enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case table, json, yaml
}

/// `--output` and the one place where a result is printed.
package struct OutputOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "Form of the result: table, json or yaml.")
    package var output: OutputFormat = .table

    @Flag(name: [.short, .long], help: "No progress and no notes on standard error.")
    package var quiet = false

    package init() {}

    /// Prints the table or the JSON document in the form that was asked for.
    package func print(_ document: @autoclosure () -> JSONValue, table: () -> String) throws {
        switch output {
        case .table:
            let text = table()
            if !text.isEmpty { Terminal.result(text) }
        case .json: Terminal.result(document().prettyPrinted())
        case .yaml: Terminal.result(try YAMLDocuments.print(document()))
        }
    }

    /// A progress line on standard error; nothing with --quiet or without a terminal.
    package func progress(_ text: String) {
        if !quiet { Terminal.progress(text) }
    }

    /// A step of longer work: a line on standard error that stays; nothing with --quiet.
    package func step(_ text: String) {
        if !quiet { Terminal.message("• \(text)") }
    }

    /// A note on standard error; nothing with --quiet.
    package func note(_ text: String) {
        if !quiet { Terminal.message(text) }
    }
}
