internal import FoundationEssentials
package import KubernetesObjects

/// The folder that a checklist is written to, in all its forms.
package struct ChecklistFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Writes the checklist as JSON, JUnit, SARIF, Markdown and HTML, each in place of an earlier one.
    ///
    /// - Returns: the path of the page.
    /// - Throws: `storage.failed` when the folder cannot be written.
    package func write(_ document: JSONValue) throws(LifeboatError) -> String {
        let files = [
            ("checklist.json", document.prettyPrinted()),
            ("checklist.junit.xml", ChecklistJUnit.text(document)),
            ("checklist.sarif", ChecklistSARIF.document(document).prettyPrinted()),
            ("checklist.md", ChecklistMarkdown.text(document)),
            ("checklist.html", ChecklistPage.html(document)),
        ]
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, text) in files {
                try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
            }
        } catch {
            throw LifeboatError(
                .storageFailed,
                "the checklist cannot be written to \(path): \(error)",
                remedy: "give another folder with --report"
            )
        }
        return "\(path)/checklist.html"
    }
}
