import Testing

@testable import KubernetesObjects

@Suite struct `Binary metadata lists` {
    /// A field that has a length.
    private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        var bytes = [UInt8(number << 3 | 2)]
        var length = content.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        return bytes + [UInt8(length)] + content
    }

    private static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private static func answer(kind: String = "PartialObjectMetadataList", _ list: [UInt8]) -> [UInt8] {
        [0x6B, 0x38, 0x73, 0] + field(1, field(1, "meta.k8s.io/v1") + field(2, kind)) + field(2, list)
    }

    private static let list: [UInt8] = {
        let labels = field(11, field(1, "app") + field(2, String(repeating: "x", count: 300)))
        let first =
            field(1, "a") + field(3, "team") + field(5, "u1") + field(6, "7") + [7 << 3, 0x96, 0x01] + labels
        let second = field(1, "b") + field(5, "u2") + field(6, "8") + field(9, [8, 1])
        return field(1, field(2, "99") + field(3, "next") + [4 << 3, 5]) + field(2, field(1, first))
            + field(2, field(1, second))
    }()

    @Test func `give what JSON gives`() throws {
        let page = try ListPage(parsingMetadata: Self.answer(Self.list))
        #expect(page.items.map(\.name) == ["a", "b"])
        #expect(page.items.map(\.namespace) == ["team", ""])
        #expect(page.items.map(\.uid) == ["u1", "u2"])
        #expect(page.items.map(\.resourceVersion) == ["7", "8"])
        #expect(page.items.map(\.isTerminating) == [false, true])
        #expect(page.resourceVersion == "99")
        #expect(page.continueToken == "next")
        #expect(page.remainingItemCount == 5)
    }

    @Test func `are refused when they are cut, of another kind, or no such list at all`() throws {
        let whole = Self.answer(Self.list)
        for count in whole.indices {
            #expect(throws: ProtobufError.self) { try ListPage(parsingMetadata: Array(whole[..<count])) }
        }
        #expect(throws: ProtobufError.self) { try ListPage(parsingMetadata: Self.answer(kind: "Status", Self.list)) }
        #expect(throws: ProtobufError.self) { try ListPage(parsingMetadata: Array(#"{"items":[]}"#.utf8)) }
    }

    @Test func `never trap, whatever byte is wrong`() {
        let whole = Self.answer(Self.list)
        for position in whole.indices {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[position] = value
                _ = try? ListPage(parsingMetadata: bytes)
            }
        }
    }

    @Test func `of nothing have no objects`() throws {
        #expect(try ListPage(parsingMetadata: Self.answer(Self.field(1, Self.field(2, "3")))).items.isEmpty)
    }
}

@Suite struct `Searches eight bytes at a time` {
    /// The byte-wise search that the fast one must agree with.
    private static func slow(_ bytes: [UInt8], _ start: Int, _ end: Int, _ stops: (UInt8) -> Bool) -> Int {
        var index = start
        while index < end, !stops(bytes[index]) { index += 1 }
        return index
    }

    @Test func `find what a search byte by byte finds`() {
        let interesting: [UInt8] = [0x22, 0x5C, 0x1F, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x00, 0x7F, 0x80, 0xA2, 0xDC, 0xFF]
        for position in 0..<20 {
            for first in interesting {
                for second in interesting {
                    var bytes = [UInt8](repeating: 0x61, count: 21)
                    bytes[position] = first
                    bytes[position + 1] = second
                    for start in [0, 1, 7, position] {
                        let plain = bytes.span.endOfPlainText(from: start, to: bytes.count)
                        #expect(plain == Self.slow(bytes, start, bytes.count) { $0 == 0x22 || $0 == 0x5C })
                        let valid = bytes.span.endOfValidText(from: start, to: bytes.count)
                        #expect(valid == Self.slow(bytes, start, bytes.count) { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 })
                    }
                }
            }
        }
    }

    @Test func `order prefixes as the texts are ordered`() {
        let texts = ["", "a", "ab", "abcdefg", "abcdefgh", "abcdefgi", "b", "é"]
        for left in texts {
            for right in texts {
                let bytes = Array((left + right).utf8)
                let middle = left.utf8.count
                let (a, b) = (bytes.span.orderedPrefix(0..<middle), bytes.span.orderedPrefix(middle..<bytes.count))
                if a < b { #expect(left.utf8.lexicographicallyPrecedes(right.utf8)) }
                if a > b { #expect(right.utf8.lexicographicallyPrecedes(left.utf8)) }
            }
        }
    }
}
