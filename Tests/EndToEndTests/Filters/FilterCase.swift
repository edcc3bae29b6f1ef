import Policies
import Testing

/// A row of the table: a selection, and by hand what it selects of the fixtures.
struct FilterCase: Sendable, CustomTestStringConvertible {
    private let namespaces: String
    private let resources: String
    private let labels: String
    private let clusterResources: String
    /// What is selected.
    let taken: Set<String>
    /// What a backup takes besides, because what is selected needs it.
    let needed: Set<String>
    /// What comes unasked with a restore into an empty cluster, because nothing could stand without it.
    let added: Set<String>
    /// What the empty cluster cannot take, because its definition does not come.
    let unserved: Set<String>

    var testDescription: String {
        "namespaces \(namespaces), resources \(resources), labels \(labels), cluster resources \(clusterResources)"
    }

    var created: Set<String> { taken.subtracting(unserved).union(added) }

    private static let words = [
        "SHOP": "shop s1 s2 s3 s4 s5", "TEST": "shop-test t1 t2 t3", "BLOG": "blog b1 b2 b3",
        "CLUSTER": "c1 c2 c3 c4 d1 d2 d3", "nothing": "",
    ]

    /// Reads `namespaces | resources | labels | cluster resources | taken | what else a restore does`.
    init(row: Substring) {
        let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed() }
            .map { String($0) }
        precondition(cells.count == 6, "a row has six cells: \(row)")
        (namespaces, resources, labels, clusterResources) = (cells[0], cells[1], cells[2], cells[3])
        taken = Set(
            cells[4].split(separator: " ").flatMap { (Self.words[String($0)] ?? String($0)).split(separator: " ") }
                .map { String($0) }
        )
        let rest = cells[5].split(separator: " ")
        precondition(rest.allSatisfy { "+-±".contains($0.prefix(1)) }, "more than +, - and ±: \(row)")
        added = Set(rest.filter { !$0.hasPrefix("-") }.map { String($0.dropFirst()) })
        needed = Set(rest.filter { $0.hasPrefix("±") }.map { String($0.dropFirst()) })
        unserved = Set(rest.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) })
    }

    static func table(_ text: String) -> [FilterCase] { text.split(separator: "\n").map { FilterCase(row: $0) } }

    /// As a person writes it, so that its reading is tested as well.
    var backupPolicy: BackupPolicy {
        get throws { try #require(try PolicySet.parse(document("BackupPolicy"), source: "row").backups.first) }
    }
    var restorePolicy: RestorePolicy {
        get throws { try #require(try PolicySet.parse(document("RestorePolicy"), source: "row").restores.first) }
    }

    private func document(_ kind: String) -> String {
        var lines = [
            "apiVersion: lifeboat.dr/v1", "kind: \(kind)", "metadata: {name: row}", "spec:", "  selection:",
            "    clusterResources: \(clusterResources)",
        ]
        for (field, cell) in [("namespaces", namespaces), ("resources", resources)] where cell != "-" {
            let names = cell.split(separator: " ")
            let included = names.filter { !$0.hasPrefix("!") }.map { "\"\($0)\"" }.joined(separator: ", ")
            let excluded = names.filter { $0.hasPrefix("!") }.map { "\"\($0.dropFirst())\"" }.joined(separator: ", ")
            lines.append("    \(field): {include: [\(included)], exclude: [\(excluded)]}")
        }
        if labels.hasPrefix("{") {
            lines.append("    labelSelector: \(labels)")
        } else if labels != "-" {
            lines.append("    labelSelector: \"\(labels)\"")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
