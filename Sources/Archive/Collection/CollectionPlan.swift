internal import KubernetesObjects

/// How a collection decides.
package struct CollectionRules: Sendable {
    /// How long condemned packs stay: a restore of a snapshot that was just forgotten may still read them. Writers need no such time.
    package var graceSeconds: Int64 = 24 * 60 * 60
    /// How long packs that no snapshot names are spared: a running backup may have written them.
    package var spareSeconds: Int64 = 24 * 60 * 60
    /// A pack is rewritten when more than this share of its blobs, in percent, is unused.
    package var unusedPercent = 40
    /// Packs under this size are put together, when there are at least `smallPacks` of them.
    var smallSize = PackBuilder.targetSize / 4
    /// Packs of so many blobs are not small, whatever their size.
    var smallBlobs = PackBuilder.blobLimit / 4
    /// Packs of so many key contexts are not small either, or those that fit with no other would be copied again and again.
    var smallContexts = PackCopy.contextLimit / 4
    var smallPacks = 8

    package init() {}
}

/// What is to be done with each pack: decided from numbers alone.
struct CollectionPlan: Equatable {
    struct Pack: Equatable {
        let digest: [UInt8]
        let size: Int
        let domain: DomainID?
        let blobs: Int
        let live: Int
        /// The bytes of chunks in it, whose sizes differ a lot, and those of them that are live.
        var chunkBytes = 0
        var liveChunkBytes = 0
        /// Whether it can be read at all; one that cannot is left alone, and `check` names it.
        var isReadable = true
        /// Whether a manifest names it, so that no running backup is writing it.
        let isNamed: Bool
        var contexts = 1
        /// Whether its writer has said that its backup goes on.
        var isOfRunningSession = false
        /// When a collection of before saw it as one that nothing refers to.
        var unreferencedSince: Timestamp?
    }

    /// Packs that hold nothing any more.
    private(set) var empty: [Int] = []
    /// Packs whose live blobs are copied, of one domain each.
    private(set) var rewritten: [[Int]] = []
    /// Packs that are spared for now.
    private(set) var unreferenced: [CollectionRecord.Unreferenced] = []
    private(set) var unreferencedBytes = 0

    init(_ packs: [Pack], _ rules: CollectionRules, now: Timestamp) {
        // Chunks are not mixed with documents and pages, which are read for other reasons.
        var sources: [DomainID: [Bool: (wasteful: [Int], small: [Int])]] = [:]
        for (number, pack) in packs.enumerated() where pack.isReadable {
            if pack.live == 0 {
                // A time in the future is of a wrong clock.
                let since = min(pack.unreferencedSince ?? now, now)
                if pack.isNamed || now - since >= rules.spareSeconds && !pack.isOfRunningSession {
                    empty.append(number)
                } else {
                    unreferenced.append(CollectionRecord.Unreferenced(pack: pack.digest, since: since))
                    unreferencedBytes += pack.size
                }
            } else if let domain = pack.domain {
                let isBulk = pack.chunkBytes > 0
                let (all, live) = isBulk ? (pack.chunkBytes, pack.liveChunkBytes) : (pack.blobs, pack.live)
                if (all - live) * 100 > all * rules.unusedPercent {
                    sources[domain, default: [:]][isBulk, default: ([], [])].wasteful.append(number)
                } else if pack.size < rules.smallSize, pack.blobs < rules.smallBlobs,
                    pack.contexts < rules.smallContexts
                {
                    sources[domain, default: [:]][isBulk, default: ([], [])].small.append(number)
                }
            }
        }
        for domain in sources.keys.sorted() {
            for isBulk in [false, true] {
                guard let (wasteful, small) = sources[domain]?[isBulk] else { continue }
                // What is copied out of wasteful packs makes a small pack, too.
                let isWorthMerging = small.count + min(wasteful.count, 1) >= rules.smallPacks
                let chosen = isWorthMerging ? (wasteful + small).sorted() : wasteful
                if !chosen.isEmpty { rewritten.append(chosen) }
            }
        }
    }
}
