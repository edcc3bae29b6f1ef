import KubernetesObjects
import Yams

/// The kinds of policy documents.
enum PolicyKind: String, CaseIterable {
    case backup = "BackupPolicy"
    case restore = "RestorePolicy"
    case drill = "RestoreDrill"
    case check = "ReadinessCheck"
    case readiness = "ReadinessPolicy"
}

/// The version of the documents that this program reads.
let policyAPIVersion = "lifeboat.dr/v1"

extension PolicySet {
    /// Reads the documents of one text.
    ///
    /// - Parameter source: the file's name for error messages.
    /// - Throws: everything that is wrong in it.
    package static func parse(_ text: String, source: String) throws(PolicyErrors) -> PolicySet {
        let problems = ProblemList(file: source, text: text)
        var set = PolicySet()
        set.read(text, problems)
        guard problems.problems.isEmpty else { throw PolicyErrors(problems.problems) }
        return set
    }

    /// Adds the documents of a text; what is wrong with them goes to the list.
    mutating func read(_ text: String, _ problems: ProblemList) {
        do {
            var nodes = try Yams.compose_all(yaml: text)
            while let node = nodes.next() {
                // Component catalogues and tests stand beside the checks; the checklist reads them by itself.
                if ["ReadinessComponents", "ReadinessCheckTest"].contains(node["kind"]?.string) { continue }
                read(PolicyNode(node: node, path: "", problems: problems))
            }
            if let error = nodes.error { throw error }
        } catch let error as YamlError {
            let (mark, message) = error.place
            problems.add(SourceLocation(file: problems.file, mark: mark), message)
        } catch {
            problems.add(SourceLocation(file: problems.file), "\(error)")
        }
    }

    private mutating func read(_ document: PolicyNode) {
        guard !document.isNull else { return }
        guard document.isMapping else {
            document.report("a policy document must be a mapping with apiVersion, kind, metadata and spec")
            return
        }
        _ = document.fields { fields in
            if let version = fields.required("apiVersion"), let text = version.string, text != policyAPIVersion {
                version.report("“\(text)” is not a version that Lifeboat reads; write \(policyAPIVersion)")
            }
            let name = Self.name(fields)
            let kind: PolicyKind? = fields.required("kind")?.choice()
            guard let spec = fields.required("spec"), let kind else { return }
            switch kind {
            case .backup: backups += spec.backupPolicy(named: name, at: fields.location).map { [$0] } ?? []
            case .restore: restores += spec.restorePolicy(named: name, at: fields.location).map { [$0] } ?? []
            case .drill: drills += spec.restoreDrill(named: name, at: fields.location).map { [$0] } ?? []
            case .check: checks += spec.readinessCheck(named: name, at: fields.location).map { [$0] } ?? []
            case .readiness: readiness += spec.readinessPolicy(named: name, at: fields.location).map { [$0] } ?? []
            }
        }
    }

    private static func name(_ document: PolicyFields) -> String {
        guard let metadata = document.required("metadata") else { return "" }
        return metadata.fields { fields in
            _ = fields.optional("labels")?.stringMap
            _ = fields.optional("annotations")?.stringMap
            guard let node = fields.required("name"), let name = node.string else { return "" }
            // Names become parts of file names and values of metric labels.
            let isValid =
                !name.isEmpty && name.utf8.count <= 63
                && name.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
                }
                && name.first?.isLetter == true && name.last != "-" && name.last != "."
            if !isValid {
                node.report(
                    "“\(name)” is not a name; use at most 63 lower case letters, digits, - and ., for example nightly"
                )
            }
            return name
        } ?? ""
    }
}

extension YamlError {
    /// Where the text is not YAML, and why.
    fileprivate var place: (Mark?, String) {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark, "this is not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark, "the field “\(duplicates.sorted().joined(separator: "”, “"))” stands here more than once")
        case .reader(let problem, _, _, _): (nil, "this is not valid UTF-8 text: \(problem)")
        default: (nil, "this is not valid YAML: \(self)")
        }
    }
}
