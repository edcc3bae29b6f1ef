internal import KubernetesObjects

/// The parity of a pack: what brings back up to a tenth of its bytes, or of a small pack all, when a disk has lost them.
///
/// A pack is taken in units of 4 KiB, as disks lose no less. The units of a stripe lie far from each other, so that a run of
/// lost ones takes few of each stripe. `docs/archive-format.md` has the bytes.
struct PackParity {
    private static let magic = Array("LifeboatR".utf8) + [1]
    private static let unitSize = 4096
    private static let headerCount = 22

    /// How a pack of some size is divided.
    struct Layout: Equatable {
        let size: Int
        let unit: Int
        var units: Int { (size + unit - 1) / unit }
        var stripes: Int { (units + ReedSolomon.dataUnits - 1) / ReedSolomon.dataUnits }
        /// The bytes from one unit of a stripe to its next.
        var column: Int { stripes * unit }
        var parityUnits: Int { stripes * ReedSolomon.parityUnits }
        var bodyStart: Int { PackParity.headerCount + 4 * (units + parityUnits) + 4 }
        var count: Int { bodyStart + parityUnits * unit }

        init(size: Int) {
            self.size = size
            unit = max(1, min(PackParity.unitSize, size))
        }
    }

    private let layout: Layout
    private let checksums: [UInt32]
    private let body: [UInt8]

    // MARK: Making it

    /// The parity of a pack, as it is stored.
    static func encoded(_ pack: [UInt8]) -> [UInt8] {
        let layout = Layout(size: pack.count)
        var bytes = magic
        bytes.reserveCapacity(layout.count)
        bytes.appendLittleEndian(UInt64(pack.count))
        bytes.appendLittleEndian(UInt32(layout.unit))
        let body = parity(pack, layout)
        for checksum in checksums(pack, layout.unit) + checksums(body, layout.unit) {
            bytes.appendLittleEndian(checksum)
        }
        bytes.appendLittleEndian(CRC32C.checksum(bytes))
        return bytes + body
    }

    private static func parity(_ pack: [UInt8], _ layout: Layout) -> [UInt8] {
        var padded = Padded(pack, layout)
        return [UInt8](unsafeUninitializedCapacity: layout.parityUnits * layout.unit) { output, count in
            guard let start = output.baseAddress else { return }
            padded.withColumns { ReedSolomon.encode($0, length: layout.column, into: start) }
            count = layout.parityUnits * layout.unit
        }
    }

    /// Of each unit; the last one as if it ended in zeros.
    private static func checksums(_ bytes: [UInt8], _ unit: Int) -> [UInt32] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: unit).map { offset in
                let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(offset + unit, bytes.count)])
                guard part.count < unit else { return CRC32C.checksum(part) }
                return CRC32C.checksum(Array(part) + [UInt8](repeating: 0, count: unit - part.count))
            }
        }
    }

    // MARK: Using it

    /// Parses the parity of a pack; units of it that are damaged are left out when it is used.
    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.array(Self.magic.count) == Self.magic else {
            throw MalformedBytes("it is no parity of a pack")
        }
        let size = try reader.integer(UInt64.self)
        let unit = try reader.integer(UInt32.self)
        // A pack is far smaller; its parity is a tenth of it, or as large as a small one.
        guard size > 0, size < 1 << 40, size <= UInt64(bytes.count) * 16 else {
            throw MalformedBytes("its size is wrong")
        }
        let layout = Layout(size: Int(size))
        guard Int(unit) == layout.unit, bytes.count == layout.count else { throw MalformedBytes("its size is wrong") }
        var checksums: [UInt32] = []
        checksums.reserveCapacity(layout.units + layout.parityUnits)
        for _ in 0..<layout.units + layout.parityUnits { checksums.append(try reader.integer(UInt32.self)) }
        guard try reader.integer(UInt32.self) == CRC32C.checksum(bytes[..<(layout.bodyStart - 4)]) else {
            throw MalformedBytes("the checksum of its head is wrong")
        }
        self.layout = layout
        self.checksums = checksums
        body = Array(bytes[layout.bodyStart...])
    }

    /// Whether every unit of it is as it was written.
    var isWhole: Bool { Self.checksums(body, layout.unit) == Array(checksums[layout.units...]) }

    /// Whether it is the parity of this pack, which is whole.
    func belongs(to pack: [UInt8]) -> Bool {
        pack.count == layout.size && Self.checksums(pack, layout.unit) == Array(checksums[..<layout.units])
    }

    /// The pack, of which some units are wrong or missing; nil when too many are.
    ///
    /// - Parameter damaged: what there is of it; nothing when it is gone.
    func restore(_ damaged: [UInt8]) -> [UInt8]? {
        // What it says of its own size may be wrong, so all that is not there is lost.
        let there = Array(damaged.prefix(layout.size))
        let known = Self.checksums(there, layout.unit)
        let lost = Set((0..<layout.units).filter { $0 >= known.count || known[$0] != checksums[$0] })
        let good = Self.checksums(body, layout.unit).enumerated()
            .map { $0.element == checksums[layout.units + $0.offset] }
        var padded = Padded(there, layout)
        var parity = body
        var recoveries: [[Int]: ReedSolomon.Recovery] = [:]
        for stripe in 0..<layout.stripes {
            let columns = (0..<ReedSolomon.dataUnits).filter { lost.contains($0 * layout.stripes + stripe) }
            guard !columns.isEmpty else { continue }
            let rows = (0..<ReedSolomon.parityUnits).filter { good[$0 * layout.stripes + stripe] }
            let key = columns + [-1] + rows
            guard let recovery = recoveries[key] ?? ReedSolomon.Recovery(lost: columns, parity: rows) else {
                return nil
            }
            recoveries[key] = recovery
            padded.recover(columns, of: stripe, recovery, &parity)
        }
        return padded.pack
    }

    /// A pack with zeros behind it, up to the end of its last column.
    private struct Padded {
        private let layout: Layout
        private var bytes: [UInt8]

        init(_ pack: [UInt8], _ layout: Layout) {
            self.layout = layout
            bytes = [UInt8](unsafeUninitializedCapacity: layout.column * ReedSolomon.dataUnits) { output, count in
                count = layout.column * ReedSolomon.dataUnits
                pack.withUnsafeBytes { UnsafeMutableRawBufferPointer(output).copyMemory(from: $0) }
                output[pack.count...].update(repeating: 0)
            }
        }

        var pack: [UInt8] { Array(bytes[..<layout.size]) }

        mutating func withColumns(_ body: ([UnsafeMutablePointer<UInt8>?]) -> Void) {
            bytes.withUnsafeMutableBufferPointer { bytes in
                let start = bytes.baseAddress
                body((0..<ReedSolomon.dataUnits).map { column in start.map { $0 + column * layout.column } })
            }
        }

        mutating func recover(
            _ lost: [Int],
            of stripe: Int,
            _ recovery: ReedSolomon.Recovery,
            _ parity: inout [UInt8]
        ) {
            let layout = layout
            let offset = stripe * layout.unit
            parity.withUnsafeMutableBufferPointer { parity in
                withColumns { columns in
                    let sources = recovery.sources.map { source in
                        source < ReedSolomon.dataUnits
                            ? columns[source].map { $0 + offset }
                            : parity.baseAddress.map {
                                $0 + (source - ReedSolomon.dataUnits) * layout.column + offset
                            }
                    }
                    recovery.recover(sources, length: layout.unit, into: lost.map { columns[$0].map { $0 + offset } })
                }
            }
        }
    }
}
