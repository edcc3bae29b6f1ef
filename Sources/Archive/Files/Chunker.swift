internal import Crypto
internal import FoundationEssentials

/// Cuts contents where they themselves say, so that an insertion changes the chunks around it and no others.
///
/// FastCDC with a gear table that only the domain knows, so that nobody else can tell from sizes what was cut. The first cut
/// is after the first byte, from `smallest` on, at which the hash of the 64 bytes before is under a limit; the limit is lower
/// before `average` and higher after it, which keeps sizes near it.
struct Chunker: Sendable {
    static let smallest = 256 << 10
    static let average = 1 << 20
    static let largest = 4 << 20
    /// How many bytes the hash is over.
    private static let window = 64
    /// 22 leading bits zero, and 18.
    private static let limitBefore: UInt64 = 1 << 42
    private static let limitAfter: UInt64 = 1 << 46

    private let gear: [UInt64]

    init(_ domain: DomainSecrets) {
        let table = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: domain.chunkKey,
            salt: [UInt8](),
            info: Array("lifeboat gear v1".utf8),
            outputByteCount: 256 * 8
        )
        gear = table.withUnsafeBytes { table in
            (0..<256).map { UInt64(littleEndian: table.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
        }
    }

    /// The size of the first chunk of some bytes, which are the rest of the contents or at least `largest`.
    func firstCut(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > Self.smallest, let start = bytes.bindMemory(to: UInt8.self).baseAddress else {
            return bytes.count
        }
        let end = min(bytes.count, Self.largest)
        return gear.withUnsafeBufferPointer { gear in
            guard let gear = gear.baseAddress else { return end }
            var hash: UInt64 = 0
            // The last byte of the window of the smallest chunk is taken by the loop below.
            for position in Self.smallest - Self.window..<Self.smallest - 1 {
                hash = hash << 1 &+ gear[Int(start[position])]
            }
            var position = Self.smallest - 1
            // A chunk of exactly the average size is cut by the second limit.
            if let cut = Self.search(start, gear, &hash, &position, min(end, Self.average - 1), Self.limitBefore) {
                return cut
            }
            return Self.search(start, gear, &hash, &position, end, Self.limitAfter) ?? end
        }
    }

    /// Goes on to `end`, and ends after the first byte at which the hash is under the limit.
    @inline(__always)
    private static func search(
        _ start: UnsafePointer<UInt8>,
        _ gear: UnsafePointer<UInt64>,
        _ hash: inout UInt64,
        _ position: inout Int,
        _ end: Int,
        _ limit: UInt64
    ) -> Int? {
        while end &- position >= 2 &* stretch {
            if let cut = searchTwoStretches(start, gear, &hash, &position, limit) { return cut }
        }
        var (next, sum) = (position, hash)
        while next < end {
            sum = sum << 1 &+ gear[Int(start[next])]
            next &+= 1
            if sum < limit { return next }
        }
        (position, hash) = (next, sum)
        return nil
    }

    /// So many bytes are searched at the same time as the same number behind them.
    private static let stretch = 8 << 10

    /// Searches two neighbouring stretches side by side: each step of a hash waits for the one before, but not for those of the other.
    @inline(__always)
    private static func searchTwoStretches(
        _ start: UnsafePointer<UInt8>,
        _ gear: UnsafePointer<UInt64>,
        _ hash: inout UInt64,
        _ position: inout Int,
        _ limit: UInt64
    ) -> Int? {
        let (first, second) = (start + position, start + (position &+ stretch))
        var (left, right) = (hash, UInt64(0))
        // What is farther away than the window has been shifted out of the other hash, too.
        for offset in 1 - window..<0 { right = right << 1 &+ gear[Int(second[offset])] }
        var offset = 0
        while offset < stretch {
            let left1 = left << 1 &+ gear[Int(first[offset])]
            let right1 = right << 1 &+ gear[Int(second[offset])]
            left = left1 << 1 &+ gear[Int(first[offset &+ 1])]
            right = right1 << 1 &+ gear[Int(second[offset &+ 1])]
            if left1 < limit || left < limit { return position &+ offset &+ (left1 < limit ? 1 : 2) }
            offset &+= 2
            guard right1 < limit || right < limit else { continue }
            // A cut in what is left of the first stretch comes before this one.
            let cut = position &+ stretch &+ offset &- (right1 < limit ? 1 : 0)
            while offset < stretch {
                left = left << 1 &+ gear[Int(first[offset])]
                offset &+= 1
                if left < limit { return position &+ offset }
            }
            return cut
        }
        position &+= 2 &* stretch
        hash = right
        return nil
    }
}

/// How contents are cut into chunks.
package enum ChunkCuts: Sendable {
    /// Where the contents say: for files.
    case byContent
    /// Every mebibyte: for block devices, whose contents do not move.
    case aligned

    static let alignedSize = 1 << 20
}
