/// Finds and mends one flipped bit in each of the parts of a pack that have a checksum of their own.
///
/// A checksum is linear: what one flipped bit does to it depends on the place of the bit alone, so the place is found by going through all
/// of them once. Whether the result is right is for others to prove: by the SHA-256 in the name of the pack, or by the tags of its blobs.
enum SingleBitError {
    /// The pack with at most one bit mended in its footer, its header, its trailer and its body each; as it was where more is wrong.
    static func mend(_ bytes: [UInt8]) -> [UInt8] {
        guard let footerBytes = footer(bytes) else { return bytes }
        var mended = bytes
        mended.replaceSubrange((bytes.count - PackFooter.byteCount)..., with: footerBytes)
        guard let footer = try? PackFooter.decode(footerBytes, size: bytes.count) else { return bytes }
        flip32(&mended, 0..<footer.headerLength, footer.headerChecksum)
        let trailer = footer.trailerOffset..<footer.trailerOffset + footer.trailerLength
        flip32(&mended, trailer, footer.trailerChecksum)
        flip64(&mended, footer.headerLength..<footer.trailerOffset, footer.bodyChecksum)
        return mended
    }

    /// The bytes of the footer, mended when one of their bits is flipped; nil when that does not help.
    private static func footer(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= PackFooter.byteCount else { return nil }
        var footer = Array(bytes.suffix(PackFooter.byteCount))
        if (try? PackFooter.decode(footer, size: bytes.count)) != nil { return footer }
        for position in footer.indices {
            for bit in 0..<8 {
                footer[position] ^= 1 << UInt8(bit)
                if (try? PackFooter.decode(footer, size: bytes.count)) != nil { return footer }
                footer[position] ^= 1 << UInt8(bit)
            }
        }
        return nil
    }

    private static func flip32(_ bytes: inout [UInt8], _ range: Range<Int>, _ expected: UInt32) {
        let difference = UInt64(CRC32C.checksum(bytes[range]) ^ expected)
        guard difference != 0 else { return }
        flip(&bytes, range, difference) { UInt64(CRC32C.entry(Int($0))) }
    }

    private static func flip64(_ bytes: inout [UInt8], _ range: Range<Int>, _ expected: UInt64) {
        let difference = CRC64.checksum(bytes[range]) ^ expected
        guard difference != 0 else { return }
        flip(&bytes, range, difference) { CRC64.entry(Int($0)) }
    }

    /// Flips the bit that makes a difference of `wanted`, when there is one.
    ///
    /// - Parameter entry: the table of the checksum.
    private static func flip(
        _ bytes: inout [UInt8],
        _ range: Range<Int>,
        _ wanted: UInt64,
        _ entry: (UInt8) -> UInt64
    ) {
        let table = (0...255).map { entry(UInt8($0)) }
        // What a flipped bit of the last byte does, then of the one before it, and so on.
        var differences = (0..<8).map { table[1 << $0] }
        for position in range.reversed() {
            for bit in 0..<8 {
                if differences[bit] == wanted {
                    bytes[position] ^= 1 << UInt8(bit)
                    return
                }
                differences[bit] = differences[bit] >> 8 ^ table[Int(UInt8(truncatingIfNeeded: differences[bit]))]
            }
        }
    }

    /// Bytes of this digest that differ from some in one bit; nil when there are none.
    ///
    /// It tries every bit, so it is for small objects: it gives up at `limit` bytes.
    static func mend(_ bytes: [UInt8], digest: [UInt8], limit: Int = 64 << 10) -> [UInt8]? {
        guard bytes.count <= limit else { return nil }
        var mended = bytes
        for position in mended.indices {
            for bit in 0..<8 {
                mended[position] ^= 1 << UInt8(bit)
                if contentDigest(mended) == digest { return mended }
                mended[position] ^= 1 << UInt8(bit)
            }
        }
        return nil
    }
}
