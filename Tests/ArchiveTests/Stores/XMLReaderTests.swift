import Testing

@testable import Archive

@Suite struct `Answers in XML` {
    private func read(_ text: String) -> XMLElement? { XMLReader.read(Array(text.utf8)) }

    @Test func `elements, texts, entities and attributes are read`() throws {
        let root = try #require(
            read(
                """
                <?xml version="1.0" encoding="UTF-8"?>\n<!-- a remark -->
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/" note='a > b'>
                  <Name>bucket</Name><Empty/><Empty2></Empty2>
                  <Contents><Key>a&amp;b&lt;c&#34;&#x41;é</Key><!-- in between --><Size>5</Size></Contents>
                  <Contents><Key>second</Key></Contents>
                </ListBucketResult>\n
                """
            )
        )
        #expect(root.name == "ListBucketResult")
        #expect(root["Name"] == "bucket")
        #expect(root["Empty"] == "")
        #expect(root["Empty2"] == "")
        #expect(root.child("Contents")?["Key"] == "a&b<c\"Aé")
        #expect(root.children.filter { $0.name == "Contents" }.count == 2)
        #expect(root["Missing"] == nil)
    }

    @Test(arguments: [
        "", " ", "<", "<a", "<a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>x", "x<a/>", "</a>",
        "<a>&unknown;</a>", "<a>&#xD800;</a>",
        "<a>&#99999999;</a>", "<a>&amp</a>", "<a b=\"</a>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<a><![CDATA[x]]></a>", "<a><!--</a>",
        "<a><?x</a>", "<a <b/></a>", "{\"json\": true}", "<>x</>",
    ])
    func `what is no such document is refused`(text: String) { #expect(read(text) == nil) }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(XMLReader.read(Array("<a>".utf8) + [0xFF, 0xFE] + Array("</a>".utf8)) == nil)
    }

    @Test func `depth and number of elements are bounded`() {
        let deep = String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65)
        #expect(read(deep) == nil)
        #expect(read(String(deep.dropFirst(3).dropLast(4))) != nil)
        #expect(read("<a>" + String(repeating: "<b/>", count: XMLReader.maximumElements) + "</a>") == nil)
        #expect(XMLReader.read([UInt8](repeating: 0x20, count: XMLReader.maximumBytes + 1)) == nil)
    }

    @Test func `every prefix of a document and every changed byte of it is read or refused, and never worse`() {
        let bytes = Array("<?xml version=\"1.0\"?><Error><Code>No&amp;Key</Code><Message>x</Message></Error>".utf8)
        for length in bytes.indices { #expect(XMLReader.read(Array(bytes[..<length])) == nil) }
        for index in bytes.indices {
            for byte: UInt8 in [0, 0x26, 0x3C, 0x3E, 0x22, 0x2F, 0xFF] {
                var changed = bytes
                changed[index] = byte
                _ = XMLReader.read(changed)
            }
        }
    }
}
