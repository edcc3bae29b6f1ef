/// Opens the blobs of one pack with the keys that a credential gives for its contexts.
struct BlobOpener: Sendable {
    let header: PackHeader
    /// One a context; nil where the credential does not open the contents.
    let contentCiphers: [BlobCipher?]
    /// One a context; nil where the credential does not hold the secret of the domain.
    let structureCiphers: [BlobCipher?]
    let identifiers: KeyedHash
    let codecs: ZstandardPool

    func canOpen(_ record: PackRecord) -> Bool {
        cipher(of: record) != nil
    }

    private func dictionary(of record: PackRecord) throws(MalformedBytes) -> BlobDictionary? {
        guard record.codec == .zstdWithDictionary else { return nil }
        guard let dictionary = BlobDictionary.known(header.dictionaries[record.dictionary - 1]) else {
            throw MalformedBytes("it needs a dictionary that this program does not know; use a newer one")
        }
        return dictionary
    }

    private func cipher(of record: PackRecord) -> BlobCipher? {
        (record.type.isStructural ? structureCiphers : contentCiphers)[record.context]
    }

    /// Decrypts, decompresses, and compares the result with the id.
    func open(_ record: PackRecord, _ sealed: UnsafeRawBufferPointer) throws(MalformedBytes) -> [UInt8] {
        guard let cipher = cipher(of: record) else {
            throw MalformedBytes("this credential does not open it")
        }
        let packed = try cipher.open(sealed, ordinal: record.ordinal, authenticating: record.authenticated(header))
        let bytes: [UInt8]
        switch record.codec {
        case .stored: bytes = packed
        case .zstd, .zstdWithDictionary:
            let dictionary = try dictionary(of: record)
            let codec = try codecs.take()
            defer { codecs.giveBack(codec) }
            bytes = try packed.withRawBytes { (packed) throws(MalformedBytes) in
                try codec.decompress(packed, count: record.rawLength, dictionary)
            }
        }
        guard bytes.count == record.rawLength else { throw MalformedBytes("it has a wrong length") }
        guard bytes.withUnsafeBytes({ identifiers.identifier(record.type, $0) }) == record.id else {
            throw MalformedBytes("its content is not what its id stands for")
        }
        return bytes
    }
}
