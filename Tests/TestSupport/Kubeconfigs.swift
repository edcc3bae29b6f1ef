import FoundationEssentials
package import KubernetesAPI

/// Kubeconfig texts of test clusters as configurations.
package enum Kubeconfigs {
    /// Writes the text to a private temporary file, loads it and removes the file.
    package static func configuration(_ text: String) throws -> ClusterConfiguration {
        let path = try write(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try ClusterConfiguration.load(environment: [:], path: path)
    }

    /// A private temporary file with the text, for tools that read kubeconfig files.
    package static func write(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(UUID().uuidString)").path()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }
}
