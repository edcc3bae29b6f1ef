/// Where blobs are: a hash table over fixed-size records in flat arrays, 60 bytes a blob.
struct BlobIndex {
    /// One blob of a pack that has been loaded.
    struct Location {
        let id: BlobID
        let ordinal: UInt32
        let offset: UInt32
        let sealedLength: UInt32
        let rawLength: UInt32
        let pack: UInt32
        let keys: UInt16
        let kinds: UInt8

        init(_ record: PackRecord, pack: Int, offset: Int) {
            id = record.id
            ordinal = UInt32(truncatingIfNeeded: record.ordinal)
            self.offset = UInt32(truncatingIfNeeded: offset)
            sealedLength = UInt32(truncatingIfNeeded: record.sealedLength)
            rawLength = UInt32(truncatingIfNeeded: record.rawLength)
            self.pack = UInt32(truncatingIfNeeded: pack)
            keys = UInt16(truncatingIfNeeded: record.context << 4 | record.dictionary)
            kinds = record.type.rawValue << 4 | record.codec.rawValue
        }

        var type: BlobType? { BlobType(rawValue: kinds >> 4) }

        /// The record as the trailer had it.
        fileprivate func record(_ page: BlobID?) -> PackRecord? {
            guard let type = BlobType(rawValue: kinds >> 4), let codec = BlobCodec(rawValue: kinds & 15) else {
                return nil
            }
            return PackRecord(
                id: id,
                type: type,
                codec: codec,
                context: Int(keys >> 4),
                dictionary: Int(keys & 15),
                ordinal: UInt64(ordinal),
                sealedLength: Int(sealedLength),
                rawLength: Int(rawLength),
                page: page
            )
        }
    }

    /// In chunks, so that a million of them grow without being copied.
    private var chunks: [[Location]] = []
    private(set) var count = 0
    private static let chunkBits = 14
    /// The pages that others were compressed like, by the ids of those.
    private var pages: [BlobID: BlobID] = [:]
    /// Open addressing; 0 is empty, else one more than the number of a location.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 1024)

    private func location(_ slot: UInt32) -> Location {
        let number = Int(slot) - 1
        return chunks[number >> Self.chunkBits][number & (1 << Self.chunkBits - 1)]
    }

    private mutating func append(_ location: Location) {
        if count >> Self.chunkBits == chunks.count {
            var chunk: [Location] = []
            // The first chunk grows; a small repository needs no more than it fills.
            if !chunks.isEmpty { chunk.reserveCapacity(1 << Self.chunkBits) }
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(location)
        count += 1
    }

    /// The record of a location as the trailer had it; nil for one of an unknown kind.
    func record(_ location: Location) -> PackRecord? { location.record(pages[location.id]) }

    /// The page that a blob was compressed like.
    func page(of id: BlobID) -> BlobID? { pages.isEmpty ? nil : pages[id] }

    subscript(id: BlobID) -> Location? {
        var slot = Int(truncatingIfNeeded: id.first) & (slots.count - 1)
        while slots[slot] != 0 {
            let location = location(slots[slot])
            if location.id == id { return location }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a location; of two for one id the first stays, unless the second `replaces` it or needs no other page.
    mutating func insert(_ location: Location, page: BlobID?, replaces: Bool = false) {
        if (count + 1) * 2 > slots.count { grow() }
        var slot = Int(truncatingIfNeeded: location.id.first) & (slots.count - 1)
        while slots[slot] != 0 {
            if self.location(slots[slot]).id == location.id {
                // One that stands by itself is better than one that is lost with a page.
                if replaces || page == nil && pages[location.id] != nil {
                    let number = Int(slots[slot]) - 1
                    chunks[number >> Self.chunkBits][number & (1 << Self.chunkBits - 1)] = location
                    pages[location.id] = page
                }
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        append(location)
        if let page { pages[location.id] = page }
        slots[slot] = UInt32(count)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 0..<UInt32(count) {
            var slot = Int(truncatingIfNeeded: location(number + 1).id.first) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = number + 1
        }
    }

    /// Calls `body` with every location.
    func forEach(_ body: (Location) -> Void) { for chunk in chunks { chunk.forEach(body) } }
}
