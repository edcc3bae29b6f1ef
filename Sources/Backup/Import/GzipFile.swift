internal import CZlib
internal import KubernetesObjects

/// A file of gzip, read from its beginning to its end; bytes that are no gzip come as they are.
final class GzipFile {
    typealias Read = (Range<Int>) throws(LifeboatError) -> [UInt8]

    /// Each piece of a file in a bucket is a request.
    private static let pieceSize = 4 << 20
    private static let magic: [UInt8] = [0x1F, 0x8B]
    /// Fifteen bits of window, and the header of gzip.
    private static let windowBits: Int32 = 15 + 16

    /// What the user calls it.
    let path: String
    private let readPiece: Read
    private var piece: [UInt8] = []
    private var position = 0
    private var offset = 0
    private var isAtEnd = false
    /// zlib keeps the address of it; nil when the bytes are no gzip.
    private var stream: UnsafeMutablePointer<z_stream>?
    /// Whether a stream has begun whose end has not come.
    private var isInside = false

    /// - Parameter read: the bytes in a range of the file, fewer at its end only.
    init(path: String, read: @escaping Read) throws(LifeboatError) {
        self.path = path
        readPiece = read
        try fill()
        guard piece.starts(with: Self.magic) else { return }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.stream = stream
        inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        isInside = true
    }

    deinit {
        guard let stream else { return }
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next bytes, fewer than `count` at the end only.
    ///
    /// - Throws: `object.malformed-archive` for bytes that are damaged or cut off.
    func read(_ count: Int) throws(LifeboatError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            if position == piece.count { try fill() }
            if position == piece.count {
                guard !isInside else { throw TarArchive.damaged(path, "it is cut off") }
                return bytes
            }
            guard let stream else {
                let end = min(position + count - bytes.count, piece.count)
                bytes += piece[position..<end]
                position = end
                continue
            }
            if !isInside {
                // Another stream may follow; what else follows, such as padding, is no content.
                guard piece[position...].starts(with: Self.magic.prefix(piece.count - position)) else { return bytes }
                inflateReset(stream)
                isInside = true
            }
            try inflate(stream, into: &bytes, count)
        }
        return bytes
    }

    private func inflate(
        _ stream: UnsafeMutablePointer<z_stream>,
        into bytes: inout [UInt8],
        _ count: Int
    ) throws(LifeboatError) {
        var code: Int32 = Z_OK
        let wanted = count - bytes.count
        let more = piece.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: wanted) { output, filled in
                stream.pointee.next_in = input.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(input.count - position)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(wanted)
                code = CZlib.inflate(stream, Z_NO_FLUSH)
                position = input.count - Int(stream.pointee.avail_in)
                filled = wanted - Int(stream.pointee.avail_out)
            }
        }
        bytes += more
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isInside = false
        default:
            throw TarArchive.damaged(path, stream.pointee.msg.map { String(cString: $0) } ?? "it is damaged")
        }
    }

    /// Takes the next piece; nothing is left when none is there.
    private func fill() throws(LifeboatError) {
        guard !isAtEnd else { return }
        piece = try readPiece(offset..<(offset + Self.pieceSize))
        position = 0
        offset += piece.count
        isAtEnd = piece.count < Self.pieceSize
    }
}
