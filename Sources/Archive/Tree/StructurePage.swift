/// What the entries of a page are.
enum PageScope: UInt8, Sendable {
    /// The objects of one resource in one namespace.
    case objects = 0
    /// The namespaces in which one resource has objects.
    case namespaces = 1
    /// The resources of the snapshot.
    case resources = 2

    /// A page of this scope and height 0 is cut after an entry whose tag has these low bits zero.
    private var cutBits: UInt64 { self == .objects ? 4 : 6 }

    /// Whether a page ends after the entry with `tag`, its `count`th.
    ///
    /// The rule looks only at tags in their order, so equal content has equal pages whatever was written before.
    func endsPage(tag: UInt64, count: Int, height: Int) -> Bool {
        let isLeaf = self == .objects && height == 0
        let (smallest, largest) = isLeaf ? (4, 64) : (16, 256)
        if count >= largest { return true }
        // Each height looks at bits of its own: below a page that was cut, the lower bits are all zero.
        let shift = height == 0 ? 0 : cutBits + 6 * UInt64(height - 1)
        let bits = height == 0 ? cutBits : 6
        return count >= smallest && shift < 64 && (tag >> shift) & ((1 << bits) - 1) == 0
    }
}

/// A page of the tree with tags and ids only.
///
/// `level u8 | n u16 | resource tag 8 | namespace tag 8 | id of the names 24 | n records`; the level is scope × 16 +
/// height. Records are objects in an object page of height 0, and children in all others. Pages of height 0 have names.
struct StructurePage {
    static let headerCount = 43
    private static let heightLimit: UInt8 = 15

    let bytes: [UInt8]
    let scope: PageScope
    let height: Int
    let count: Int
    let resourceTag: UInt64
    let namespaceTag: UInt64
    let names: BlobID

    var holdsObjects: Bool { scope == .objects && height == 0 }

    /// Whether `parent` may refer to it: each step down is one of height, or from height 0 to the next scope. So no tree is deeper
    /// than 48 pages, whoever wrote it.
    func isBelow(_ parent: StructurePage) -> Bool {
        parent.height > 0
            ? scope == parent.scope && height == parent.height - 1
            : scope.rawValue + 1 == parent.scope.rawValue
    }

    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let level = try reader.byte()
        guard let scope = PageScope(rawValue: level >> 4) else { throw MalformedBytes("its level is unknown") }
        self.scope = scope
        height = Int(level & Self.heightLimit)
        count = Int(try reader.integer(UInt16.self))
        resourceTag = try reader.integer()
        namespaceTag = try reader.integer()
        names = BlobID(try reader.take(BlobID.byteCount))
        let size = scope == .objects && height == 0 ? ObjectRecord.byteCount : ChildRecord.byteCount
        guard reader.remaining == count * size else { throw MalformedBytes("it has a wrong number of records") }
        self.bytes = bytes
        var previous: UInt64 = 0
        for position in 0..<count {
            let tag = tag(position)
            guard tag >= previous else { throw MalformedBytes("its records are not in order") }
            previous = tag
            // More than there can be would be too large for sums.
            guard holdsObjects || child(position).objects < 1 << 40 else {
                throw MalformedBytes("it counts more objects than there can be")
            }
        }
    }

    private var recordSize: Int { holdsObjects ? ObjectRecord.byteCount : ChildRecord.byteCount }

    func tag(_ position: Int) -> UInt64 {
        bytes.withUnsafeBytes {
            UInt64(
                littleEndian: $0.loadUnaligned(
                    fromByteOffset: Self.headerCount + position * recordSize,
                    as: UInt64.self
                )
            )
        }
    }

    func object(_ position: Int) -> ObjectRecord {
        bytes.withUnsafeBytes { ObjectRecord($0, at: Self.headerCount + position * ObjectRecord.byteCount) }
    }

    func child(_ position: Int) -> ChildRecord {
        bytes.withUnsafeBytes { ChildRecord($0, at: Self.headerCount + position * ChildRecord.byteCount) }
    }

    var children: [ChildRecord] { holdsObjects ? [] : (0..<count).map { child($0) } }

    /// The bytes before the records.
    static func header(
        scope: PageScope,
        height: Int,
        count: Int,
        resourceTag: UInt64,
        namespaceTag: UInt64,
        names: BlobID,
        into bytes: inout [UInt8]
    ) {
        bytes.append(scope.rawValue << 4 | UInt8(min(height, Int(heightLimit))))
        bytes.appendLittleEndian(UInt16(count))
        bytes.appendLittleEndian(resourceTag)
        bytes.appendLittleEndian(namespaceTag)
        names.append(to: &bytes)
    }
}
