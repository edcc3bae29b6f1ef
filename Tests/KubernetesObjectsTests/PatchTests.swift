import KubernetesObjects
import Testing

@Suite struct `Patches` {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    @Test(arguments: [
        (#"{"a":{"b":[1,2]}}"#, #"[{"op":"add","path":"/a/b/1","value":9}]"#, #"{"a":{"b":[1,9,2]}}"#),
        (#"{"a":1}"#, #"[{"op":"add","path":"/c~1d","value":{"x":"\"}'"}}]"#, #"{"a":1,"c/d":{"x":"\"}'"}}"#),
        (#"{"a":[1,2]}"#, #"[{"op":"replace","path":"/a/0","value":5},{"op":"remove","path":"/a/1"}]"#, #"{"a":[5]}"#),
        (
            #"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/b"},{"op":"copy","from":"/b","path":"/c"}]"#,
            #"{"b":1,"c":1}"#
        ),
        (#"{"a":[]}"#, #"[{"op":"add","path":"/a/-","value":1},{"op":"test","path":"/a","value":[1]}]"#, #"{"a":[1]}"#),
    ])
    func `a JSON patch changes what RFC 6902 says`(object: String, patch: String, expected: String) throws {
        #expect(try JSONPatch(of: json(patch)).apply(to: json(object)) == json(expected))
    }

    @Test(arguments: [
        #"[{"op":"test","path":"/a","value":2}]"#, #"[{"op":"remove","path":"/b"}]"#,
        #"[{"op":"add","path":"/x/y","value":1}]"#,
    ])
    func `a JSON patch that does not fit is an error`(patch: String) throws {
        let object = try json(#"{"a":1}"#)
        #expect(throws: LifeboatError.self) { try JSONPatch(of: json(patch)).apply(to: object) }
    }

    @Test func `a merge patch merges objects, removes by null and replaces lists`() throws {
        let result = try MergePatch.apply(
            json(#"{"a":{"b":null,"c":1},"l":[3]}"#),
            to: json(#"{"a":{"b":1,"d":2},"l":[1,2]}"#)
        )
        #expect(try result == json(#"{"a":{"d":2,"c":1},"l":[3]}"#))
    }

    @Test func `the difference of two objects is the patch from one to the other`() throws {
        let (old, new) = (try json(#"{"a":{"b":1,"c":2},"d":[1]}"#), try json(#"{"a":{"b":1,"e":3},"d":[1,2]}"#))
        let patch = try #require(MergePatch.difference(from: old, to: new))
        #expect(MergePatch.apply(patch, to: old) == new)
        #expect(ObjectDifference.paths(old, new) == ["/a/c", "/a/e", "/d/1"])
    }
}
