internal import KubernetesObjects

extension Repository {
    /// Writes what trailers say of packs that are in no index segment into new ones, and puts small segments together.
    ///
    /// For maintainers, who delete the segments that were replaced. A crash leaves segments that say the same twice, which is harmless.
    ///
    /// - Returns: how many bytes were written.
    func mergeIndex() throws(LifeboatError) -> Int {
        let id = configuration.id
        var domains: [DomainSecrets] = []
        for id in ring.domains { domains.append(try ring.domain(id)) }
        // Their lists of packs alone: the entries of all segments may be more than is to be held in memory.
        var segments: [DomainID: [(object: StoredObject, segment: IndexSegment)]] = [:]
        var covered: Set<[UInt8]> = []
        for object in try store.list(IndexSegment.prefix) {
            // What is damaged is named by a check and taken away by a repair.
            guard case .success(let segment)? = try IndexSegment.load(object, from: store, id, []) else { continue }
            covered.formUnion(segment.packs)
            segments[segment.domain, default: []].append((object, segment))
        }
        let packs = try store.list("p/")
        let there = Set(packs.compactMap { PackName.digest($0.name) })
        let uncovered = packs.filter { PackName.digest($0.name).map { !covered.contains($0) } ?? false }
        var tails: [DomainID: [StoredObject]] = [:]
        for pack in uncovered {
            guard case .success(let tail?) = try PackTail.read(pack, from: store, domains: domains) else { continue }
            tails[tail.domain, default: []].append(pack)
        }
        var written = 0
        for domain in domains {
            let own = segments[domain.id] ?? []
            let new = tails[domain.id] ?? []
            let plan = IndexPlan(
                own.map { object, segment in
                    IndexPlan.Segment(
                        entries: object.size / IndexEntries.byteCount,
                        packs: segment.packs.count,
                        live: segment.packs.count { there.contains($0) }
                    )
                },
                uncovered: new.count,
                environment.indexRules
            )
            guard plan.isWorthwhile else { continue }
            written += try merge(plan.replaced.map { own[$0].object }, new, domain, there)
            for number in plan.replaced { try store.delete(own[number].object.name) }
        }
        return written
    }

    /// Writes segments over packs, and over those packs of other segments that are `there`; one at a time is held in memory.
    private func merge(
        _ segments: [StoredObject],
        _ packs: [StoredObject],
        _ domain: DomainSecrets,
        _ there: Set<[UInt8]>
    ) throws(LifeboatError) -> Int {
        var merged = IndexSegment(configuration.id, domain.id)
        var known: Set<[UInt8]> = []
        var written = 0
        for pack in packs {
            guard let digest = PackName.digest(pack.name), known.insert(digest).inserted,
                case .success(let tail?) = try PackTail.read(pack, from: store, domains: [domain])
            else { continue }
            merged.append(digest, tail.records)
            written += try putFull(&merged, domain)
        }
        for object in segments {
            let loaded = try IndexSegment.load(object, from: store, configuration.id, [domain])
            guard case .success(let segment)? = loaded else { continue }
            merged.append(segment) { there.contains($0) && known.insert($0).inserted }
            written += try putFull(&merged, domain)
        }
        if !merged.packs.isEmpty { written += try put(&merged, domain) }
        return written
    }

    /// Writes a segment that is full, and begins another.
    private func putFull(_ segment: inout IndexSegment, _ domain: DomainSecrets) throws(LifeboatError) -> Int {
        guard segment.entries.count >= environment.indexRules.fullSegment else { return 0 }
        defer { segment = IndexSegment(configuration.id, domain.id) }
        return try put(&segment, domain)
    }

    /// Writes a segment when many packs are in none, so that the next program need not read all of their trailers.
    ///
    /// - Parameter own: the packs of this session, whose trailers need not be read.
    func extendIndex(_ own: consuming IndexSegment, _ domain: DomainSecrets) throws(LifeboatError) {
        let uncovered = blobs.uncovered(domain.id)
        guard uncovered.count >= environment.indexRules.packsOfWriter else { return }
        var segment = own
        let known = Set(segment.packs)
        for pack in uncovered {
            guard let digest = PackName.digest(pack.name), !known.contains(digest),
                case .success(let tail?) = try PackTail.read(pack, from: store, domains: [domain])
            else { continue }
            segment.append(digest, tail.records)
        }
        _ = try put(&segment, domain)
    }

    private func put(_ segment: inout IndexSegment, _ domain: DomainSecrets) throws(LifeboatError) -> Int {
        let bytes: [UInt8]
        do throws(MalformedBytes) { bytes = try segment.encoded(domain, random: environment.random) } catch {
            throw LifeboatError(.internalError, "an index segment could not be sealed: \(error.reason)")
        }
        _ = try store.put(IndexSegment.name(contentDigest(bytes)), bytes)
        return bytes.count
    }
}
