import KubernetesObjects
import Testing

@Suite struct `JSON values` {
    @Test(arguments: [2, 15, 16, 17, 40]) func `a second key of the same name is refused among few and among many`(
        count: Int
    ) throws {
        // Not in order, so that every key must be looked at.
        let members = (0..<count).reversed().map { "\"k\($0)\":\($0)" }
        #expect(try JSONValue(parsing: "{\(members.joined(separator: ","))}").object?.count == count)
        for repeated in [0, count - 1] {
            let text = "{\(members.joined(separator: ",")),\"k\(repeated)\":null}"
            #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        }
    }

    @Test(arguments: [1, 20])
    func `keys that differ in their bytes alone are two, also where they are canonically equal`(
        others: Int
    ) throws {
        // Not in order, so that every key must be looked at.
        let members = (0..<others).reversed().map { "\"k\($0)\":\($0)" } + ["\"\u{E9}\":1", "\"e\u{301}\":2"]
        let value = try JSONValue(parsing: "{\(members.joined(separator: ","))}")
        #expect(value.object?.count == others + 2)
        #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
        let swapped = members.dropLast(2) + ["\"\u{E9}\":2", "\"e\u{301}\":1"]
        #expect(try value != JSONValue(parsing: "{\(swapped.joined(separator: ","))}"))
        #expect(try value == JSONValue(parsing: "{\(members.reversed().joined(separator: ","))}"))
        let composed: JSONValue = ["\u{E9}": 1]
        let patch = try JSONPatch(of: [["op": "remove", "path": "/e\u{301}"]])
        #expect(throws: LifeboatError.self) { try patch.apply(to: composed) }
    }

    @Test func `managed fields are left out on request, and only those of the object`() throws {
        let text =
            #"{"metadata":{"name":"a","managedFields":[{"manager":"m"}]},"spec":{"metadata":{"managedFields":[1]}},"managedFields":2}"#
        let bytes = Array(text.utf8)
        let whole = try JSONValue(parsing: bytes)
        #expect(whole["metadata", "managedFields"]?.array?.count == 1)
        var expected = whole
        expected["metadata", "managedFields"] = nil
        #expect(try JSONValue(parsing: bytes.span, range: 0..<bytes.count, leavesOutManagedFields: true) == expected)
    }
}
