/// One object in an object page of the tree.
///
/// `name tag 8 | change tag 6 | specification tag 6 | id 24 | info 2`, 46 bytes. The low twelve bits of info are the size
/// of the object in units of 64 bytes, rounded up and at most 4095; bit 12 says that it has contents, and then the id is
/// that of a chunk list. The high three are reserved.
struct ObjectRecord: Equatable {
    static let byteCount = 46
    private static let contentBit: UInt16 = 1 << 12

    var nameTag: UInt64
    var changeTag: UInt64
    var specificationTag: UInt64
    var id: BlobID
    var info: UInt16

    /// Whether the id is that of a chunk list, which names the document; else it is that of the document.
    var hasContent: Bool { info & Self.contentBit != 0 }

    init(
        nameTag: UInt64,
        changeTag: UInt64,
        specificationTag: UInt64,
        id: BlobID,
        rawLength: Int,
        hasContent: Bool = false
    ) {
        self.nameTag = nameTag
        self.changeTag = changeTag
        self.specificationTag = specificationTag
        self.id = id
        info = UInt16(min((rawLength + 63) / 64, 4095)) | (hasContent ? Self.contentBit : 0)
    }

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        func word(_ position: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + position, as: UInt64.self))
        }
        nameTag = word(0)
        changeTag = word(8) & TreeKeys.tagMask
        specificationTag = word(14) & TreeKeys.tagMask
        id = BlobID(UnsafeRawBufferPointer(rebasing: bytes[offset + 20..<offset + 44]))
        info = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 44, as: UInt16.self))
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendLittleEndian(nameTag)
        withUnsafeBytes(of: changeTag.littleEndian) { bytes.append(contentsOf: $0[..<6]) }
        withUnsafeBytes(of: specificationTag.littleEndian) { bytes.append(contentsOf: $0[..<6]) }
        id.append(to: &bytes)
        bytes.appendLittleEndian(info)
    }
}

/// A page below another page: the greatest tag in it, its id, and how many objects are below it.
///
/// `tag 8 | id 24 | objects 8`, 40 bytes.
struct ChildRecord: Equatable {
    static let byteCount = 40

    let tag: UInt64
    let id: BlobID
    let objects: UInt64

    init(tag: UInt64, id: BlobID, objects: UInt64) {
        self.tag = tag
        self.id = id
        self.objects = objects
    }

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        tag = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        id = BlobID(UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<offset + 32]))
        objects = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 32, as: UInt64.self))
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendLittleEndian(tag)
        id.append(to: &bytes)
        bytes.appendLittleEndian(objects)
    }
}
