/// Which blob is in which pack, sorted by the ids of blobs: sixteen bytes a blob.
///
/// It keeps the first 12 of the 24 bytes of an id. Ids are keyed hashes: that two of 20 million blobs agree in those has a probability of 10⁻¹⁵.
struct IndexEntries: Equatable {
    /// How many bytes one entry takes in a segment.
    static let byteCount = 16

    /// Where a blob is.
    struct Place: Equatable {
        /// The place of the pack in the list of the segment.
        let pack: Int
        /// False when the blob is compressed like another page, which must be there, too.
        let standsAlone: Bool
    }

    /// An entry as two words, whose order is that of entries: `id 0..<8 | id 8..<12, pack × 2 + 1 when it does not stand alone`.
    private struct Entry: Equatable, Comparable {
        let first: UInt64
        let second: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            left.first == right.first ? left.second < right.second : left.first < right.first
        }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    /// Adds an entry; `sort` comes before anything is looked for.
    mutating func append(_ id: BlobID, pack: Int, standsAlone: Bool) {
        entries.append(Entry(first: id.first, second: id.second << 32 | UInt64(pack) << 1 | (standsAlone ? 0 : 1)))
    }

    /// Adds the entries of other packs, whose numbers here are those of `packs`; nil leaves a pack out.
    mutating func append(_ others: IndexEntries, packs: [Int?]) {
        for entry in others.entries {
            guard let pack = packs[Self.pack(entry)] else { continue }
            let second = entry.second & ~0xFFFF_FFFF | UInt64(pack) << 1 | entry.second & 1
            entries.append(Entry(first: entry.first, second: second))
        }
    }

    mutating func sort() { entries.sort() }

    /// These entries and others, all of them sorted.
    func merged(with others: IndexEntries) -> IndexEntries {
        var merged = IndexEntries()
        merged.entries.reserveCapacity(count + others.count)
        var next = 0
        for entry in entries {
            while next < others.count, others.entries[next] < entry {
                merged.entries.append(others.entries[next])
                next += 1
            }
            merged.entries.append(entry)
        }
        merged.entries += others.entries[next...]
        return merged
    }

    private static func pack(_ entry: Entry) -> Int { Int(entry.second & 0xFFFF_FFFF) >> 1 }

    /// The places of a blob: nearly always one or none.
    func places(of id: BlobID) -> [Place] {
        var position = start(id.first)
        let rest = id.second & 0xFFFF_FFFF
        var places: [Place] = []
        while position < entries.count, entries[position].first == id.first {
            let entry = entries[position]
            if entry.second >> 32 == rest {
                places.append(Place(pack: Self.pack(entry), standsAlone: entry.second & 1 == 0))
            }
            position += 1
        }
        return places
    }

    /// The first entry that is not before an id. Ids are uniform, so that the search begins where the entry should be.
    private func start(_ first: UInt64) -> Int {
        let guess = Int(first.multipliedFullWidth(by: UInt64(entries.count)).high)
        var step = 32
        var (low, high) = (guess, guess)
        while low > 0, entries[low - 1].first >= first {
            high = low
            low = max(0, low - step)
            step *= 2
        }
        step = 32
        while high < entries.count, entries[high].first < first {
            low = high
            high = min(entries.count, high + step)
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].first < first { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many entries each of so many packs has.
    func counts(packs: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: packs)
        for entry in entries { counts[Self.pack(entry)] += 1 }
        return counts
    }

    func encode(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count * Self.byteCount)
        for entry in entries[range] {
            bytes.appendLittleEndian(entry.first)
            bytes.appendLittleEndian(entry.second >> 32 | entry.second << 32)
        }
        return bytes
    }

    /// Adds entries as `encode` wrote them.
    ///
    /// - Throws: `MalformedBytes` when they are not in order, or name a pack that is not one of `packs`.
    mutating func append(decoding bytes: [UInt8], packs: Int) throws(MalformedBytes) {
        guard bytes.count % Self.byteCount == 0 else { throw MalformedBytes("it ends in the middle of an entry") }
        var reader = ByteReader(bytes)
        while !reader.isAtEnd {
            let first = try reader.integer(UInt64.self)
            let swapped = try reader.integer(UInt64.self)
            let entry = Entry(first: first, second: swapped >> 32 | swapped << 32)
            guard Self.pack(entry) < packs else { throw MalformedBytes("an entry names a pack that it does not list") }
            if let last = entries.last, entry < last { throw MalformedBytes("its entries are not in order") }
            entries.append(entry)
        }
    }
}
