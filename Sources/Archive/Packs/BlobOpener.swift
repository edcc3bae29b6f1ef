/// Opens the blobs of one pack with the keys that a credential gives for its contexts.
struct BlobOpener: Sendable {
    let header: PackHeader
    /// One a context; nil where the credential does not open the contents.
    let contentCiphers: [BlobCipher?]
    /// Why contexts cannot be opened that should be, by their positions.
    var contextProblems: [Int: String] = [:]
    /// One a context; nil where the credential does not hold the secret of the domain.
    let structureCiphers: [BlobCipher?]
    let identifiers: KeyedHash
    let codecs: ZstandardPool

    func canOpen(_ record: PackRecord) -> Bool {
        cipher(of: record) != nil
    }

    /// Why a blob cannot be opened although this credential is one of those that it is sealed to; nil when nothing is wrong.
    func problem(of record: PackRecord) -> String? {
        record.type.isStructural ? nil : contextProblems[record.context]
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
    ///
    /// - Parameter page: the one that the blob was compressed like.
    func open(
        _ record: PackRecord,
        _ sealed: UnsafeRawBufferPointer,
        like page: [UInt8]? = nil
    ) throws(MalformedBytes) -> [UInt8] {
        let codec = try codecs.take()
        defer { codecs.giveBack(codec) }
        return [UInt8](try open(record, sealed, with: codec, like: page))
    }

    /// Proves that a blob is what its id stands for or, where that takes a page of another pack, that it is what was sealed.
    func verify(_ record: PackRecord, _ sealed: UnsafeRawBufferPointer) throws(MalformedBytes) {
        let codec = try codecs.take()
        defer { codecs.giveBack(codec) }
        if record.page == nil {
            try open(record, sealed, with: codec)
        } else {
            _ = try decrypt(record, sealed, codec)
        }
    }

    /// Like `open` without a copy: the bytes lie in the codec's memory until it opens the next blob.
    @discardableResult
    func open(
        _ record: PackRecord,
        _ sealed: UnsafeRawBufferPointer,
        with codec: Zstandard,
        like page: [UInt8]? = nil
    ) throws(MalformedBytes) -> UnsafeRawBufferPointer {
        let packed = try decrypt(record, sealed, codec)
        var bytes = UnsafeRawBufferPointer(packed)
        if record.codec != .stored {
            let output = codec.opened.bytes.part(record.rawLength)
            if record.codec == .zstdWithPage {
                guard let page else { throw MalformedBytes("the page that it was compressed like is missing") }
                try codec.decompress(bytes, into: output, like: page)
            } else {
                try codec.decompress(bytes, into: output, dictionary(of: record))
            }
            bytes = UnsafeRawBufferPointer(output)
        }
        guard bytes.count == record.rawLength else { throw MalformedBytes("it has a wrong length") }
        guard identifiers.identifier(record.type, bytes) == record.id else {
            throw MalformedBytes("its content is not what its id stands for")
        }
        return bytes
    }

    private func decrypt(
        _ record: PackRecord,
        _ sealed: UnsafeRawBufferPointer,
        _ codec: Zstandard
    ) throws(MalformedBytes) -> UnsafeMutableRawBufferPointer {
        guard let cipher = cipher(of: record) else {
            throw MalformedBytes(problem(of: record) ?? "this credential does not open it")
        }
        record.encodeAuthenticated(header, into: &codec.opened.authenticated)
        let packed = codec.opened.packed.part(max(0, sealed.count - BlobCipher.overhead))
        try cipher.open(
            sealed,
            ordinal: record.ordinal,
            authenticating: codec.opened.authenticated,
            into: packed
        )
        return packed
    }
}
