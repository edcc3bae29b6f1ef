package import ArgumentParser
internal import Drills
internal import KubernetesObjects
internal import Reports

/// `lifeboat drill report`: shows a report that was written before.
package struct DrillReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the report of a drill as HTML, Markdown or JSON."
    )

    package enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, markdown, json
    }

    @Argument(help: "JSON document of a drill report.")
    package var report: String

    @Option(help: "Form: html, markdown or json.")
    package var format = Format.markdown

    package init() {}

    package func run() async throws {
        let document = try StoredReport.read(report)
        switch format {
        case .html: Terminal.result(DrillReportPage.html(document))
        case .markdown: Terminal.result(DrillReportMarkdown.text(document))
        case .json: Terminal.result(document.prettyPrinted())
        }
    }
}

/// `lifeboat drill verify`: whether a report is as it was written.
package struct DrillVerifyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a drill report is as it was written: its digest is that of its content."
    )

    @Argument(help: "JSON document of a drill report.")
    package var report: String

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let document = try StoredReport.read(report)
        let isIntact = DrillReport.isIntact(document)
        let verdict = document["result", "verdict"]?.string ?? "none"
        let json: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1", "intact": .bool(isIntact), "reportId": document["reportId"] ?? .null,
            "verdict": .string(verdict),
        ]
        try output.print(json) {
            isIntact
                ? "\(report) is as it was written. Verdict: \(verdict)"
                : "\(report) was changed after it was written: its digest is not that of its content."
        }
        guard isIntact else { throw StatusOnly(.failed) }
    }
}

/// Reads a report that was written before.
private enum StoredReport {
    static func read(_ path: String) throws -> JSONValue {
        let document = try JSONValue(parsing: try Environment.read(path, what: "the report"))
        guard document["schema"]?.string == DrillReport.schema else {
            throw LifeboatError(
                .usage,
                "\(path) is no drill report of the schema \(DrillReport.schema)",
                remedy: "give the .json file that `lifeboat drill run` wrote"
            )
        }
        return document
    }
}
