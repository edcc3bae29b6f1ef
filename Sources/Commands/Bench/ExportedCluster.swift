internal import FoundationEssentials
internal import KubernetesAPI
internal import KubernetesObjects

/// A cluster as a folder of YAML, one file an object with all of its fields: what a tool for files backs up.
struct ExportedCluster {
    let folder: String
    private let client: ClusterClient
    private let resources: [APIResource]
    /// The resourceVersion of what was written, by path.
    private var written: [String: String] = [:]
    private(set) var bytes: [String: Int] = [:]
    private(set) var objects: [(resource: APIResource, namespace: String, name: String)] = []

    /// - Parameter kinds: `apiVersion kind` of what is written.
    init(_ client: ClusterClient, _ folder: String, kinds: Set<String>) async throws {
        self.client = client
        self.folder = folder
        resources = try await client.discover().preferred.filter {
            kinds.contains("\($0.groupVersionKind.apiVersion) \($0.groupVersionKind.kind)")
        }
    }

    var totalBytes: Int { bytes.values.reduce(0, +) }

    /// Writes what changed since the last time, and removes what is gone.
    ///
    /// - Returns: how many files changed, and how many bytes these have.
    @discardableResult
    mutating func update() async throws -> (files: Int, bytes: Int) {
        var current: [String: String] = [:]
        var changed = (files: 0, bytes: 0)
        objects = []
        for resource in resources {
            for page in try await client.list(resource).collect() {
                for item in page.items {
                    let place = item.namespace.isEmpty ? "cluster" : "namespaces/\(item.namespace)"
                    let kind = resource.groupVersionKind.groupKind.description
                    let path = "\(folder)/\(place)/\(kind)/\(item.name.replacing("/", with: "_")).yaml"
                    current[path] = item.resourceVersion
                    objects.append((resource, item.namespace, item.name))
                    guard written[path] != item.resourceVersion else { continue }
                    var object = try JSONValue(parsing: page.bytes.span, range: item.range)
                    object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
                    object["kind"] = .string(resource.groupVersionKind.kind)
                    let text = try YAMLDocuments.print(object)
                    try Environment.makeFolder("\(folder)/\(place)/\(kind)")
                    try Environment.write(Array(text.utf8), to: path)
                    bytes[path] = text.utf8.count
                    changed.files += 1
                    changed.bytes += text.utf8.count
                }
            }
        }
        for path in written.keys where current[path] == nil {
            try FileManager.default.removeItem(atPath: path)
            bytes[path] = nil
        }
        written = current
        return changed
    }
}
