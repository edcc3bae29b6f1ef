/// Builds a page in the text format of Prometheus.
struct MetricsText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// One line of a metric; `suffix` is `_bucket`, `_sum` or `_count` for the lines of a histogram.
    struct Sample {
        var suffix = ""
        var labels: [(name: String, value: String)] = []
        let value: Double

        init(_ value: Double, suffix: String = "", _ labels: (name: String, value: String)...) {
            self.value = value
            self.suffix = suffix
            self.labels = labels
        }
    }

    private(set) var text = ""

    /// Adds a metric with its lines; one without lines is left out.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(Self.number(sample.value))\n"
        }
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}
