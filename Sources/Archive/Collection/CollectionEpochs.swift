internal import KubernetesObjects

/// What the garbage collections have announced and decided, as writers and readers follow it.
struct CollectionEpochs: Sendable {
    private var records: [UInt64: [CollectionRecord.Step: CollectionRecord]] = [:]
    /// The packs that may be deleted: condemned by an epoch that is not done.
    private(set) var condemned: Set<[UInt8]> = []
    /// The newest epoch that has been decided, and its decision.
    private(set) var decision: CollectionRecord?
    private var kept: Set<[UInt8]> = []

    init(_ records: [CollectionRecord] = []) {
        for record in records { self.records[record.epoch, default: [:]][record.step] = record }
        let done = self.records.filter { $0.value[.done] != nil }.keys.max() ?? 0
        for (epoch, steps) in self.records where epoch > done {
            condemned.formUnion(steps[.condemn]?.packs ?? [])
        }
        decision = self.records.values.compactMap { $0[.keep] }.max { $0.epoch < $1.epoch }
        kept = Set(decision?.kept ?? [])
    }

    /// The newest epoch that has ended; 0 for none.
    var newestDone: UInt64 { records.filter { $0.value[.done] != nil }.keys.max() ?? 0 }

    /// The newest epoch that has condemned something; 0 for none.
    var newest: UInt64 { records.filter { $0.value[.condemn] != nil }.keys.max() ?? 0 }

    /// The list of the newest epoch when that has not ended.
    var open: CollectionRecord? { records[newest]?[.done] == nil ? records[newest]?[.condemn] : nil }

    /// How many steps there are of which epochs: it changes with every record.
    var steps: [UInt64: Int] { records.mapValues(\.count) }

    subscript(epoch: UInt64, step: CollectionRecord.Step) -> CollectionRecord? { records[epoch]?[step] }

    /// Whether a manifest counts as a snapshot.
    ///
    /// A manifest that was stored after a decision by a writer that had not seen its epoch may need what was deleted. It does not count,
    /// and its writer finds that out before it reports a backup as done.
    ///
    /// - Parameter seen: the newest epoch that its writer had seen.
    func counts(_ digest: [UInt8], seen: UInt64) -> Bool {
        guard let decision else { return true }
        return seen >= decision.epoch || kept.contains(digest)
    }

    /// Whether it is certain that a manifest which is stored now counts for ever.
    ///
    /// Where no sweep was announced when it was already stored, whoever announces one later lists it. A decision that names it is not
    /// looked for: a collection that was stopped for long may put an old one anew, after newer ones.
    func isCommitted(seen: UInt64) -> Bool {
        !records.contains { epoch, steps in epoch > seen && steps.keys.contains { $0 != .condemn } }
    }

    /// The packs that were condemned after `start` was read, whether they have been deleted meanwhile or not.
    ///
    /// - Returns: nil when more than one epoch has begun since. Only the list of the newest can be trusted to be the one that was acted on:
    ///   older ones are deleted, and a collection that was stopped for long may put another under their names.
    func condemned(since start: CollectionEpochs) -> Set<[UInt8]>? {
        if newest == start.newest { return [] }
        guard newest == start.newest + 1, let record = records[newest]?[.condemn] else { return nil }
        return Set(record.packs).subtracting(start.condemned)
    }

    /// Whether a collection of before deleted the manifest with this digest.
    func removed(_ digest: [UInt8]) -> Bool {
        guard let decision else { return false }
        return decision.removed.contains(digest) || decision.absent.contains(digest)
    }

    /// The epochs whose records nobody needs any more: those before one that is done.
    var obsolete: [CollectionRecord] {
        let done = newestDone
        return records.filter { $0.key < done }.values.flatMap(\.values)
    }

    /// Whether an epoch is newer than `epoch`, so that whoever works on that one has been overtaken.
    func hasNewer(than epoch: UInt64) -> Bool { records.keys.contains { $0 > epoch } }
}
