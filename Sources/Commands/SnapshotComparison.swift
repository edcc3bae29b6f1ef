internal import Archive
internal import Backup
internal import KubernetesObjects

/// What `lifeboat diff` prints, whatever it compared.
struct SnapshotComparison {
    struct Change {
        let identity: ObjectIdentity
        var paths: [String] = []
        /// Why the difference is expected; nil when it is not.
        var explanation: String?
    }

    private(set) var added: [Change] = []
    private(set) var removed: [Change] = []
    private(set) var changed: [Change] = []
    private(set) var hiddenCount = 0
    private(set) var left = ""
    private(set) var right = ""

    /// Compares two snapshots; only objects whose content differs are read.
    static func between(_ old: Snapshot, _ new: Snapshot, in repository: Repository) throws -> SnapshotComparison {
        let difference = try repository.difference(old, new)
        var result = SnapshotComparison()
        (result.left, result.right) = (String(old.id.prefix(12)), String(new.id.prefix(12)))
        result.added = difference.added.map { Change(identity: $0.identity) }
        result.removed = difference.removed.map { Change(identity: $0.identity) }
        let (oldReader, newReader) = (try repository.reader(old), try repository.reader(new))
        for (old, new) in zip(difference.changedFrom, difference.changed) {
            try Task.checkCancellation()
            let before = try JSONValue(parsing: try oldReader.bytes(old))
            let after = try JSONValue(parsing: try newReader.bytes(new))
            result.changed.append(Change(identity: new.identity, paths: ObjectDifference.paths(before, after)))
        }
        return result
    }

    /// Takes over the comparison with a live cluster; explained differences are counted, and shown on request.
    static func live(_ difference: LiveDifference, showsExplained: Bool) -> SnapshotComparison {
        var result = SnapshotComparison()
        (result.left, result.right) = ("the snapshot", "the live cluster")
        func keep(_ items: [LiveDifference.OneSided]) -> [Change] {
            items.filter { showsExplained || $0.explanation == nil }.map { Change(identity: $0.identity, explanation: $0.explanation) }
        }
        (result.added, result.removed) = (keep(difference.added), keep(difference.removed))
        result.changed = difference.changed.filter { showsExplained || !$0.isExplained }.map { item in
            let paths = item.paths.filter { showsExplained || $0.explanation == nil }.map { path in
                path.path + (path.explanation.map { " (\($0))" } ?? "")
            }
            return Change(identity: item.identity, paths: paths)
        }
        let total = difference.added.count + difference.removed.count + difference.changed.count
        result.hiddenCount = total - result.added.count - result.removed.count - result.changed.count
        return result
    }

    var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "added": .array(added.map(Self.document)),
            "removed": .array(removed.map(Self.document)),
            "changed": .array(changed.map(Self.document)), "explained": .int(hiddenCount),
        ]
    }

    var text: String {
        var lines: [String] = []
        for (sign, changes) in [("+", added), ("-", removed), ("~", changed)] {
            for change in changes.sorted(by: { $0.identity < $1.identity }) {
                lines.append("\(sign) \(change.identity)\(change.explanation.map { "  (\($0))" } ?? "")")
                lines.append(contentsOf: change.paths.prefix(20).map { "    \($0)" })
                if change.paths.count > 20 { lines.append("    … and \(change.paths.count - 20) more") }
            }
        }
        let hidden = hiddenCount > 0 ? " \(hiddenCount) explained differences are not shown (--all)." : ""
        lines.append(
            "From \(left) to \(right): \(added.count) added, \(removed.count) removed, \(changed.count) changed.\(hidden)"
        )
        return lines.joined(separator: "\n")
    }

    private static func document(_ change: Change) -> JSONValue {
        var document: JSONValue = [
            "apiVersion": .string(change.identity.groupVersionKind.apiVersion),
            "kind": .string(change.identity.groupVersionKind.kind),
            "namespace": .string(change.identity.namespace ?? ""), "name": .string(change.identity.name),
            "paths": .array(change.paths.map { .string($0) }),
        ]
        if let explanation = change.explanation { document["explanation"] = .string(explanation) }
        return document
    }
}
