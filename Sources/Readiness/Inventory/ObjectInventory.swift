package import KubernetesObjects
import Synchronization

/// All objects of a snapshot or of a cluster, by kind.
///
/// A kind is read when a check first asks for it and is kept, so that a checklist that asks for ten kinds never pays for the others.
/// A kind that could not be read is never the same as a kind without objects: asking for it throws.
package struct ObjectInventory: Sendable {
    /// Reads all objects of a kind; a kind that the source does not have is an empty list.
    package typealias Reading = @Sendable (GroupKind) throws(UnreadableKind) -> [JSONValue]

    /// Where the objects come from, for people: `snapshot 3f9a12bc` or `cluster prod`.
    package let source: String
    /// The kinds that exist in the source.
    package let kinds: Set<GroupKind>
    /// The versions that the cluster serves; nil for a snapshot, which serves nothing.
    package let served: Set<GroupVersionKind>?
    private let storage: InventoryStorage

    package init(
        source: String,
        kinds: Set<GroupKind>,
        served: Set<GroupVersionKind>? = nil,
        reading: @escaping Reading
    ) {
        self.source = source
        self.kinds = kinds
        self.served = served
        storage = InventoryStorage(reading: reading)
    }

    /// An inventory of objects that are at hand.
    package init(
        _ objects: [JSONValue],
        source: String = "objects",
        served: Set<GroupVersionKind>? = nil,
        unreadable: [GroupKind: String] = [:]
    ) {
        var byKind: [GroupKind: [JSONValue]] = [:]
        for object in objects {
            guard let identity = ObjectIdentity(of: object) else { continue }
            byKind[identity.groupVersionKind.groupKind, default: []].append(object)
        }
        let groups = byKind
        self.init(source: source, kinds: Set(groups.keys).union(unreadable.keys), served: served) {
            kind throws(UnreadableKind) in
            if let reason = unreadable[kind] { throw UnreadableKind(kind: kind, reason: reason) }
            return groups[kind] ?? []
        }
    }

    /// All objects of a kind.
    package func objects(_ kind: GroupKind) throws(UnreadableKind) -> [JSONValue] { try storage.group(kind).objects }

    /// The objects of a kind in one namespace.
    package func objects(_ kind: GroupKind, namespace: String) throws(UnreadableKind) -> [JSONValue] {
        let group = try storage.group(kind)
        return (group.byNamespace[namespace] ?? []).map { group.objects[$0] }
    }

    /// One object; nil when there is none. The namespace of a cluster-scoped object is nil.
    package func object(_ kind: GroupKind, namespace: String?, name: String) throws(UnreadableKind) -> JSONValue? {
        let group = try storage.group(kind)
        return group.byName[NameKey(namespace: namespace ?? "", name: name)].map { group.objects[$0] }
    }

    func workloadGroup() throws(UnreadableKind) -> WorkloadGroup {
        try storage.workloads { () throws(UnreadableKind) in try WorkloadGroup(self) }
    }

    /// A copy in which one object is gone or has another content, for the negative controls of a drill.
    package func replacing(_ identity: ObjectIdentity, with object: JSONValue?) -> ObjectInventory {
        let kind = identity.groupVersionKind.groupKind
        return ObjectInventory(source: "\(source), altered", kinds: kinds, served: served) {
            [self] asked throws(UnreadableKind) in
            let objects = try self.objects(asked)
            guard asked == kind else { return objects }
            return objects.compactMap { ObjectIdentity(of: $0)?.isSameObject(as: identity) == true ? object : $0 }
        }
    }

    /// Whether any node can run a Pod. A control plane without nodes keeps workloads as objects only.
    package var hasNodes: Bool { ((try? objects(.node)) ?? []).isEmpty == false }
}

/// Asking for a kind that the source could not give, such as one that the credentials may not list.
package struct UnreadableKind: Error, Equatable, Sendable {
    package let kind: GroupKind
    package let reason: String

    package init(kind: GroupKind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

extension ObjectIdentity {
    /// Whether both name one object, whatever versions they were read at.
    package func isSameObject(as other: ObjectIdentity) -> Bool {
        groupVersionKind.groupKind == other.groupVersionKind.groupKind && namespace == other.namespace
            && name == other.name
    }
}

private struct NameKey: Hashable {
    let namespace: String
    let name: String
}

/// The objects of one kind with their indexes.
private struct KindGroup {
    let objects: [JSONValue]
    private(set) var byName: [NameKey: Int] = [:]
    private(set) var byNamespace: [String: [Int]] = [:]

    init(_ objects: [JSONValue]) {
        self.objects = objects
        for (index, object) in objects.enumerated() {
            let namespace = object.objectNamespace ?? ""
            byName[NameKey(namespace: namespace, name: object.objectName)] = index
            byNamespace[namespace, default: []].append(index)
        }
    }
}

private final class InventoryStorage: Sendable {
    private let reading: ObjectInventory.Reading
    private let groups = Mutex<[GroupKind: Result<KindGroup, UnreadableKind>]>([:])
    private let workloads = Mutex<WorkloadGroup?>(nil)

    init(reading: @escaping ObjectInventory.Reading) { self.reading = reading }

    func group(_ kind: GroupKind) throws(UnreadableKind) -> KindGroup {
        if let known = groups.withLock({ $0[kind] }) { return try known.get() }
        // Reading outside the lock may happen twice at worst; inside, it would block every other kind.
        let result: Result<KindGroup, UnreadableKind>
        do throws(UnreadableKind) {
            result = .success(KindGroup(try reading(kind)))
        } catch {
            result = .failure(error)
        }
        groups.withLock { $0[kind] = result }
        return try result.get()
    }

    /// Not kept when a kind could not be read, because every check that asks has to be told.
    func workloads(_ make: () throws(UnreadableKind) -> WorkloadGroup) throws(UnreadableKind) -> WorkloadGroup {
        if let known = workloads.withLock({ $0 }) { return known }
        let made = try make()
        workloads.withLock { $0 = made }
        return made
    }
}
