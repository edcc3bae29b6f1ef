internal import KubernetesObjects

/// What index segments say of the packs that are there: where blobs are, without a look at the trailers of packs.
struct PackIndex {
    private struct Segment {
        let entries: IndexEntries
        /// Nil for a pack that is gone, may be deleted, or is known better from its trailer.
        let packs: [StoredObject?]
    }

    private var segments: [Segment] = []
    /// The packs of all segments, also of domains that the credential does not know, whose trailers were not read.
    private(set) var unread: [String: StoredObject] = [:]
    /// The packs of all segments, whether they are there or not.
    private(set) var covered: Set<String> = []

    init() {}

    /// - Parameter packs: those that may be relied on, by name.
    init(_ segments: [IndexSegment], packs: [String: StoredObject]) {
        for segment in segments {
            let names = segment.packs.map(PackName.name)
            covered.formUnion(names)
            let objects = names.map { packs[$0] }
            for object in objects.compactMap(\.self) { unread[object.name] = object }
            if segment.entries.count > 0 { self.segments.append(Segment(entries: segment.entries, packs: objects)) }
        }
    }

    /// The packs that hold a blob.
    func places(of id: BlobID) -> [(pack: StoredObject, standsAlone: Bool)] {
        var places: [(pack: StoredObject, standsAlone: Bool)] = []
        for segment in segments {
            for place in segment.entries.places(of: id) {
                if let pack = segment.packs[place.pack] { places.append((pack, place.standsAlone)) }
            }
        }
        return places
    }

    /// Takes note of a segment that was just written.
    mutating func cover(_ digests: [[UInt8]]) { covered.formUnion(digests.map(PackName.name)) }

    /// Removes a pack from those that were not read; nil when it is none of them.
    mutating func take(_ name: String) -> StoredObject? { unread.removeValue(forKey: name) }
}
