internal import Crypto
internal import KubernetesObjects

/// What opening a repository reads of a pack: its header, its footer, and its trailer.
struct PackTail {
    let header: PackHeader
    let footer: PackFooter
    let records: [PackRecord]
    /// The domain whose secret opened the trailer.
    let domain: DomainID
    let bytesRead: Int

    /// How much of the end is read at first: enough for the trailer of a small pack.
    private static let firstRead = 64 << 10

    /// Reads the tail of a pack with two ranged reads, or one when the pack is small.
    ///
    /// - Returns: the tail, or why it cannot be read; nil when none of the domains opens it.
    static func read(
        _ object: StoredObject,
        from store: any ObjectStore,
        domains: [DomainSecrets]
    ) throws(LifeboatError) -> Result<PackTail?, MalformedBytes> {
        do throws(LifeboatError) { return try readParts(of: object, store, domains, firstRead) } catch {
            guard store.isRefusalOfOne(error, object.name) else { throw error }
            guard error.code == .storageUnreadable else { return .failure(MalformedBytes(error.message)) }
        }
        // What a disk has lost may be beside the trailer, so nothing else is read.
        do throws(LifeboatError) { return try readParts(of: object, store, domains, PackFooter.byteCount) } catch {
            guard store.isRefusalOfOne(error, object.name) else { throw error }
            return .failure(MalformedBytes(error.message))
        }
    }

    private static func readParts(
        of object: StoredObject,
        _ store: any ObjectStore,
        _ domains: [DomainSecrets],
        _ firstRead: Int
    ) throws(LifeboatError) -> Result<PackTail?, MalformedBytes> {
        let size = object.size
        let start = max(0, size - firstRead)
        guard var tail = try store.get(object.name, range: start..<size) else {
            return .failure(MalformedBytes("it is missing"))
        }
        guard tail.count == size - start else { return .failure(MalformedBytes("it changed while it was read")) }
        var tailStart = start
        let footer: PackFooter
        do throws(MalformedBytes) {
            footer = try PackFooter.decode(Array(tail.suffix(PackFooter.byteCount)), size: size)
        } catch { return .failure(error) }
        if footer.trailerOffset < tailStart {
            guard let more = try store.get(object.name, range: footer.trailerOffset..<tailStart) else {
                return .failure(MalformedBytes("it is missing"))
            }
            tail = more + tail
            tailStart = footer.trailerOffset
        }
        let headerBytes: [UInt8]
        if tailStart == 0 {
            headerBytes = Array(tail[..<footer.headerLength])
        } else {
            guard let bytes = try store.get(object.name, range: 0..<footer.headerLength) else {
                return .failure(MalformedBytes("it is missing"))
            }
            headerBytes = bytes
        }
        let first = footer.trailerOffset - tailStart
        guard first >= 0, first + footer.trailerLength <= tail.count else {
            return .failure(MalformedBytes("it changed while it was read"))
        }
        return Result { () throws(MalformedBytes) in
            try decode(headerBytes, tail[first..<first + footer.trailerLength], footer, domains, tail.count)
        }
    }

    private static func decode(
        _ headerBytes: [UInt8],
        _ trailer: ArraySlice<UInt8>,
        _ footer: PackFooter,
        _ domains: [DomainSecrets],
        _ bytesRead: Int
    ) throws(MalformedBytes) -> PackTail? {
        let header = try PackHeader.decode(headerBytes)
        try PackTrailer.match(header, headerBytes, footer)
        guard CRC32C.checksum(trailer) == footer.trailerChecksum else {
            throw MalformedBytes("the checksum of its trailer is wrong")
        }
        for domain in domains {
            let key = header.contexts[0].trailerKey(domain)
            let plain = trailer.withUnsafeBytes { sealed in
                try? PackTrailer.open(sealed, headerBytes: headerBytes, footer: footer, key: key)
            }
            guard let plain else { continue }
            let records = try PackTrailer.records(plain, header: header, footer: footer)
            return PackTail(
                header: header,
                footer: footer,
                records: records,
                domain: domain.id,
                bytesRead: bytesRead + headerBytes.count
            )
        }
        return nil
    }
}
