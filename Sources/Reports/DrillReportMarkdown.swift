package import KubernetesObjects

/// A drill report as Markdown, for tickets and pull requests.
package enum DrillReportMarkdown {
    package static func text(_ document: JSONValue) -> String { document.prettyPrinted() }
}
