import Foundation
import KubernetesObjects

extension PolicySet {
    /// Reads all `.yaml` and `.yml` files of a folder and the folders in it, in the order of their paths; tests of checks are left alone.
    ///
    /// - Throws: everything that is wrong in them, a name that two documents share, and an empty or missing folder.
    package static func load(folder: String) throws(PolicyErrors) -> PolicySet {
        let files = paths(in: folder)
            .filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasSuffix(".test.yaml") }
        guard !files.isEmpty else {
            throw PolicyErrors([
                PolicyProblem(SourceLocation(file: folder), "there is no folder with policy documents (*.yaml) here")
            ])
        }
        return try load(files: files.map { "\(folder)/\($0)" })
    }

    /// Reads the `drill.yaml` of each folder in a folder of drills; manifests beside them are left alone.
    package static func loadDrills(folder: String) throws(PolicyErrors) -> PolicySet {
        let files = paths(in: folder)
            .filter { path in path.split(separator: "/").count == 2 && path.hasSuffix("/drill.yaml") }
        guard !files.isEmpty else {
            throw PolicyErrors([
                PolicyProblem(SourceLocation(file: folder), "there is no folder with a drill.yaml here")
            ])
        }
        return try load(files: files.map { "\(folder)/\($0)" })
    }

    /// Reads these files.
    package static func load(files: [String]) throws(PolicyErrors) -> PolicySet {
        var set = PolicySet()
        var problems: [PolicyProblem] = []
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file) else {
                problems.append(PolicyProblem(SourceLocation(file: file), "the file cannot be read"))
                continue
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.append(PolicyProblem(SourceLocation(file: file), "the file is not UTF-8 text"))
                continue
            }
            let list = ProblemList(file: file, text: text)
            set.read(text, list)
            problems += list.problems
        }
        problems += set.duplicates
        guard problems.isEmpty else { throw PolicyErrors(problems) }
        return set
    }

    /// The paths of the files below a folder, without hidden ones.
    private static func paths(in folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
            .filter { path in !path.split(separator: "/").contains { $0.hasPrefix(".") } }
            .sorted()
    }

    /// Documents of one kind that share a name.
    private var duplicates: [PolicyProblem] {
        func find(_ kind: String, _ documents: [(name: String, location: SourceLocation)]) -> [PolicyProblem] {
            var first: [String: SourceLocation] = [:]
            return documents.compactMap { document in
                guard let earlier = first.updateValue(document.location, forKey: document.name) else { return nil }
                first[document.name] = earlier
                return PolicyProblem(
                    document.location,
                    "the \(kind) “\(document.name)” stands at \(earlier) already; names must differ"
                )
            }
        }
        return find("BackupPolicy", backups.map { ($0.name, $0.location) })
            + find("RestorePolicy", restores.map { ($0.name, $0.location) })
            + find("RestoreDrill", drills.map { ($0.name, $0.location) })
            + find("ReadinessCheck", checks.map { ($0.id, $0.location) })
            + find("ReadinessPolicy", readiness.map { ($0.name, $0.location) })
    }
}
