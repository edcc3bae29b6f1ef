import KubernetesObjects
import Testing

@Suite struct `YAML documents` {
    @Test func `plain scalars resolve as kubectl resolves them and quoted ones stay texts`() throws {
        let text = "a: 1\nb: '1'\nc: true\nd: \"yes\"\ne: 1.50\nf: ~\ng: 0x10\nh: 2026-11-23\n---\n---\nx: []\n"
        let documents = try YAMLDocuments.parse(text, source: "test.yaml")
        #expect(
            documents == [
                [
                    "a": 1, "b": "1", "c": true, "d": "yes", "e": .number("1.50"), "f": .null, "g": 16,
                    "h": "2026-11-23",
                ],
                ["x": []],
            ]
        )
    }

    @Test func `what is printed reads back as the same value`() throws {
        let value: JSONValue = [
            "texts": [
                "yes", "1", "1.5", "null", "", "ä: #", "a\nb\n", "two\nlines", " lead", "- x", "0x1", "~", "2026-11-23",
            ],
            "numbers": [1, .number("1e400"), .number("9223372036854775808"), .number("1.50")],
            "true": "false", "empty": [:], "list": [], "nil": .null, "nested": ["on": [["1": true]]],
        ]
        let text = try YAMLDocuments.print(value)
        #expect(try YAMLDocuments.parse(text, source: "printed") == [value])
    }

    @Test func `a syntax error names file and line`() {
        let error = #expect(throws: LifeboatError.self) { try YAMLDocuments.parse("a: [1\nb: 2\n", source: "bad.yaml") }
        #expect(error?.message.contains("bad.yaml") == true)
        #expect(error?.code == .malformedYAML)
    }
}
