/// Finds and mends a short burst of wrong bits in each of the parts of a pack that have a checksum of their own.
///
/// A checksum is linear, and its steps can be taken back. What the wrong bytes do to it, taken back to the place where they begin, is these
/// bytes themselves; at another place it is noise. So going back through a part once finds the place. Whether the result is right is for
/// others to prove: by the SHA-256 in the name of the pack, or by the tags of its blobs.
enum BurstError {
    /// The longest bursts, in bytes: what the width of the checksum tells from noise.
    private static let shortBurst = 1
    private static let longBurst = 4

    /// The pack with one burst mended in its footer, its header, its trailer and its body each; as it was where more is wrong.
    static func mend(_ bytes: [UInt8]) -> [UInt8] {
        guard let footerBytes = footer(bytes),
            let footer = try? PackFooter.decode(footerBytes, size: bytes.count)
        else { return bytes }
        var mended = bytes
        mended.replaceSubrange((bytes.count - PackFooter.byteCount)..., with: footerBytes)
        mend32(&mended, 0..<footer.headerLength, footer.headerChecksum)
        mend32(
            &mended,
            footer.trailerOffset..<footer.trailerOffset + footer.trailerLength,
            footer.trailerChecksum
        )
        let body = footer.headerLength..<footer.trailerOffset
        let difference = CRC64.checksum(mended[body]) ^ footer.bodyChecksum
        mend(&mended, body, difference, longBurst, width: 64) { CRC64.entry($0) }
        return mended
    }

    /// The bytes of the footer, mended when they are wrong; nil when that does not help.
    private static func footer(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= PackFooter.byteCount else { return nil }
        let footer = Array(bytes.suffix(PackFooter.byteCount))
        func isRight(_ footer: [UInt8]) -> Bool { (try? PackFooter.decode(footer, size: bytes.count)) != nil }
        if isRight(footer) { return footer }
        let end = footer.count - 4
        var mended = footer
        var expected: UInt32 = 0
        for position in (0..<4).reversed() { expected = expected << 8 | UInt32(footer[end + position]) }
        mend32(&mended, 0..<end, expected)
        if isRight(mended) { return mended }
        // The checksum itself is what is wrong.
        var summed = Array(footer[..<end])
        summed.appendLittleEndian(CRC32C.checksum(summed))
        return isRight(summed) ? summed : nil
    }

    private static func mend32(_ bytes: inout [UInt8], _ range: Range<Int>, _ expected: UInt32) {
        let difference = UInt64(CRC32C.checksum(bytes[range]) ^ expected)
        mend(&bytes, range, difference, shortBurst, width: 32) { UInt64(CRC32C.entry($0)) }
    }

    /// Mends the burst that makes a difference in the checksum of a part, when there is one.
    ///
    /// - Parameters:
    ///   - longest: of bursts, in bytes.
    ///   - width: of the checksum, in bits.
    ///   - entry: its table.
    private static func mend(
        _ bytes: inout [UInt8],
        _ range: Range<Int>,
        _ difference: UInt64,
        _ longest: Int,
        width: UInt64,
        entry: (Int) -> UInt64
    ) {
        guard difference != 0 else { return }
        // By the highest byte of an entry, which tells it from all others.
        var table = [(value: UInt64, index: UInt64)](repeating: (0, 0), count: 256)
        for index in 0..<256 { table[Int(entry(index) >> (width - 8))] = (entry(index), UInt64(index)) }
        var value = difference
        for position in range.reversed() {
            let (entry, index) = table[Int(value >> (width - 8))]
            value = (value ^ entry) << 8 | index
            // The burst is in the low bytes, and ends where the part ends at the latest.
            guard value >> UInt64(8 * longest) == 0 else { continue }
            for offset in 0..<min(longest, range.upperBound - position) {
                bytes[position + offset] ^= UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
            }
            return
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
