internal import CBlobDictionary
internal import CZstd
internal import Crypto

/// A dictionary of zstd: what most objects have in common, so that a small document refers to it instead of repeating it.
///
/// The one that is part of the program was trained on objects of this project's own test clusters, without Secrets. Its id is the
/// beginning of the SHA-256 of its bytes, the same in every repository. Dictionaries are never changed or taken away.
final class BlobDictionary: @unchecked Sendable {
    // Unchecked: libzstd only reads a prepared dictionary, from as many threads as use it.
    let id: BlobID
    let compression: OpaquePointer
    let decompression: OpaquePointer

    private init?(_ bytes: UnsafeRawBufferPointer) {
        guard let compression = ZSTD_createCDict(bytes.baseAddress, bytes.count, Zstandard.level) else { return nil }
        guard let decompression = ZSTD_createDDict(bytes.baseAddress, bytes.count) else {
            ZSTD_freeCDict(compression)
            return nil
        }
        self.compression = compression
        self.decompression = decompression
        id = SHA256.hash(data: bytes).withUnsafeBytes { BlobID($0) }
    }

    deinit {
        ZSTD_freeCDict(compression)
        ZSTD_freeDDict(decompression)
    }

    /// For documents; nil when there is no memory for it, and then documents are compressed without.
    static let objects: BlobDictionary? = {
        var size: UInt = 0
        let start = lifeboat_objects_dictionary_1(&size)
        return BlobDictionary(UnsafeRawBufferPointer(start: start, count: Int(size)))
    }()

    /// The dictionary with an id; nil for one that this program does not have.
    static func known(_ id: BlobID) -> BlobDictionary? { objects?.id == id ? objects : nil }
}
