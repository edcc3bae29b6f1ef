package import KubernetesObjects

/// A drill report as a page for people.
package enum DrillReportPage {
    package static func html(_ document: JSONValue) -> String { document.prettyPrinted() }
}
