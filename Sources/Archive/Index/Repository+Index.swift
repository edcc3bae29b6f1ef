internal import KubernetesObjects

extension Repository {
    /// Writes what trailers say of packs that are in no index segment into new ones, and puts small segments together.
    ///
    /// For maintainers, who delete the segments that were replaced. A crash leaves segments that say the same twice, which is harmless.
    ///
    /// - Returns: how many bytes were written.
    func mergeIndex() throws(LifeboatError) -> Int {
        // Their lists of packs alone: the entries of all segments may be more than is to be held in memory.
        var segments: [DomainID: [(object: StoredObject, segment: IndexSegment)]] = [:]
        var covered: Set<[UInt8]> = []
        for object in try store.list(IndexSegment.prefix) {
            // What is damaged is named by a check and taken away by a repair.
            guard case .success(let segment)? = try IndexSegment.load(object, from: store, configuration.id, []) else {
                continue
            }
            covered.formUnion(segment.packs)
            segments[segment.domain, default: []].append((object, segment))
        }
        let packs = try store.list("p/")
        let there = Set(packs.compactMap { PackName.digest($0.name) })
        var written = 0
        var uncovered: [DomainID: (segment: IndexSegment, packs: Int)] = [:]
        for pack in packs {
            guard let digest = PackName.digest(pack.name), !covered.contains(digest),
                case .success(let tail?) = try PackTail.read(pack, from: store, domains: ring.domainKeys)
            else { continue }
            // Taken out, so that it is not copied when it grows.
            var (segment, count) =
                uncovered.removeValue(forKey: tail.domain) ?? (IndexSegment(configuration.id, tail.domain), 0)
            segment.append(digest, tail.records)
            written += try putFull(&segment, ring.domain(tail.domain))
            uncovered[tail.domain] = (segment, count + 1)
        }
        for domain in ring.domainKeys {
            let own = segments[domain.id] ?? []
            let new = uncovered.removeValue(forKey: domain.id) ?? (IndexSegment(configuration.id, domain.id), 0)
            let plan = IndexPlan(
                own.map { object, segment in
                    IndexPlan.Segment(
                        // A few more than it has: its list of packs is counted, too.
                        entries: object.size / IndexEntries.byteCount,
                        packs: segment.packs.count,
                        live: segment.packs.count { there.contains($0) }
                    )
                },
                uncovered: new.packs,
                environment.indexRules
            )
            guard plan.isWorthwhile else { continue }
            written += try merge(plan.replaced.map { own[$0].object }, into: new.segment, domain, there)
            for number in plan.replaced { try store.delete(own[number].object.name) }
        }
        return written
    }

    /// Adds those packs of segments that are `there` to a new one, and writes it; when it is full, another is begun.
    private func merge(
        _ segments: [StoredObject],
        into new: consuming IndexSegment,
        _ domain: DomainSecrets,
        _ there: Set<[UInt8]>
    ) throws(LifeboatError) -> Int {
        var merged = new
        var known: Set<[UInt8]> = []
        var written = 0
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
    ///
    /// - Returns: how many bytes were written.
    func putFull(_ segment: inout IndexSegment, _ domain: DomainSecrets) throws(LifeboatError) -> Int {
        guard segment.entries.count >= environment.indexRules.fullSegment else { return 0 }
        defer { segment = IndexSegment(configuration.id, domain.id) }
        return try put(&segment, domain)
    }

    /// Writes a segment when many packs are in none, so that the next program need not read all of their trailers.
    func extendIndex(_ domain: DomainSecrets) throws(LifeboatError) {
        let uncovered = blobs.uncovered(domain.id)
        guard uncovered.count >= environment.indexRules.packsOfWriter,
            // The trailers of what this process stored need not be read.
            var segment = blobs.takeStored(domain.id)
        else { return }
        let known = Set(segment.packs)
        for pack in uncovered.sorted(by: { $0.name < $1.name }) {
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
        blobs.cover(segment.packs)
        return bytes.count
    }
}
