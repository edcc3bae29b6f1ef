internal import Glibc
package import KubernetesObjects

/// Reads a folder of YAML and JSON manifests, as `kubectl apply -R -f` does.
package enum ManifestFolder {
    /// The objects of all files below `path`, in the order of their paths; lists are taken apart.
    package static func read(_ path: String) throws(LifeboatError) -> [JSONValue] {
        var objects: [JSONValue] = []
        for file in try files(path) {
            for document in try YAMLDocuments.parse(try Environment.readText(file, what: "the manifest"), source: file)
            {
                if document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array {
                    objects.append(contentsOf: items)
                } else {
                    objects.append(document)
                }
            }
        }
        return objects
    }

    /// The manifest files below a folder, sorted; a file stands for itself.
    package static func files(_ path: String) throws(LifeboatError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOTDIR { return [path] }
            throw LifeboatError(.usage, "the folder \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(folder) }
        var names: [(String, Bool)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            names.append((name, entry.pointee.d_type == UInt8(DT_DIR)))
        }
        var result: [String] = []
        for (name, isFolder) in names.sorted(by: { $0.0 < $1.0 }) {
            if isFolder {
                result.append(contentsOf: try files("\(path)/\(name)"))
            } else if [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) {
                result.append("\(path)/\(name)")
            }
        }
        return result
    }
}
