/// One blob of a pack, as its trailer describes it.
///
/// `id 24 | type and codec 1 | [page 24] | context and dictionary v | ordinal v | sealed_len v | raw_len v`, v a varint. Context and
/// dictionary share one varint (context × 16 + dictionary), so a repacked file may have more than sixteen contexts.
struct PackRecord: Equatable, Sendable {
    /// The most bytes that a blob may have when it is decompressed.
    static let rawLimit = 64 << 20

    // In this order it takes 80 bytes: programs hold the records of several packs.
    let id: BlobID
    let ordinal: UInt64
    private let sealedCount: UInt32
    private let rawCount: UInt32
    private let contextNumber: UInt32
    private let dictionaryNumber: UInt8
    let type: BlobType
    let codec: BlobCodec
    /// The page that this one was compressed like; there is one for that codec alone.
    let page: BlobID?

    var context: Int { Int(contextNumber) }
    /// 0 for none, else one more than the place in the list of the header.
    var dictionary: Int { Int(dictionaryNumber) }
    var sealedLength: Int { Int(sealedCount) }
    var rawLength: Int { Int(rawCount) }

    init(
        id: BlobID,
        type: BlobType,
        codec: BlobCodec,
        context: Int,
        dictionary: Int,
        ordinal: UInt64,
        sealedLength: Int,
        rawLength: Int,
        page: BlobID? = nil
    ) {
        self.id = id
        self.ordinal = ordinal
        sealedCount = UInt32(sealedLength)
        rawCount = UInt32(rawLength)
        contextNumber = UInt32(context)
        dictionaryNumber = UInt8(dictionary)
        self.type = type
        self.codec = codec
        self.page = page
    }

    func encode(into bytes: inout [UInt8]) {
        id.append(to: &bytes)
        bytes.append(type.rawValue << 4 | codec.rawValue)
        page?.append(to: &bytes)
        bytes.appendVarint(UInt64(context << 4 | dictionary))
        bytes.appendVarint(ordinal)
        bytes.appendVarint(UInt64(sealedLength))
        bytes.appendVarint(UInt64(rawLength))
    }

    static func decode(_ reader: inout ByteReader, _ header: PackHeader) throws(MalformedBytes) -> PackRecord {
        let id = BlobID(try reader.take(BlobID.byteCount))
        let kinds = try reader.byte()
        guard let type = BlobType(rawValue: kinds >> 4), let codec = BlobCodec(rawValue: kinds & 15) else {
            throw MalformedBytes("it holds a blob of a kind that this program does not know")
        }
        let page = codec == .zstdWithPage ? BlobID(try reader.take(BlobID.byteCount)) : nil
        let keys = try reader.count(limit: header.contexts.count << 4 | 15)
        let record = PackRecord(
            id: id,
            type: type,
            codec: codec,
            context: keys >> 4,
            dictionary: keys & 15,
            ordinal: try reader.varint(),
            sealedLength: try reader.count(limit: rawLimit + BlobCipher.overhead),
            rawLength: try reader.count(limit: rawLimit),
            page: page
        )
        guard record.context < header.contexts.count, record.dictionary <= header.dictionaries.count,
            (record.dictionary > 0) == (codec == .zstdWithDictionary), page == nil || type == .structure && page != id,
            record.sealedLength >= BlobCipher.overhead
        else { throw MalformedBytes("a record of its trailer contradicts its header") }
        return record
    }

    /// Replaces `data` by what is authenticated with the blob:
    /// `"lb1" | repository 16 | type | codec | dictionary or page id 24 | raw_len u32 | id`.
    func encodeAuthenticated(_ header: PackHeader, into data: inout [UInt8]) {
        data.removeAll(keepingCapacity: true)
        withUnsafeBytes(of: (0x6C, 0x62, 0x31) as (UInt8, UInt8, UInt8)) { data.append(contentsOf: $0) }
        data.append(contentsOf: header.repository.bytes)
        data.append(type.rawValue)
        data.append(codec.rawValue)
        (page ?? (dictionary == 0 ? .zero : header.dictionaries[dictionary - 1])).append(to: &data)
        data.appendLittleEndian(UInt32(rawLength))
        id.append(to: &data)
    }
}
