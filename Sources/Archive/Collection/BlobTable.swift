/// Which packs hold which blobs, in eight bytes a blob: what lets a collection of millions of ids fit in little memory.
///
/// It keeps 47 bits of an id, so two ids may look the same. Whoever asks must look into the packs where it matters; to take a blob
/// for one that is needed, when it is not, is harmless.
struct BlobTable {
    /// A place in the table.
    struct Slot {
        fileprivate let shard: Int
        fileprivate let position: Int
    }

    /// An entry is `prefix 39 | live 1 | pack + 1 24`; 0 is empty.
    private static let packBits: UInt64 = 24
    private static let packMask: UInt64 = (1 << packBits) - 1
    private static let live: UInt64 = 1 << packBits
    private static let prefixShift = packBits + 1
    private static let prefixBits: UInt64 = 64 - prefixShift
    /// The most packs that can be told apart.
    static let packLimit = Int(packMask) - 1

    private struct Shard {
        var entries = [UInt64](repeating: 0, count: 64)
        var count = 0

        /// Where the search for a prefix begins: entries stay nearly in the order of their prefixes.
        func start(_ prefix: UInt64) -> Int { Int((prefix * UInt64(entries.count)) >> prefixBits) }

        mutating func insert(_ entry: UInt64) {
            if count * 5 >= entries.count * 4 { grow() }
            place(entry)
            count += 1
        }

        private mutating func place(_ entry: UInt64) {
            var position = start(entry >> prefixShift)
            while entries[position] != 0 { position = position + 1 == entries.count ? 0 : position + 1 }
            entries[position] = entry
        }

        /// Grows by an eighth: one shard at a time, so little memory is idle.
        private mutating func grow() {
            let old = entries
            entries = [UInt64](repeating: 0, count: old.count + max(64, old.count / 8))
            for entry in old where entry != 0 { place(entry) }
        }
    }

    private var shards = [Shard](repeating: Shard(), count: 256)

    private static func split(_ id: BlobID) -> (shard: Int, prefix: UInt64) {
        (Int(id.first & 255), (id.first >> 8) & ((1 << prefixBits) - 1))
    }

    mutating func insert(_ id: BlobID, pack: Int) {
        let (shard, prefix) = Self.split(id)
        shards[shard].insert(prefix << Self.prefixShift | UInt64(pack + 1))
    }

    /// The places that may be those of an id: nearly always one.
    func candidates(_ id: BlobID) -> (first: Slot?, others: [Slot]) {
        let (shard, prefix) = Self.split(id)
        return shards[shard].entries
            .withUnsafeBufferPointer { entries in
                var first: Slot?
                var others: [Slot] = []
                var position = shards[shard].start(prefix)
                while entries[position] != 0 {
                    if entries[position] >> Self.prefixShift == prefix {
                        let slot = Slot(shard: shard, position: position)
                        if first == nil { first = slot } else { others.append(slot) }
                    }
                    position = position + 1 == entries.count ? 0 : position + 1
                }
                return (first, others)
            }
    }

    func pack(_ slot: Slot) -> Int { Int(shards[slot.shard].entries[slot.position] & Self.packMask) - 1 }

    func isLive(_ slot: Slot) -> Bool { shards[slot.shard].entries[slot.position] & Self.live != 0 }

    mutating func markLive(_ slot: Slot) { shards[slot.shard].entries[slot.position] |= Self.live }

    /// How many blobs of each pack are live.
    func liveCounts(packs: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: packs)
        for shard in shards {
            for entry in shard.entries where entry & Self.live != 0 { counts[Int(entry & Self.packMask) - 1] += 1 }
        }
        return counts
    }
}
