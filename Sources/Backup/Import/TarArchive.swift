internal import KubernetesObjects

/// The files of a tar archive in their order, as POSIX and GNU write them
/// (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13). Links, folders and devices are passed over.
///
/// It writes nothing, so that no name in an archive can lead anywhere.
struct TarArchive: ~Copyable {
    private static let block = 512
    /// No object of an API server comes near it; more would be an attempt to fill the memory.
    private static let largest = 64 << 20

    struct File {
        let name: String
        let modifiedAt: Timestamp
        let bytes: [UInt8]
    }

    private let file: GzipFile

    /// - Parameters:
    ///   - path: what the user calls it.
    ///   - read: the bytes in a range of the file, fewer at its end only.
    init(path: String, read: @escaping GzipFile.Read) throws(LifeboatError) {
        file = try GzipFile(path: path, read: read)
    }

    static func damaged(_ path: String, _ reason: String) -> LifeboatError {
        LifeboatError(
            .malformedArchive,
            "\(path) cannot be read as an archive: \(reason)",
            remedy: "fetch the file again from where it is stored, and compare their sizes"
        )
    }

    /// The next file whose name `isWanted` takes; nil at the end.
    ///
    /// - Throws: `object.malformed-archive`.
    mutating func next(_ isWanted: (String) -> Bool) throws(LifeboatError) -> File? {
        var longName: String?
        var longSize: Int?
        while true {
            let header = try file.read(Self.block)
            // Two empty blocks end an archive; some writers leave them out.
            guard header.count == Self.block, header.contains(where: { $0 != 0 }) else {
                guard header.isEmpty || header.count == Self.block else {
                    throw Self.damaged(file.path, "it is cut off")
                }
                // The checksum of all that came stands at the very end.
                while try !file.read(1 << 20).isEmpty {}
                return nil
            }
            guard Self.isSound(header) else { throw Self.damaged(file.path, "a header does not match its checksum") }
            let written = try Self.number(header[124..<136], file.path)
            let size = longSize ?? written
            let name = longName ?? Self.name(header)
            let type = header[156]
            let isContent = type == UInt8(ascii: "0") || type == 0
            let isRead = isContent ? isWanted(name) : [UInt8(ascii: "x"), UInt8(ascii: "L")].contains(type)
            let content = try content(size, isRead)
            switch type {
            case UInt8(ascii: "x"):
                for (key, value) in Self.records(content) {
                    if key == "path" { longName = value }
                    if key == "size" { longSize = Int(value) }
                }
                continue
            case UInt8(ascii: "L"):
                longName = Self.text(content[...])
                continue
            case UInt8(ascii: "0"), 0:
                if isWanted(name) {
                    let time = Timestamp(secondsSince1970: Int64(try Self.number(header[136..<148], file.path)))
                    return File(name: name, modifiedAt: time, bytes: content)
                }
            default: break
            }
            (longName, longSize) = (nil, nil)
        }
    }

    /// The bytes of a file, which end with their block; passed over in parts when nobody wants them.
    private func content(_ size: Int, _ isWanted: Bool) throws(LifeboatError) -> [UInt8] {
        guard size >= 0, size < 1 << 50, !isWanted || size <= Self.largest else {
            throw Self.damaged(file.path, "a file in it has \(size) bytes")
        }
        var content: [UInt8] = []
        var left = (size + Self.block - 1) / Self.block * Self.block
        while left > 0 {
            let part = try file.read(min(left, 1 << 20))
            guard !part.isEmpty, part.count == min(left, 1 << 20) else {
                throw Self.damaged(file.path, "it is cut off")
            }
            left -= part.count
            if isWanted { content += part }
        }
        return isWanted ? Array(content[..<size]) : []
    }

    // MARK: Headers

    /// The sum of all bytes, with the field of the sum as spaces.
    private static func isSound(_ header: [UInt8]) -> Bool {
        let sum = header.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(header[$1])) }
        return octal(header[148..<156]) == sum
    }

    private static func name(_ header: [UInt8]) -> String {
        let name = text(header[0..<100])
        let isPOSIX = Array(header[257..<262]) == Array("ustar".utf8)
        let prefix = isPOSIX ? text(header[345..<500]) : ""
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.filter { $0 != 0 && $0 != 32 }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// Octal digits, or a number with the highest bit set for what does not fit into them.
    private static func number(_ bytes: ArraySlice<UInt8>, _ path: String) throws(LifeboatError) -> Int {
        if let first = bytes.first, first == 0x80 {
            let value = bytes.dropFirst().suffix(7).reduce(0) { $0 << 8 | Int($1) }
            return value
        }
        guard let value = octal(bytes) else { throw damaged(path, "a header holds no number where one belongs") }
        return value
    }

    /// `length key=value\n`, the length counting itself.
    private static func records(_ bytes: [UInt8]) -> [(key: String, value: String)] {
        var records: [(key: String, value: String)] = []
        var rest = bytes[...]
        while let space = rest.firstIndex(of: 32),
            let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
            length <= rest.count
        {
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            if let equals = record.firstIndex(of: UInt8(ascii: "=")) {
                let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
                records.append((String(decoding: record[..<equals], as: UTF8.self), value))
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return records
    }
}
