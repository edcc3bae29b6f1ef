internal import Glibc
package import KubernetesObjects

/// What this process has used so far, for results and benchmarks.
package enum ResourceUsage {
    /// The largest resident size of this process.
    package static var peakMemoryBytes: Int {
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
