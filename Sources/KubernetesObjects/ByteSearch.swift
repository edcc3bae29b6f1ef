/// Searches in JSON bytes, eight bytes at a time: nearly all bytes of Kubernetes objects lie within strings.
extension Span<UInt8> {
    /// The first position in `start..<end` of a quote or a backslash; `end` when there is none.
    @inline(__always)
    func endOfPlainText(from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = word(at: index)
            let found = Self.zeros(word ^ Self.quotes) | Self.zeros(word ^ Self.backslashes)
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, self[index] != .quote, self[index] != .backslash { index += 1 }
        return index
    }

    /// Like `endOfPlainText`, and stops at control characters as well, which no JSON string may hold.
    @inline(__always)
    func endOfValidText(from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = word(at: index)
            let controls = (word &- Self.spaces) & ~word & Self.highBits
            let found = Self.zeros(word ^ Self.quotes) | Self.zeros(word ^ Self.backslashes) | controls
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, self[index] != .quote, self[index] != .backslash, self[index] >= 0x20 { index += 1 }
        return index
    }

    /// The first eight bytes of `range` as a number that is ordered as the bytes are; zeros follow a shorter range.
    func orderedPrefix(_ range: Range<Int>) -> UInt64 {
        guard range.count < 8 else { return word(at: range.lowerBound).byteSwapped }
        var prefix: UInt64 = 0
        for index in range { prefix = prefix << 8 | UInt64(self[index]) }
        return range.isEmpty ? 0 : prefix << UInt64(8 * (8 - range.count))
    }

    /// Whether no byte of `range` belongs to a longer UTF-8 sequence.
    func isASCII(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            guard word(at: index) & Self.highBits == 0 else { return false }
            index += 8
        }
        while index < range.upperBound, self[index] < 0x80 { index += 1 }
        return index == range.upperBound
    }

    /// How many of the `count` bytes from two positions on are the same before the first difference.
    func commonPrefix(_ left: Int, _ right: Int, _ count: Int) -> Int {
        var offset = 0
        while offset + 8 <= count {
            let difference = word(at: left + offset) ^ word(at: right + offset)
            if difference != 0 { return offset + difference.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < count, self[left + offset] == self[right + offset] { offset += 1 }
        return offset
    }

    /// Eight bytes, the first in the lowest bits. The load traps outside the span, and any bytes are a number.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The high bit of each zero byte. Above the first zero byte it may be set wrongly, so only the lowest one counts.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highBits }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
    private static var spaces: UInt64 { 0x2020_2020_2020_2020 }
    private static var quotes: UInt64 { 0x2222_2222_2222_2222 }
    private static var backslashes: UInt64 { 0x5C5C_5C5C_5C5C_5C5C }
}
