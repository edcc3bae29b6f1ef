package import KubernetesObjects

/// What differs between two snapshots.
package struct SnapshotDifference: Sendable {
    /// In the new snapshot only.
    package var added: [SnapshotEntry] = []
    /// In the old snapshot only.
    package var removed: [SnapshotEntry] = []
    /// In both, with different bytes: the entries of the new snapshot.
    package var changed: [SnapshotEntry] = []
    /// The entries of the old snapshot for `changed`, in the same order.
    package var changedFrom: [SnapshotEntry] = []

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
}

/// Compares two trees and reads only the pages that differ.
struct TreeComparison {
    let old: StructureTree
    let new: StructureTree
    private(set) var difference = SnapshotDifference()

    /// A page of one of the trees, and what is known of its place.
    private struct Subtree {
        let id: BlobID
        let resource: StoredResource?
        let namespace: String?
    }

    /// An object with its name, as both trees are compared by.
    private struct Named {
        let record: ObjectRecord
        let name: String
        let resource: StoredResource
        let namespace: String
    }

    init(old: StructureTree, new: StructureTree) {
        self.old = old
        self.new = new
    }

    mutating func run() throws(LifeboatError) {
        guard old.root != new.root else { return }
        let resources = try pair(
            try children(old, [Subtree(id: old.root, resource: nil, namespace: nil)], .resources),
            try children(new, [Subtree(id: new.root, resource: nil, namespace: nil)], .resources)
        ) { $0.resource.map { "\($0.group)/\($0.resource)" } ?? "" }
        for (left, right) in resources {
            let namespaces = try pair(
                try left.map { (subtree) throws(LifeboatError) in try children(old, [subtree], .namespaces) } ?? [],
                try right.map { (subtree) throws(LifeboatError) in try children(new, [subtree], .namespaces) } ?? []
            ) { $0.namespace ?? "" }
            for (left, right) in namespaces { try compareObjects(left, right) }
        }
        for path in [\SnapshotDifference.added, \.removed] {
            difference[keyPath: path].sort { $0.precedes($1) }
        }
        let order = difference.changed.indices.sorted { difference.changed[$0].precedes(difference.changed[$1]) }
        (difference.changed, difference.changedFrom) = (
            order.map { difference.changed[$0] }, order.map { difference.changedFrom[$0] }
        )
    }

    /// The named entries of pages of resources or namespaces.
    private func children(
        _ tree: StructureTree,
        _ subtrees: [Subtree],
        _ scope: PageScope
    ) throws(LifeboatError) -> [Subtree] {
        var result: [Subtree] = []
        for subtree in subtrees {
            for page in try tree.leaves(subtree.id, scope) {
                if scope == .resources {
                    for (position, resource) in try tree.resources(page).enumerated() {
                        result.append(Subtree(id: page.child(position).id, resource: resource, namespace: nil))
                    }
                } else {
                    for (position, name) in try tree.names(page).enumerated() {
                        result.append(
                            Subtree(id: page.child(position).id, resource: subtree.resource, namespace: name)
                        )
                    }
                }
            }
        }
        return result
    }

    /// Matches the entries of two trees by name, and leaves out those that are equal.
    private func pair(_ left: [Subtree], _ right: [Subtree], _ key: (Subtree) -> String) throws(LifeboatError)
        -> [(Subtree?, Subtree?)]
    {
        var rest: [ExactText: Subtree] = [:]
        for subtree in right { rest[ExactText(key(subtree))] = subtree }
        var pairs: [(Subtree?, Subtree?)] = []
        for subtree in left {
            let other = rest.removeValue(forKey: ExactText(key(subtree)))
            if other?.id != subtree.id { pairs.append((subtree, other)) }
        }
        return pairs + rest.values.map { (nil, $0) }
    }

    private mutating func compareObjects(_ left: Subtree?, _ right: Subtree?) throws(LifeboatError) {
        let (oldPages, newPages) = try differingPages(
            try left.map { (subtree) throws(LifeboatError) in [try top(old, subtree.id)] } ?? [],
            try right.map { (subtree) throws(LifeboatError) in [try top(new, subtree.id)] } ?? []
        )
        var before: [ExactText: Named] = [:]
        for object in try left.map({ (subtree) throws(LifeboatError) in try named(old, oldPages, subtree) }) ?? [] {
            before[ExactText(object.name)] = object
        }
        for object in try right.map({ (subtree) throws(LifeboatError) in try named(new, newPages, subtree) }) ?? [] {
            guard let previous = before.removeValue(forKey: ExactText(object.name)) else {
                difference.added.append(try entry(new, object))
                continue
            }
            if previous.record.id != object.record.id {
                difference.changed.append(try entry(new, object))
                difference.changedFrom.append(try entry(old, previous))
            }
        }
        for object in before.values { difference.removed.append(try entry(old, object)) }
    }

    private func entry(_ tree: StructureTree, _ object: Named) throws(LifeboatError) -> SnapshotEntry {
        try tree.entry(object.record, object.resource, object.namespace, object.name)
    }

    private typealias Read = (id: BlobID, page: StructurePage)

    /// The page of a namespace, of which every page below is a page of objects.
    private func top(_ tree: StructureTree, _ id: BlobID) throws(LifeboatError) -> Read {
        let page = try tree.page(id)
        guard page.scope == .objects else {
            throw PackedBlobs.damaged("page \(id)", "it is not of the level that refers to it")
        }
        return (id, page)
    }

    /// The object pages that only one of the trees has below the given pages.
    private func differingPages(
        _ left: [Read],
        _ right: [Read]
    ) throws(LifeboatError) -> ([StructurePage], [StructurePage]) {
        var (leftPages, rightPages) = (left, right)
        while true {
            let highest = max(leftPages.map(\.page.height).max() ?? 0, rightPages.map(\.page.height).max() ?? 0)
            let (leftIDs, rightIDs) = (Set(leftPages.map(\.id)), Set(rightPages.map(\.id)))
            leftPages.removeAll { rightIDs.contains($0.id) }
            rightPages.removeAll { leftIDs.contains($0.id) }
            guard highest > 0 else { return (leftPages.map(\.page), rightPages.map(\.page)) }
            (leftPages, rightPages) = try expand(leftPages, rightPages, highest)
        }
    }

    /// Replaces the pages of one height by their children, of which those that both trees have are left out unread.
    private func expand(
        _ left: [Read],
        _ right: [Read],
        _ height: Int
    ) throws(LifeboatError) -> ([Read], [Read]) {
        func split(_ pages: [Read]) -> (kept: [Read], children: [(id: BlobID, parent: StructurePage)]) {
            (
                pages.filter { $0.page.height < height },
                pages.filter { $0.page.height == height }
                    .flatMap { read in read.page.children.map { (id: $0.id, parent: read.page) } }
            )
        }
        let (leftSplit, rightSplit) = (split(left), split(right))
        let leftSet = Set(leftSplit.children.map(\.id) + leftSplit.kept.map(\.id))
        let rightSet = Set(rightSplit.children.map(\.id) + rightSplit.kept.map(\.id))
        return (
            leftSplit.kept + (try pages(old, leftSplit.children.filter { !rightSet.contains($0.id) })),
            rightSplit.kept + (try pages(new, rightSplit.children.filter { !leftSet.contains($0.id) }))
        )
    }

    private func pages(
        _ tree: StructureTree,
        _ children: [(id: BlobID, parent: StructurePage)]
    ) throws(LifeboatError) -> [Read] {
        var result: [Read] = []
        for (id, parent) in children { result.append((id, try tree.page(id, below: parent))) }
        return result
    }

    private func named(
        _ tree: StructureTree,
        _ pages: [StructurePage],
        _ subtree: Subtree
    ) throws(LifeboatError) -> [Named] {
        guard let resource = subtree.resource else { return [] }
        var result: [Named] = []
        for page in pages where page.count > 0 {
            for (position, name) in try tree.names(page).enumerated() {
                result.append(
                    Named(
                        record: page.object(position),
                        name: name,
                        resource: resource,
                        namespace: subtree.namespace ?? ""
                    )
                )
            }
        }
        return result
    }
}

extension Repository {
    /// What differs between two snapshots; costs as much as there are changes.
    package func difference(_ old: Snapshot, _ new: Snapshot) throws(LifeboatError) -> SnapshotDifference {
        let (before, after) = (try reader(old), try reader(new))
        var comparison = TreeComparison(old: before.tree, new: after.tree)
        try comparison.run()
        return comparison.difference
    }
}
