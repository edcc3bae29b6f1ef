import Foundation
import KubernetesObjects

/// The documents of the tests that stand beside checks and components.
enum TestDocuments {
    /// All documents of a kind in the `.test.yaml` files of a folder and the folders in it, in the order of their paths.
    static func all(folder: String, kind: String) throws(LifeboatError) -> [(file: String, document: JSONValue)] {
        let paths = (FileManager.default.subpaths(atPath: folder) ?? []).filter { $0.hasSuffix(".test.yaml") }.sorted()
        var documents: [(file: String, document: JSONValue)] = []
        for path in paths {
            let file = "\(folder)/\(path)"
            guard
                let text = FileManager.default.contents(atPath: file).flatMap({ String(validating: $0, as: UTF8.self) })
            else {
                throw LifeboatError(.policyInvalid, "\(file) cannot be read as UTF-8 text")
            }
            for document in try YAMLDocuments.parse(text, source: file) where document["kind"]?.string == kind {
                documents.append((file, document))
            }
        }
        return documents
    }
}
