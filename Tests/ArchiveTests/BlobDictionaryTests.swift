import Crypto
import Testing

@testable import Archive

@Suite struct `The dictionary for documents` {
    private static let document = Array(
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x"},\
        "creationTimestamp":"2026-11-23T00:00:00Z","labels":{"app.kubernetes.io/name":"shop"},"managedFields":[{"apiVersion":"v1",\
        "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/name":{}}}},"manager":"kubectl",\
        "operation":"Update","time":"2026-11-23T00:00:00Z"}],"name":"settings","namespace":"shop"}}
        """.utf8
    )

    @Test func `never changes: repositories are written with it`() throws {
        let dictionary = try #require(BlobDictionary.objects)
        #expect(dictionary.id.description == "926311d5f0a1b0dd5d7fc516e591ac845f75b4cb75d28e44")
        #expect(BlobDictionary.known(dictionary.id) != nil)
        #expect(BlobDictionary.known(.zero) == nil)
    }

    @Test func `makes a document half as large, which then opens with it alone`() throws {
        let codec = try Zstandard()
        let dictionary = try #require(BlobDictionary.objects)
        let plain = try #require(Self.document.withUnsafeBytes { codec.compress($0) })
        let count = try #require(Self.document.withUnsafeBytes { codec.compress($0, dictionary) })
        let frame = Array(codec.output[..<count])
        #expect(count * 2 < plain)
        let opened = try frame.withRawBytes { (frame) throws(MalformedBytes) in
            try codec.decompress(frame, count: Self.document.count, dictionary)
        }
        #expect(opened == Self.document)
        #expect(throws: MalformedBytes.self) {
            try frame.withRawBytes { (frame) throws(MalformedBytes) in
                try codec.decompress(frame, count: Self.document.count)
            }
        }
    }

    @Test func `is left when the next blob needs none`() throws {
        let codec = try Zstandard()
        _ = Self.document.withUnsafeBytes { codec.compress($0, BlobDictionary.objects) }
        let count = try #require(Self.document.withUnsafeBytes { codec.compress($0) })
        let frame = Array(codec.output[..<count])
        let opened = try frame.withRawBytes { (frame) throws(MalformedBytes) in
            try codec.decompress(frame, count: Self.document.count)
        }
        #expect(opened == Self.document)
    }

    @Test func `of another program is named as what is missing`() throws {
        let cipher = BlobCipher(SymmetricKey(size: .bits256))
        let repository = try #require(RepositoryID(bytes: [UInt8](repeating: 1, count: 16)[...]))
        let header = PackHeader(packClass: .small, repository: repository, contexts: [], dictionaries: [.zero])
        let record = PackRecord(
            id: .zero,
            type: .document,
            codec: .zstdWithDictionary,
            context: 0,
            dictionary: 1,
            ordinal: 0,
            sealedLength: 5 + BlobCipher.overhead,
            rawLength: 9
        )
        var sealed: [UInt8] = []
        var authenticated: [UInt8] = []
        record.encodeAuthenticated(header, into: &authenticated)
        try [UInt8](repeating: 0, count: 5)
            .withRawBytes { (bytes) throws(MalformedBytes) in
                try cipher.seal(bytes, ordinal: 0, authenticating: authenticated, into: &sealed)
            }
        let opener = BlobOpener(
            header: header,
            contentCiphers: [cipher],
            structureCiphers: [nil],
            identifiers: KeyedHash(key: SymmetricKey(size: .bits256)),
            codecs: ZstandardPool()
        )
        let error = #expect(throws: MalformedBytes.self) {
            try sealed.withRawBytes { (sealed) throws(MalformedBytes) in _ = try opener.open(record, sealed) }
        }
        #expect(error?.reason.contains("needs a dictionary that this program does not know") == true)
    }
}
