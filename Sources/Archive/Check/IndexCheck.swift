internal import KubernetesObjects

/// Compares index segments with the trailers of packs: a writer takes the word of a segment that a blob is stored.
struct IndexCheck {
    private struct Known {
        let name: String
        let segment: IndexSegment
        /// The place of each pack in the segment, by its digest.
        let numbers: [[UInt8]: Int]
        /// How many blobs the segment has of each pack.
        let counts: [Int]
    }

    private let known: [Known]
    /// What is wrong with segments, by name.
    private(set) var problems: [String: String] = [:]

    init(_ repository: Repository) throws(LifeboatError) {
        let domains = repository.ring.domainKeys
        var segments: [Known] = []
        // Other names under the prefix are of later versions.
        for object in try repository.store.list(IndexSegment.prefix) where IndexSegment.digest(object.name) != nil {
            switch try IndexSegment.load(object, from: repository.store, repository.configuration.id, domains) {
            case nil: break  // replaced since it was listed
            case .failure(let reason)?: problems[object.name] = reason.reason
            case .success(let segment)?:
                guard repository.ring.domains.contains(segment.domain) else {
                    // Of a domain that this credential does not know, or damaged where it says which.
                    if case .success(let bytes?) = try repository.store.getAlone(object.name),
                        IndexSegment.name(contentDigest(bytes)) != object.name
                    {
                        problems[object.name] = "its bytes are not those that its name stands for"
                    }
                    continue
                }
                segments.append(
                    Known(
                        name: object.name,
                        segment: segment,
                        numbers: Dictionary(
                            segment.packs.enumerated().map { ($0.element, $0.offset) },
                            uniquingKeysWith: { first, _ in first }
                        ),
                        counts: segment.entries.counts(packs: segment.packs.count)
                    )
                )
            }
        }
        self.known = segments
    }

    /// Compares all segments with what the trailer of a pack says.
    mutating func compare(_ pack: StoredObject, _ records: [PackRecord]) {
        guard let digest = PackName.digest(pack.name) else { return }
        for known in known {
            guard let number = known.numbers[digest], problems[known.name] == nil else { continue }
            let isRight =
                known.counts[number] == records.count
                && records.allSatisfy { record in
                    let place = IndexEntries.Place(pack: number, standsAlone: record.page == nil)
                    return known.segment.entries.places(of: record.id).contains(place)
                }
            if !isRight { problems[known.name] = "it says of \(pack.name) what the trailer of that does not say" }
        }
    }
}
