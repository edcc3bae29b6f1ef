internal import FoundationEssentials
internal import KubernetesObjects

/// A private folder of a benchmark.
struct TemporaryFolder {
    let path: String

    init() throws(LifeboatError) {
        path = "/tmp/lifeboat-bench-\(UUID().uuidString)"
        try Environment.makeFolder(path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
