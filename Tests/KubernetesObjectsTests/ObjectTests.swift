import KubernetesObjects
import Testing

@Suite struct `List pages` {
    @Test func `objects and their identity are found without parsing them`() throws {
        let text = #"""
            {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"abc\u003d","remainingItemCount":3},
             "items":[{"metadata":{"name":"a","namespace":"n","uid":"u1","resourceVersion":"7","labels":{"name":"x"}},"spec":{"name":"}"}},
             {"metadata":{"name":"b","deletionTimestamp":"2026-01-01T00:00:00Z"}}]}
            """#
        let page = try ListPage(parsing: Array(text.utf8))
        #expect(page.resourceVersion == "42")
        #expect(page.continueToken == "abc=")
        #expect(page.remainingItemCount == 3)
        #expect(page.items.map(\.name) == ["a", "b"])
        #expect(page.items[0].uid == "u1")
        #expect(page.items.map(\.isTerminating) == [false, true])
        #expect(try JSONValue(parsing: page.bytes.span, range: page.items[0].range)["spec", "name"] == "}")
    }

    @Test func `an empty list may be null`() throws {
        #expect(try ListPage(parsing: Array(#"{"metadata":{},"items":null}"#.utf8)).items.isEmpty)
    }

    @Test func `every truncation throws`() {
        let bytes = Array(#"{"metadata":{"continue":""},"items":[{"metadata":{"name":"a"},"x":[1,{"y":"\\"}]}]}"#.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try ListPage(parsing: Array(bytes.prefix(length))) }
        }
    }
}

@Suite struct `Label selectors` {
    @Test(arguments: [
        ("app=web", true), ("app==web,tier!=db", true), ("tier in (front, back)", true), ("tier notin (front)", false),
        ("!legacy", true), ("app", true), ("app=web,legacy", false), ("", true), ("tier in(back,front)", true),
    ])
    func `are read as kubectl reads them`(text: String, isMatch: Bool) throws {
        #expect(try LabelSelector(parsing: text).matches(["app": "web", "tier": "front"]) == isMatch)
    }

    @Test func `matchExpressions and matchLabels must all hold`() throws {
        let selector = try LabelSelector(of: [
            "matchLabels": ["app": "web"],
            "matchExpressions": [["key": "tier", "operator": "NotIn", "values": ["db"]]],
        ])
        #expect(selector.matches(["app": "web"]))
        #expect(!selector.matches(["app": "web", "tier": "db"]))
    }

    @Test func `nonsense is refused`() { #expect(throws: LifeboatError.self) { try LabelSelector(parsing: "a b c") } }
}

@Suite struct `Timestamps` {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-23T02:51:13Z", 1_795_402_273), ("2000-02-29T23:59:59.999Z", 951_868_799),
        ("2026-11-23T03:51:13+01:00", 1_795_402_273), ("1969-12-31T23:59:59Z", -1),
    ])
    func `are read as RFC 3339`(text: String, seconds: Int64) throws {
        #expect(try Timestamp(parsing: text).secondsSince1970 == seconds)
    }

    @Test(arguments: [0, 1_795_402_273, -1, 951_868_799, 4_102_444_800] as [Int64]) func `are printed as they are read`(
        seconds: Int64
    ) throws {
        let time = Timestamp(secondsSince1970: seconds)
        #expect(try Timestamp(parsing: time.description) == time)
    }

    @Test(arguments: ["", "2026-11-23", "2026-13-01T00:00:00Z", "2026-11-23T02:51:13", "2026-11-23T02:51:13+0100"])
    func `that are wrong are refused`(text: String) {
        #expect(throws: LifeboatError.self) { try Timestamp(parsing: text) }
    }
}
