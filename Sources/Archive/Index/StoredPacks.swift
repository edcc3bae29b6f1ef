internal import KubernetesObjects

/// The packs that this process stored: where their blobs are, in 16 bytes a blob, as an index segment has them.
///
/// Their trailers are read back when one of the blobs is to be read, which is rare: a backup asks only what is there.
struct StoredPacks {
    private struct Pack {
        let object: StoredObject
        let digest: [UInt8]
        let domain: DomainID
        let blobs: Int
    }

    private var packs: [Pack] = []
    /// Sorted, each at least twice as large as the next, so that few of them are searched.
    private var runs: [IndexEntries] = []
    /// No more blobs than these are in no segment: looking at all packs after each one would take longer and longer.
    private var most: [DomainID: Int] = [:]
    /// Packs whose trailers were not read.
    private var unread: Set<Int> = []

    mutating func insert(_ object: StoredObject, _ digest: [UInt8], _ domain: DomainID, _ records: [PackRecord]) {
        var run = IndexEntries()
        for record in records { run.append(record.id, pack: packs.count, standsAlone: record.page == nil) }
        run.sort()
        unread.insert(packs.count)
        most[domain, default: 0] += records.count
        packs.append(Pack(object: object, digest: digest, domain: domain, blobs: records.count))
        while let last = runs.last, last.count < run.count * 2 {
            runs.removeLast()
            run = last.merged(with: run)
        }
        runs.append(run)
    }

    /// The packs that hold a blob, by number.
    func places(of id: BlobID) -> [IndexEntries.Place] { runs.flatMap { $0.places(of: id) } }

    func name(_ pack: Int) -> String { packs[pack].object.name }

    /// Removes a pack from those whose trailers were not read; nil when it is none of them.
    mutating func take(_ pack: Int) -> StoredObject? { unread.remove(pack).map { packs[$0].object } }

    /// All packs whose trailers were not read.
    mutating func takeAll() -> [StoredObject] {
        defer { unread = [] }
        return unread.sorted().map { packs[$0].object }
    }

    /// Whether the packs of a domain have so many blobs that are in no segment.
    mutating func hasUncovered(_ count: Int, _ domain: DomainID, _ covered: Set<String>) -> Bool {
        guard most[domain, default: 0] >= count else { return false }
        let uncovered = packs.reduce(0) {
            $0 + ($1.domain == domain && !covered.contains($1.object.name) ? $1.blobs : 0)
        }
        most[domain] = uncovered
        return uncovered >= count
    }

    /// Adds packs of a domain that are in no segment to one.
    func append(to segment: inout IndexSegment, _ domain: DomainID, _ covered: Set<String>) {
        let numbers = packs.map { pack in
            pack.domain == domain && !covered.contains(pack.object.name) ? segment.append(pack.digest) : nil
        }
        for run in runs { segment.append(run, packs: numbers) }
    }
}
