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
        var segments: [DomainID: [(name: String, segment: IndexSegment)]] = [:]
        var covered: Set<[UInt8]> = []
        for object in try store.list(IndexSegment.prefix) {
            // What is damaged is named by a check and taken away by a repair.
            guard case .success(let segment)? = try IndexSegment.load(object, from: store, id, domains) else {
                continue
            }
            covered.formUnion(segment.packs)
            segments[segment.domain, default: []].append((object.name, segment))
        }
        let packs = try store.list("p/")
        let there = Set(packs.compactMap { PackName.digest($0.name) })
        var uncovered: [DomainID: IndexSegment] = [:]
        for pack in packs {
            guard let digest = PackName.digest(pack.name), !covered.contains(digest),
                case .success(let tail?) = try PackTail.read(pack, from: store, domains: domains)
            else { continue }
            uncovered[tail.domain, default: IndexSegment(id, tail.domain)].append(digest, tail.records)
        }
        var written = 0
        for domain in domains {
            let own = segments[domain.id] ?? []
            var merged = uncovered[domain.id] ?? IndexSegment(id, domain.id)
            let plan = IndexPlan(
                own.map { (_, segment) in
                    IndexPlan.Segment(
                        entries: segment.entries.count,
                        packs: segment.packs.count,
                        live: segment.packs.count { there.contains($0) }
                    )
                },
                uncovered: merged.packs.count,
                environment.indexRules
            )
            guard plan.isWorthwhile else { continue }
            var known = Set(merged.packs)
            for number in plan.replaced {
                merged.append(own[number].segment) { there.contains($0) && known.insert($0).inserted }
                guard merged.entries.count >= environment.indexRules.fullSegment else { continue }
                written += try put(&merged, domain)
                merged = IndexSegment(id, domain.id)
            }
            if !merged.packs.isEmpty { written += try put(&merged, domain) }
            for number in plan.replaced { try store.delete(own[number].name) }
        }
        return written
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
