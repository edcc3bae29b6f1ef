import KubernetesObjects
import Testing

@Suite struct `Canonical JSON` {
    private let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    private func canonical(_ text: String) throws -> String {
        var encoder = CanonicalJSON()
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        _ = try encoder.encode(bytes.span, range: 0..<bytes.count, groupVersionKind: deployment, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `keys are sorted, white space goes, and number lexemes stay`() throws {
        let text = #"{ "b" : 9223372036854775808, "a" : [1.50, -0, 1e400], "kind":"K","apiVersion":"v1" }"#
        #expect(try canonical(text) == #"{"a":[1.50,-0,1e400],"apiVersion":"v1","b":9223372036854775808,"kind":"K"}"#)
    }

    @Test func `apiVersion and kind of a typed list are put in and the resourceVersion is left out`() throws {
        let text = #"{"metadata":{"resourceVersion":"7","name":"web"},"spec":{}}"#
        #expect(
            try canonical(text) == #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{}}"#
        )
    }

    @Test func `escapes that need not be are removed`() throws {
        #expect(
            try canonical(#"{"apiVersion":"v1","kind":"K","t":"\u003c\u00e4\ud83d\ude00\/\n\u0001"}"#)
                == "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"t\":\"<ä😀/\\n\\u0001\"}"
        )
    }

    /// Keys whose escapes stand before, at and behind the first difference.
    private static let keys = [
        "", "a", "aa", "A", #"\u0041"#, #"\u0042"#, #"\""#, #"\\"#, #"\\a"#, #"\\u0041"#, #"\\u0042"#, #"\/"#, "/",
        #"\n"#, #"\t"#,
        #"a\""#, #"a\\"#, #"a\\\"b"#, #"a\\\"c"#, #"k:{\"name\":\"a\"}"#, #"k:{\"name\":\"b\"}"#,
        #"k:{\"name\":\"b\",\"x\":1}"#,
        #"k:{\"nam"#, "k:{", "ä", #"\u00e4"#, #"\u00e5"#, #"\ud83d\ude00"#, #"\ud83d\ude01"#, "😀", "\u{7F}", #"\u007f"#,
        #"\u0000"#,
    ]

    @Test(arguments: keys) func `keys with escapes are in the order of what they stand for`(first: String) throws {
        func decoded(_ key: String) throws -> [UInt8] {
            Array(try #require(try JSONValue(parsing: Array("\"\(key)\"".utf8)).string).utf8)
        }
        for second in Self.keys {
            let text = #"{"spec":{"\#(first)":true,"\#(second)":false}}"#
            let (left, right) = (try decoded(first), try decoded(second))
            guard left != right else {
                #expect(throws: JSONError.self, "\(text)") { try canonical(text) }
                continue
            }
            let output = try canonical(text)
            let isKept =
                try #require(output.firstRange(of: "true")).lowerBound
                < #require(output.firstRange(of: "false")).lowerBound
            #expect(isKept == left.lexicographicallyPrecedes(right), "\(text)")
        }
    }

    @Test func `the same key twice is refused`() {
        #expect(throws: JSONError.self) { try canonical(#"{"a":1,"b":2,"a":3}"#) }
        #expect(throws: JSONError.self) { try canonical(#"{"a":1,"\u0061":3}"#) }
    }

    @Test func `status and managed fields are found in the output`() throws {
        var encoder = CanonicalJSON()
        var output: [UInt8] = []
        let text =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","managedFields":[1]},"status":{"x":1},"spec":{}}"#
        let bytes = Array(text.utf8)
        let layout = try encoder.encode(bytes.span, range: 0..<bytes.count, groupVersionKind: deployment, into: &output)
        #expect(String(decoding: output[layout.status], as: UTF8.self) == #","status":{"x":1}"#)
        #expect(String(decoding: output[layout.managedFields], as: UTF8.self) == #""managedFields":[1]"#)
    }

    @Test(arguments: [0, 1, 10, 30, 60]) func `truncated bytes throw and never trap`(length: Int) {
        let text = #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p\n","labels":{"a":"b"}},"n":[1.5e3,true]}"#
        #expect(throws: JSONError.self) { try canonical(String(text.prefix(length))) }
    }

    @Test func `the output is stable when encoded again`() throws {
        let once = try canonical(#"{"z":{"y":1,"x":[{"b":1,"a":null}]},"kind":"K","apiVersion":"v1","é":"\""}"#)
        #expect(try canonical(once) == once)
    }
}
