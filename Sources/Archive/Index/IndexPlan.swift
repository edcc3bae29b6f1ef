/// When index segments are written.
struct IndexRules: Sendable {
    /// A maintainer writes one when so many packs are in none.
    var packsOfMaintainer = 16
    /// A writer, who cannot delete the ones that it replaces, waits longer.
    var packsOfWriter = 64
    /// A segment with so many entries is put together with no other one: 16 MB.
    var fullSegment = 1_000_000
    /// Of so many entries, a segment that is read is mapped from a file: 1 MB.
    var mappedSegment = 1 << 16
}

/// Which segments are put together with packs that are in none: decided from numbers alone.
struct IndexPlan: Equatable {
    struct Segment: Equatable {
        let entries: Int
        let packs: Int
        /// How many of the packs are still there.
        let live: Int

        /// More than a quarter of what it says is of no use any more.
        var isWasteful: Bool { live * 4 < packs * 3 }
    }

    /// The numbers of the segments that the new one replaces.
    private(set) var replaced: [Int] = []
    private(set) var isWorthwhile: Bool

    /// - Parameter uncovered: how many packs are in no segment.
    init(_ segments: [Segment], uncovered: Int, _ rules: IndexRules) {
        isWorthwhile = uncovered >= rules.packsOfMaintainer || segments.contains(where: \.isWasteful)
        guard isWorthwhile else { return }
        // Larger segments are written anew more rarely, so that the work is that of a merge sort and few segments are left.
        var packs = uncovered
        for (number, segment) in segments.enumerated().sorted(by: { $0.element.live < $1.element.live }) {
            let isMerged = segment.entries < rules.fullSegment && segment.live <= packs * 3
            guard isMerged || segment.isWasteful else { continue }
            replaced.append(number)
            packs += segment.live
        }
    }
}
