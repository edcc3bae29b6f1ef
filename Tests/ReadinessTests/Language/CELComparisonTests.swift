import Foundation
import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite(.enabled(if: PythonProgram.cel != nil, "LIFEBOAT_TEST_CEL_PYTHON is not set"))
struct `The check language beside another CEL` {
    private static let sample: JSONValue = [
        "a": "b", "n": 3, "t": true, "list": [1, 2, 3], "words": ["x", "yy", "zzz"], "deep": ["k": ["v": [10, 20]]],
        "names": [["name": "one", "on": true], ["name": "two", "on": false]],
    ]

    /// Expressions of the part that both have: CEL proper has errors where this language has null, and is left alone there.
    private static let expressions: [String] = {
        let numbers = ["0", "1", "7", "-3", "self.n", "size(self.list)"]
        let operators = ["+", "-", "*", "==", "!=", "<", "<=", ">", ">="]
        var made: [String] = []
        for left in numbers {
            for right in numbers { made += operators.map { "\(left) \($0) \(right)" } }
            for divisor in ["2", "3", "-4"] { made += ["\(left) / \(divisor)", "\(left) % \(divisor)"] }
        }
        let truths = ["true", "false", "self.t", "self.n > 2", "self.a == 'c'"]
        for left in truths {
            made.append("!(\(left))")
            for right in truths {
                made += ["\(left) && \(right)", "\(left) || \(right)", "\(left) ? \(right) : \(left)"]
            }
        }
        return made + [
            "1.5 + 2.25", "1.5 < 2.0", "'a' + 'b'", "'a' < 'b'", "'abc'.contains('b')", "'abc'.startsWith('ab')",
            "'abc'.endsWith('bc')", "'abc'.matches('^a.c$')", "'abc'.matches('b')", "'abc'.matches('^b')",
            "size('hello')",
            "size('')", "self.list.all(x, x > 0)", "self.list.all(x, x > 1)", "self.list.exists(x, x == 2)",
            "self.list.exists(x, x == 9)", "self.list.exists_one(x, x > 2)", "self.list.exists_one(x, x > 1)",
            "self.list.filter(x, x % 2 == 1)", "self.list.map(x, x * x)", "self.words.map(w, size(w))",
            "self.words.filter(w, size(w) > 1)", "self.names.filter(x, x.on).map(x, x.name)",
            "self.list.map(x, self.list.filter(y, y < x))", "self.deep.k.v[1]", "self.deep['k'].v[0] + 1",
            "has(self.a)",
            "has(self.missing)", "has(self.deep.k)", "has(self.deep.other)", "2 in self.list", "9 in self.list",
            "'a' in self", "'zz' in self", "[1, 2] + [3]", "[1, 2] == [1, 2]", "[1, 2] == [2, 1]",
            "{'a': 1} == {'a': 1}",
            "{'a': 1, 'b': 2}['b']", "size({'a': 1})", "self.n > 1 ? 'big' : 'small'", "1 + 2 * 3 - 4", "(1 + 2) * 3",
            "10 - 2 - 3", "true || false && false", "!true || true", "-(-3)", "r'\\d' == '\\\\d'",
            "'''a\nb''' == 'a\\nb'",
            "[[1], [2, 3]].map(x, size(x))", "self.names.exists(x, x.name == 'two' && !x.on)", "[].all(x, false)",
            "[].exists(x, true)", "self.words.map(w, w + '!')[2]", "size(self.words) == size(self.list)",
        ]
    }()

    @Test func `gives the same values`() throws {
        let program = """
            import json, sys, cel
            work = json.load(sys.stdin)
            print(json.dumps([cel.evaluate(text, {"self": work["self"]}) for text in work["expressions"]]))
            """
        let work: JSONValue = [
            "self": Self.sample, "expressions": .array(Self.expressions.map { .string($0) }),
        ]
        let answer = try PythonProgram.run(
            try #require(PythonProgram.cel),
            ["-c", program],
            input: Array(work.prettyPrinted().utf8)
        )
        #expect(answer.status == 0)
        let theirs = try #require(try JSONValue(parsing: [UInt8](answer.output)).array)
        #expect(theirs.count == Self.expressions.count && Self.expressions.count > 450)
        for (text, expected) in zip(Self.expressions, theirs) {
            let ours = try Self.evaluate(text)
            #expect(ours == Self.show(RuleValue(expected)), "\(text)")
        }
    }

    private static func evaluate(_ text: String) throws -> String {
        let expression = try RuleExpression(text, scope: ReadinessRule.names)
        let rule = ReadinessRule(subjects: [.cluster])
        let check = ReadinessCheck(id: "a", section: .security, severity: .minor, title: "", test: .rule(rule))
        let context = CheckContext(
            inventory: ObjectInventory([]),
            check: check,
            components: [],
            now: Timestamp(secondsSince1970: 1000)
        )
        let evaluator = RuleEvaluator(rule, context)
        evaluator.turn(to: RuleValue(sample))
        do throws(RuleFailure) {
            return show(try evaluator.value(of: expression))
        } catch {
            return "\(error)"
        }
    }

    private static func show(_ value: RuleValue) -> String {
        switch value {
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): "'\(text)'"
        case .list, .array: "[\((value.elements ?? []).map(show).joined(separator: ", "))]"
        default: "\(value)"
        }
    }
}
