/// The names that belong to a structure page of height 0, in the order of its records.
///
/// `version u8 | scope u8 | n names`. An object or a namespace has a name (varint length, UTF-8); a resource has group,
/// version, resource, kind (four texts) and a byte that is 1 when it is namespaced.
enum NamesPage {
    private static let version: UInt8 = 1

    static func begin(_ scope: PageScope, into bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.append(scope.rawValue)
    }

    static func append(_ resource: StoredResource, to bytes: inout [UInt8]) {
        bytes.appendText(resource.group)
        bytes.appendText(resource.version)
        bytes.appendText(resource.resource)
        bytes.appendText(resource.kind)
        bytes.append(resource.isNamespaced ? 1 : 0)
    }

    private static func start(_ bytes: [UInt8], _ scope: PageScope) throws(MalformedBytes) -> ByteReader {
        var reader = ByteReader(bytes)
        guard try reader.byte() == version else { throw MalformedBytes("its version is unknown to this program") }
        guard try reader.byte() == scope.rawValue else { throw MalformedBytes("it belongs to another kind of page") }
        return reader
    }

    /// The names of an object page or a page of namespaces.
    static func names(_ bytes: [UInt8], of page: StructurePage) throws(MalformedBytes) -> [String] {
        var reader = try start(bytes, page.scope)
        var names: [String] = []
        names.reserveCapacity(page.count)
        for _ in 0..<page.count { names.append(try reader.text()) }
        guard reader.isAtEnd else { throw MalformedBytes("it has more names than its page has records") }
        return names
    }

    static func resources(_ bytes: [UInt8], of page: StructurePage) throws(MalformedBytes) -> [StoredResource] {
        var reader = try start(bytes, .resources)
        var resources: [StoredResource] = []
        for _ in 0..<page.count {
            resources.append(
                StoredResource(
                    group: try reader.text(),
                    version: try reader.text(),
                    resource: try reader.text(),
                    kind: try reader.text(),
                    isNamespaced: try reader.byte() == 1
                )
            )
        }
        guard reader.isAtEnd else { throw MalformedBytes("it has more names than its page has records") }
        return resources
    }
}
