internal import Glibc
internal import KubernetesObjects

/// Which packs hold which blobs, in about nine bytes a blob: what lets a collection of millions of ids fit in little memory.
///
/// It keeps 47 bits of an id, so two ids may look the same. Whoever asks must look into the packs where it matters; to take a blob
/// for one that is needed, when it is not, is harmless.
final class BlobTable {
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
        var entries: Words
        var count = 0

        init(expecting count: Int) throws(LifeboatError) { entries = try Words(max(512, count + count / 16)) }

        /// Where the search for a prefix begins: entries stay nearly in the order of their prefixes.
        func start(_ prefix: UInt64) -> Int { Int((prefix * UInt64(entries.count)) >> prefixBits) }

        mutating func insert(_ entry: UInt64) throws(LifeboatError) {
            if count * 10 >= entries.count * 9 { try grow() }
            place(entry)
            count += 1
        }

        private func place(_ entry: UInt64) {
            var position = start(entry >> prefixShift)
            while entries[position] != 0 { position = position + 1 == entries.count ? 0 : position + 1 }
            entries[position] = entry
        }

        /// Grows by a sixteenth: one shard at a time, so little memory is idle.
        private mutating func grow() throws(LifeboatError) {
            let old = entries
            entries = try Words(old.count + max(512, old.count / 16))
            for position in 0..<old.count where old[position] != 0 { place(old[position]) }
        }
    }

    /// Zeros in memory of their own, which goes back to the system at once: arrays that grow again and again leave holes in the heap.
    private final class Words {
        let count: Int
        private let words: UnsafeMutablePointer<UInt64>

        init(_ count: Int) throws(LifeboatError) {
            self.count = count
            let size = count * MemoryLayout<UInt64>.stride
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else {
                throw LifeboatError(
                    .internalError,
                    "there is no memory for the table of blobs, of which \(size) bytes were asked for: \(String(cString: strerror(errno)))",
                    remedy:
                        "give the process more memory, about nine bytes a blob (see lifeboat stats), and run again; nothing was deleted"
                )
            }
            words = memory.bindMemory(to: UInt64.self, capacity: count)
        }

        deinit { munmap(words, count * MemoryLayout<UInt64>.stride) }

        subscript(position: Int) -> UInt64 {
            get { words[position] }
            set { words[position] = newValue }
        }
    }

    private static let shardBits = 8
    private var shards: [Shard]

    /// - Parameter count: about how many blobs there will be. More of them take time, and fewer leave memory idle.
    ///
    /// - Throws: `internal` when the system gives no memory, as `insert` does.
    init(expecting count: Int) throws(LifeboatError) {
        shards = []
        for _ in 0..<1 << Self.shardBits { shards.append(try Shard(expecting: count >> Self.shardBits)) }
    }

    private static func split(_ id: BlobID) -> (shard: Int, prefix: UInt64) {
        (Int(id.first & (1 << shardBits - 1)), (id.first >> shardBits) & ((1 << prefixBits) - 1))
    }

    func insert(_ id: BlobID, pack: Int) throws(LifeboatError) {
        let (shard, prefix) = Self.split(id)
        try shards[shard].insert(prefix << Self.prefixShift | UInt64(pack + 1))
    }

    /// The places that may be those of an id: nearly always one.
    func candidates(_ id: BlobID) -> (first: Slot?, others: [Slot]) {
        let (number, prefix) = Self.split(id)
        let shard = shards[number]
        let entries = shard.entries
        var first: Slot?
        var others: [Slot] = []
        var position = shard.start(prefix)
        while entries[position] != 0 {
            if entries[position] >> Self.prefixShift == prefix {
                let slot = Slot(shard: number, position: position)
                if first == nil { first = slot } else { others.append(slot) }
            }
            position = position + 1 == entries.count ? 0 : position + 1
        }
        return (first, others)
    }

    func pack(_ slot: Slot) -> Int { Int(shards[slot.shard].entries[slot.position] & Self.packMask) - 1 }

    func isLive(_ slot: Slot) -> Bool { shards[slot.shard].entries[slot.position] & Self.live != 0 }

    func markLive(_ slot: Slot) { shards[slot.shard].entries[slot.position] |= Self.live }

    /// How many blobs of each pack are live.
    func liveCounts(packs: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: packs)
        for shard in shards {
            for position in 0..<shard.entries.count where shard.entries[position] & Self.live != 0 {
                counts[Int(shard.entries[position] & Self.packMask) - 1] += 1
            }
        }
        return counts
    }
}
