internal import FoundationEssentials
package import Drills
package import KubernetesObjects

/// The folder that drill reports are written to: one JSON document a report, with its HTML and Markdown beside it.
package struct ReportFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The files of one report.
    package struct Files: Sendable {
        package let json: String
        package let html: String
        package let markdown: String
    }

    /// The SHA-256 of the newest report of a drill, which the next one names, so that a report left out is noticed.
    /// nil when there is none, or when the newest cannot be read.
    package func newestDigest(ofDrill name: String) -> String? {
        guard let newest = reports(ofDrill: name).last, let bytes = FileManager.default.contents(atPath: newest) else {
            return nil
        }
        return (try? JSONValue(parsing: [UInt8](bytes)))?["reportSha256"]?.string
    }

    /// The paths of the JSON documents of a drill, oldest first: their names hold ids that sort by time.
    package func reports(ofDrill name: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { Self.isReport($0, ofDrill: name) }.sorted().map { "\(path)/\($0)" }
    }

    private static func isReport(_ file: String, ofDrill name: String) -> Bool {
        // NAME-ULID.json, so that a drill whose name begins with another's is not taken for it.
        file.hasPrefix("\(name)-") && file.hasSuffix(".json") && file.utf8.count == name.utf8.count + 1 + 26 + 5
    }

    /// Writes the report in its three forms.
    /// - Throws: `storage.failed` when the folder cannot be written.
    package func write(_ report: DrillReport) throws(LifeboatError) -> Files {
        let name = report.document["drill", "name"]?.string ?? "drill"
        let base = "\(path)/\(name)-\(report.id)"
        let files = Files(json: "\(base).json", html: "\(base).html", markdown: "\(base).md")
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(report.document.prettyPrinted().utf8).write(to: URL(filePath: files.json), options: .atomic)
            try Data(DrillReportPage.html(report.document).utf8).write(to: URL(filePath: files.html), options: .atomic)
            let markdown = DrillReportMarkdown.text(report.document)
            try Data(markdown.utf8).write(to: URL(filePath: files.markdown), options: .atomic)
        } catch {
            throw LifeboatError(
                .storageFailed,
                "the report cannot be written to \(path): \(error)",
                remedy: "give another folder with --report"
            )
        }
        return files
    }
}
