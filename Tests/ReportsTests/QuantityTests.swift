import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `Numbers and times of a report` {
    @Test(arguments: [
        ("19.02", "19.02 s"), ("0", "0 s"), ("119.9", "119.9 s"), ("1800", "30 min"), ("1893.42", "31 min 34 s"),
        ("86400", "24 h"), ("266400", "3 d 2 h"), ("1e300", "1e300 s"),
    ])
    func `a duration is exact while it is short`(lexeme: String, text: String) {
        #expect(Quantity.seconds(.number(lexeme))?.replacing("\u{A0}", with: " ") == text)
    }

    @Test func `what is no number is no duration`() {
        #expect(Quantity.seconds(.null) == nil)
        #expect(Quantity.seconds("12") == nil)
    }

    @Test func `digits stand in groups of three`() {
        #expect(Quantity.grouped(2_087_812) == "2\u{202F}087\u{202F}812")
        #expect(Quantity.grouped(717) == "717")
        #expect(Quantity.grouped(Int.min).hasPrefix("-9\u{202F}223"))
    }

    @Test func `a time is written for people, and another text stays as it is`() {
        #expect(Quantity.moment("2026-11-23T06:16:04Z") == "2026-11-23 06:16:04 UTC")
        #expect(Quantity.clock("2026-11-23T06:16:04Z") == "06:16:04")
        #expect(Quantity.moment("soon") == "soon")
        #expect(Quantity.clock("soon") == "soon")
    }
}
