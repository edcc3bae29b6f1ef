internal import Crypto
internal import FoundationEssentials

/// Opens the blobs of one pack with the keys that a credential gives for its contexts.
struct BlobOpener: Sendable {
    let header: PackHeader
    /// One a context; nil where the credential does not open the contents.
    let contentKeys: [SymmetricKey?]
    /// One a context; nil where the credential does not hold the secret of the domain.
    let structureKeys: [SymmetricKey?]
    let identifiers: KeyedHash
    let codecs: ZstandardPool

    func canOpen(_ record: PackRecord) -> Bool {
        (record.type.isStructural ? structureKeys : contentKeys)[record.context] != nil
    }

    /// Decrypts, decompresses, and compares the result with the id.
    func open(_ record: PackRecord, _ sealed: UnsafeRawBufferPointer) throws(MalformedBytes) -> [UInt8] {
        guard let key = (record.type.isStructural ? structureKeys : contentKeys)[record.context] else {
            throw MalformedBytes("this credential does not open it")
        }
        let packed = try Sealing.open(
            sealed,
            key: key,
            ordinal: record.ordinal,
            authenticating: record.authenticated(header)
        )
        let bytes: [UInt8]
        switch record.codec {
        case .stored: bytes = Array(packed)
        case .zstd:
            let codec = try codecs.take()
            defer { codecs.giveBack(codec) }
            bytes = try packed.withRawBytes { (packed) throws(MalformedBytes) in
                try codec.decompress(packed, count: record.rawLength)
            }
        case .zstdWithDictionary: throw MalformedBytes("it needs a dictionary that this program does not know")
        }
        guard bytes.count == record.rawLength else { throw MalformedBytes("it has a wrong length") }
        guard bytes.withUnsafeBytes({ identifiers.identifier(record.type, $0) }) == record.id else {
            throw MalformedBytes("its content is not what its id stands for")
        }
        return bytes
    }
}
