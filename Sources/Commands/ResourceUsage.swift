internal import Glibc
package import KubernetesObjects

/// What this process has used so far, for results and benchmarks.
package enum ResourceUsage {
    /// The largest resident size of this process.
    ///
    /// Linux counts it for the program alone; getrusage keeps what the process had before it started the program.
    package static var peakMemoryBytes: Int {
        if let status = try? Environment.read("/proc/self/status", what: "the status of this process"),
            let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("VmHWM:")
            }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        {
            return kilobytes * 1024
        }
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return Int(usage.ru_maxrss) * 1024
    }

    /// The result with `processorSeconds` and `peakMemoryBytes` of this process added.
    package static func added(to document: JSONValue) -> JSONValue {
        var document = document
        document["processorSeconds"] = .number(Figure.decimal(SystemClock.processorSeconds(), 3))
        document["peakMemoryBytes"] = .int(peakMemoryBytes)
        return document
    }
}
