internal import Crypto
internal import FoundationEssentials

/// The trailer of a pack, decrypted: which blobs it holds and where.
enum PackTrailer {
    /// Decrypts the trailer; fails when the key is not that of its domain.
    static func open(
        _ sealed: UnsafeRawBufferPointer,
        headerBytes: [UInt8],
        footer: PackFooter,
        key: SymmetricKey
    ) throws(MalformedBytes) -> [UInt8] {
        guard CRC32C.checksum(sealed) == footer.trailerChecksum else {
            throw MalformedBytes("the checksum of its trailer is wrong")
        }
        return try BlobCipher(key).open(sealed, ordinal: 0, authenticating: headerBytes)
    }

    /// The records of a decrypted trailer.
    static func records(
        _ plain: [UInt8],
        header: PackHeader,
        footer: PackFooter
    ) throws(MalformedBytes) -> [PackRecord] {
        var reader = ByteReader(plain)
        var records: [PackRecord] = []
        records.reserveCapacity(footer.blobCount)
        var offset = footer.headerLength
        for _ in 0..<footer.blobCount {
            let record = try PackRecord.decode(&reader, header)
            offset += record.sealedLength
            records.append(record)
        }
        guard reader.isAtEnd, offset == footer.trailerOffset else {
            throw MalformedBytes("its trailer does not describe its body")
        }
        return records
    }

    /// Ends a pack whose header and blobs are in `bytes`: with the trailer, sealed, and the footer.
    static func append(
        _ records: [PackRecord],
        to bytes: inout [UInt8],
        header: PackHeader,
        headerBytes: [UInt8],
        key: SymmetricKey
    ) throws(MalformedBytes) {
        var plain: [UInt8] = []
        plain.reserveCapacity(records.count * 34)
        for record in records { record.encode(into: &plain) }
        var trailer: [UInt8] = []
        try plain.withRawBytes { (plain) throws(MalformedBytes) in
            try BlobCipher(key).seal(plain, ordinal: 0, authenticating: headerBytes, into: &trailer)
        }
        let footer = PackFooter(
            trailerOffset: bytes.count,
            trailerLength: trailer.count,
            blobCount: records.count,
            repository: header.repository,
            session: header.contexts[0].session.id,
            headerLength: headerBytes.count,
            headerChecksum: CRC32C.checksum(headerBytes),
            trailerChecksum: CRC32C.checksum(trailer),
            bodyChecksum: CRC64.checksum(bytes[headerBytes.count...])
        )
        bytes.append(contentsOf: trailer)
        bytes.append(contentsOf: footer.encoded())
    }

    /// Compares what header and footer say of each other.
    static func match(_ header: PackHeader, _ headerBytes: [UInt8], _ footer: PackFooter) throws(MalformedBytes) {
        guard CRC32C.checksum(headerBytes) == footer.headerChecksum, header.repository == footer.repository,
            header.contexts[0].session.id == footer.session
        else { throw MalformedBytes("its header and its footer do not belong together") }
    }
}

/// A whole pack in memory, taken apart.
struct PackContents {
    let bytes: [UInt8]
    let header: PackHeader
    let footer: PackFooter
    let records: [PackRecord]
    /// Whether the ciphertexts have the checksum that the footer says.
    let isBodyIntact: Bool

    init(_ bytes: [UInt8], trailerKey: SymmetricKey) throws(MalformedBytes) {
        try self.init(bytes) { _ throws(MalformedBytes) in trailerKey }
    }

    init(
        _ bytes: [UInt8],
        trailerKey: (PackHeader) throws(MalformedBytes) -> SymmetricKey
    ) throws(MalformedBytes) {
        footer = try PackFooter.decode(Array(bytes.suffix(PackFooter.byteCount)), size: bytes.count)
        let headerBytes = Array(bytes[..<footer.headerLength])
        header = try PackHeader.decode(headerBytes)
        try PackTrailer.match(header, headerBytes, footer)
        isBodyIntact = CRC64.checksum(bytes[footer.headerLength..<footer.trailerOffset]) == footer.bodyChecksum
        let key = try trailerKey(header)
        let footer = footer
        let sealed = bytes[footer.trailerOffset..<footer.trailerOffset + footer.trailerLength]
        let plain = try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
            try PackTrailer.open(sealed, headerBytes: headerBytes, footer: footer, key: key)
        }
        records = try PackTrailer.records(plain, header: header, footer: footer)
        self.bytes = bytes
    }

    /// Calls `body` with every blob in the order of the file.
    func forEachBlob<Failure: Error>(
        _ body: (PackRecord, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withRawBytes { (bytes) throws(Failure) in
            var offset = footer.headerLength
            for record in records {
                try body(record, UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + record.sealedLength]))
                offset += record.sealedLength
            }
        }
    }
}
