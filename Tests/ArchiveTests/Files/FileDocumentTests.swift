import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Documents of files` {
    private static let time = FileTime(seconds: -1, nanoseconds: 7)

    private static var documents: [FileDocument] {
        var documents: [FileDocument] = []
        for kind in [FileDocument.Kind.file, .directory, .symlink] {
            var document = FileDocument(kind: kind, mode: 0o4755, owner: .max, group: 0, modified: time)
            if kind == .symlink { document.target = Array("a \"b\"\\\n".utf8) + [0xFF] }
            documents.append(document)
            document.attributes = ExtendedAttributes([
                Array("user.b".utf8): [], Array("user.a\u{E9}".utf8): [0, 255], [0x75, 0xFE]: [1],
            ])
            document.hardLink = "65024-1401904"
            documents.append(document)
            if kind == .file {
                (document.content, document.size) = ([1, 2, 3], 3)
                documents.append(document)
                (document.content, document.size) = (nil, .max)
                documents.append(document)
            }
        }
        return documents
    }

    @Test func `are written in their canonical form, and read back as they were`() throws {
        for document in Self.documents {
            for name in ["web", ".", "ü \u{1F6DF}", "\"\\\u{7}\u{8}\n\u{7F}/"] {
                let bytes = document.canonical(folder: name, name: name)
                var canonical: [UInt8] = []
                var encoder = CanonicalJSON()
                let kind = FileDocument.resource.groupVersionKind
                _ = try encoder.encode(bytes.span, range: 0..<bytes.count, groupVersionKind: kind, into: &canonical)
                #expect(canonical == bytes, "\(String(decoding: bytes, as: UTF8.self))")
                let metadata = try JSONValue(parsing: bytes)["metadata"]
                #expect(metadata?["name"]?.string == name && metadata?["namespace"]?.string == name)
                #expect(try FileDocument(parsing: bytes) == document)
            }
        }
    }
}
