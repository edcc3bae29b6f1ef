import FoundationEssentials
package import KubernetesObjects
internal import Policies

/// The components that the checklist knows, read from documents of the kind `ReadinessComponents`.
package struct ComponentCatalogue: Sendable {
    package let signatures: [ComponentSignature]

    package init(_ signatures: [ComponentSignature] = []) { self.signatures = signatures }

    package static let kind = "ReadinessComponents"

    /// Reads the catalogues of a text; documents of other kinds are left alone.
    package static func parse(_ text: String, source: String) throws(LifeboatError) -> ComponentCatalogue {
        var signatures: [ComponentSignature] = []
        for document in try YAMLDocuments.parse(text, source: source) where document["kind"]?.string == kind {
            for entry in document["spec", "components"]?.array ?? [] {
                signatures.append(try ComponentSignature(of: entry, source: source))
            }
        }
        return ComponentCatalogue(signatures)
    }

    /// Reads the catalogues among the `.yaml` files that stand directly in a folder.
    package static func load(folder: String) throws(LifeboatError) -> ComponentCatalogue {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw LifeboatError(.policyInvalid, "the folder \(folder) with the readiness checks cannot be read")
        }
        var signatures: [ComponentSignature] = []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let path = "\(folder)/\(name)"
            guard let bytes = FileManager.default.contents(atPath: path),
                let text = String(validating: bytes, as: UTF8.self)
            else {
                throw LifeboatError(.policyInvalid, "\(path) cannot be read as UTF-8 text")
            }
            guard text.contains("kind: \(kind)") else { continue }
            signatures += try parse(text, source: path).signatures
        }
        var seen: Set<String> = []
        if let twice = signatures.first(where: { !seen.insert("\($0.section.rawValue)/\($0.id)").inserted }) {
            throw LifeboatError(.policyInvalid, "the component \(twice.id) stands twice in \(folder)")
        }
        return ComponentCatalogue(signatures)
    }
}
