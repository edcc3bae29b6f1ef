internal import CZstd

/// The contexts of libzstd, used again for every blob.
///
/// Frames carry no checksum, no size and no dictionary id: the trailer of the pack holds the size, and the sealing
/// detects every change.
final class Zstandard: @unchecked Sendable {
    // Unchecked: an instance is taken from a `ZstandardPool` by one thread at a time.
    /// Level 3 costs a quarter more time for documents that are half a percent smaller.
    static let level: Int32 = 1
    /// For whoever has lent this codec: the parts of a blob that is being opened.
    var opened = OpenedBlob()
    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer

    init() throws(MalformedBytes) {
        guard let compressor = ZSTD_createCCtx() else { throw MalformedBytes("zstd has no memory") }
        guard let decompressor = ZSTD_createDCtx() else {
            ZSTD_freeCCtx(compressor)
            throw MalformedBytes("zstd has no memory")
        }
        self.compressor = compressor
        self.decompressor = decompressor
        for (parameter, value) in [
            (ZSTD_c_compressionLevel, Self.level), (ZSTD_c_checksumFlag, 0), (ZSTD_c_contentSizeFlag, 0),
            (ZSTD_c_dictIDFlag, 0),
        ] {
            ZSTD_CCtx_setParameter(compressor, parameter, value)
        }
    }

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// Compresses into `output`, whose old content goes.
    ///
    /// - Parameter dictionary: what the frame may refer to; needed to decompress it.
    /// - Returns: how many bytes of `output` are the frame; nil when that is not fewer than went in.
    func compress(_ bytes: UnsafeRawBufferPointer, _ dictionary: BlobDictionary? = nil) -> Int? {
        guard ZSTD_isError(ZSTD_CCtx_refCDict(compressor, dictionary?.compression)) == 0 else { return nil }
        let bound = ZSTD_compressBound(bytes.count)
        if output.count < bound { output = [UInt8](repeating: 0, count: max(bound, 16 << 10)) }
        let size = output.withUnsafeMutableBytes { output in
            ZSTD_compress2(compressor, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
        }
        return ZSTD_isError(size) == 0 && size < bytes.count ? size : nil
    }

    /// How hard a page is compressed: there are few, and what they share with another one is found best by a slow search.
    private static let pageLevel: Int32 = 9

    /// Compresses a page that resembles another one.
    ///
    /// - Returns: the frame.
    func compress(_ bytes: UnsafeRawBufferPointer, like page: [UInt8]) -> [UInt8]? {
        let bound = ZSTD_compressBound(bytes.count)
        var size = 0
        let frame = [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
            size = page.withUnsafeBytes { page in
                ZSTD_compress_usingDict(
                    compressor,
                    buffer.baseAddress,
                    bound,
                    bytes.baseAddress,
                    bytes.count,
                    page.baseAddress,
                    page.count,
                    Self.pageLevel
                )
            }
            initialized = ZSTD_isError(size) == 0 ? size : 0
        }
        return frame.isEmpty ? nil : frame
    }

    /// Decompresses to exactly the bytes of `output` what was compressed like a page.
    func decompress(
        _ bytes: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        like page: [UInt8]
    ) throws(MalformedBytes) {
        let size = page.withUnsafeBytes { page in
            ZSTD_decompress_usingDict(
                decompressor,
                output.baseAddress,
                output.count,
                bytes.baseAddress,
                bytes.count,
                page.baseAddress,
                page.count
            )
        }
        guard ZSTD_isError(size) == 0, size == output.count else {
            throw MalformedBytes("its compressed bytes are damaged")
        }
    }

    /// Where `compress` leaves the frame; used again for every blob.
    private(set) var output: [UInt8] = []

    /// The steps of opening a blob, in memory that is used again for the next.
    struct OpenedBlob: ~Copyable {
        var authenticated: [UInt8] = []
        var packed = Scratch()
        var bytes = Scratch()
    }

    /// Decompresses exactly `count` bytes.
    func decompress(
        _ bytes: UnsafeRawBufferPointer,
        count: Int,
        _ dictionary: BlobDictionary? = nil
    ) throws(MalformedBytes) -> [UInt8] {
        var failure: MalformedBytes?
        let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(MalformedBytes) {
                try decompress(bytes, into: UnsafeMutableRawBufferPointer(buffer), dictionary)
                initialized = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return output
    }

    /// Decompresses to exactly the bytes of `output`, which counts only without an error.
    func decompress(
        _ bytes: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        _ dictionary: BlobDictionary? = nil
    ) throws(MalformedBytes) {
        let size = ZSTD_decompress_usingDDict(
            decompressor,
            output.baseAddress,
            output.count,
            bytes.baseAddress,
            bytes.count,
            dictionary?.decompression
        )
        guard ZSTD_isError(size) == 0, size == output.count else {
            throw MalformedBytes("its compressed bytes are damaged")
        }
    }
}
