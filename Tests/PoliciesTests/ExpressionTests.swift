import Testing

@testable import Policies

@Suite struct `Expressions of the check language` {
    private static let scope = ["self", "it"]

    @Test(arguments: [
        "1 + 2 * 3", "self.a.b[0][\"k\"]", "a.all(x, x > 1)".replacing("a.", with: "self."), "[1, 2,]", "{\"a\": 1,}",
        "self.x ? 1 : it ? 2 : 3", "!has(self.a) || -1 in [1.5e3, 0x1F]", "r'\\d' == '\\\\d'", "'''a\nb'''",
        "self.list.map(x, x.y, x.z).filter(x, x != null) // the end", "default(self.a, \"\").startsWith('b')",
        "self.s.matches(r\"^v[0-9]+$\")", "((((1))))",
    ]) func `what CEL reads is read`(text: String) throws {
        _ = try Expression.parse(text, scope: Self.scope)
    }

    @Test(arguments: [
        ("1 +", 3, "a value is expected here, not the end"),
        ("self.a b", 7, "“b” is not expected here"),
        ("slef.a", 0, "the name “slef” is not known here; did you mean “self”?"),
        ("siz(self)", 0, "there is no function “siz”; did you mean “size”?"),
        ("size(self, 1)", 0, "“size” takes 1 arguments, not 2"),
        ("\"open", 0, "this text has no closing quote"),
        ("'\\q'", 1, "this escape is not known; write \\\\ for a backslash, or r\"…\" for a pattern"),
        ("self.a == #", 10, "“#” has no meaning here"),
        ("99999999999999999999", 0, "this is no number that fits 64 bits"),
        ("1x", 1, "a name cannot start in a number"),
        ("self.", 5, "the name of a field is expected here, not the end"),
        ("self.all(1, true)", 9, "a name for the element is expected here, not a number"),
        ("has(self)", 4, "has() asks for a field, such as has(self.spec)"),
        ("self.s.matches(self.p)", 19, "the pattern must be written here as a text"),
        ("self.s.matches('(')", 15, "this is not a regular expression"),
        (#"self.s.matches(r'(a)\1')"#, 15, "a pattern cannot refer back to its groups"),
        ("self.s.matches('(?=a)')", 15, "a pattern cannot use “(?=”"),
        ("(1", 2, "“)” is expected here, not the end"),
        ("self.filter(one, true).map(it, one)", 31, "the name “one” is not known here"),
    ]) func `what is wrong is named at its place`(text: String, offset: Int, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text, scope: Self.scope) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test func `nesting is bounded`() {
        for text in [String(repeating: "(", count: 5000), String(repeating: "!", count: 5000) + "true"] {
            #expect(throws: ExpressionError.self) { try Expression.parse(text, scope: []) }
        }
    }

    @Test func `an operator binds as in CEL`() throws {
        func parse(_ text: String) throws -> String { Self.shape(try Expression.parse(text, scope: Self.scope)) }
        #expect(try parse("1 + 2 * 3 == 7 && true || false") == "((((1+(2*3))==7)&&true)||false)")
        #expect(try parse("10 - 2 - 3") == "((10-2)-3)")
        #expect(try parse("!self.a && it") == "((!$0.a)&&$1)")
    }

    /// The expression with all of its brackets.
    private static func shape(_ expression: Expression) -> String {
        switch expression.form {
        case .int(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .variable(let slot): "$\(slot)"
        case .member(let part, let name): "\(shape(part)).\(name)"
        case .not(let part): "(!\(shape(part)))"
        case .binary(let sign, let left, let right): "(\(shape(left))\(sign.rawValue)\(shape(right)))"
        default: "?"
        }
    }

    @Test func `random texts are read or refused and never crash`() {
        let words = [
            "self", "it", ".a", "(", ")", "[", "]", "{", "}", ",", ":", "?", "+", "-", "!", "&&", "||", "==", "in", "1",
            "2.5", "'t'", "\"", "size(", ".all(x,", "x", "has(", "null", " ", "\\", "é",
        ]
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += words[Int((state >> 33) % UInt64(words.count))]
            }
            do throws(ExpressionError) {
                _ = try Expression.parse(text, scope: Self.scope)
            } catch {
                #expect(error.offset <= text.utf8.count && !error.message.isEmpty)
            }
        }
    }
}
