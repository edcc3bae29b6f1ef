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

    /// Those that are in memory: all, or none when they are in a file, to which nothing is added.
    private var held: [Entry] = []
    private var file: MappedFile?

    var count: Int { entries.count }

    /// All of them, wherever they are.
    private var entries: Entries { Entries(held: held, file: file) }

    /// The entries of an array or of a file, without a copy of either.
    private struct Entries: RandomAccessCollection {
        let held: [Entry]
        let file: MappedFile?

        var startIndex: Int { 0 }
        var endIndex: Int { file.map { $0.bytes.count / IndexEntries.byteCount } ?? held.count }

        subscript(position: Int) -> Entry {
            guard let file else { return held[position] }
            let offset = position * IndexEntries.byteCount
            return Entry(
                first: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                second: file.bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            )
        }
    }

    static func == (left: IndexEntries, right: IndexEntries) -> Bool { left.entries.elementsEqual(right.entries) }

    /// These entries in a file instead of memory, when they are many: the indexes of a large repository are hundreds of megabytes, and
    /// few of their entries are ever looked at. Entries are keyed hashes and numbers; no more is in the file.
    ///
    /// - Returns: the same when there are few, or no file can be made.
    func mapped(in folder: String, atLeast count: Int) -> IndexEntries {
        guard file == nil, held.count >= count,
            let file = held.withUnsafeBytes({ MappedFile($0, in: folder) })
        else { return self }
        var mapped = IndexEntries()
        mapped.file = file
        return mapped
    }

    var isMapped: Bool { file != nil }

    /// Adds an entry; `sort` comes before anything is looked for.
    mutating func append(_ id: BlobID, pack: Int, standsAlone: Bool) {
        held.append(Entry(first: id.first, second: id.second << 32 | UInt64(pack) << 1 | (standsAlone ? 0 : 1)))
    }

    /// Adds the entries of other packs, whose numbers here are those of `packs`; nil leaves a pack out.
    mutating func append(_ others: IndexEntries, packs: [Int?]) {
        for entry in others.entries {
            guard let pack = packs[Self.pack(entry)] else { continue }
            let second = entry.second & ~0xFFFF_FFFF | UInt64(pack) << 1 | entry.second & 1
            held.append(Entry(first: entry.first, second: second))
        }
    }

    mutating func sort() { held.sort() }

    /// These entries and others, all of them sorted.
    func merged(with others: IndexEntries) -> IndexEntries {
        var merged = IndexEntries()
        merged.held.reserveCapacity(count + others.count)
        let right = others.entries
        var next = 0
        for entry in entries {
            while next < right.count, right[next] < entry {
                merged.held.append(right[next])
                next += 1
            }
            merged.held.append(entry)
        }
        merged.held += right[next...]
        return merged
    }

    private static func pack(_ entry: Entry) -> Int { Int(entry.second & 0xFFFF_FFFF) >> 1 }

    /// The places of a blob: nearly always one or none.
    func places(of id: BlobID) -> [Place] {
        let entries = self.entries
        var position = Self.start(id.first, entries)
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
    private static func start(_ first: UInt64, _ entries: Entries) -> Int {
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
            if let last = held.last, entry < last { throw MalformedBytes("its entries are not in order") }
            held.append(entry)
        }
    }
}
