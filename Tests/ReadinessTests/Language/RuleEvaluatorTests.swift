import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `The values of the check language` {
    /// The value of an expression on an object, or the message of its error.
    private static func evaluate(_ text: String, on object: JSONValue = sample) throws -> String {
        let expression = try RuleExpression(text, scope: ReadinessRule.names)
        let rule = ReadinessRule(subjects: [.cluster])
        let check = ReadinessCheck(id: "a", section: .security, severity: .minor, title: "", test: .rule(rule))
        let context = CheckContext(
            inventory: ObjectInventory([object]),
            check: check,
            components: [],
            now: Timestamp(secondsSince1970: 1000)
        )
        let evaluator = RuleEvaluator(rule, context)
        evaluator.turn(to: RuleValue(object))
        do throws(RuleFailure) {
            return show(try evaluator.value(of: expression))
        } catch {
            switch error {
            case .wrong(let problem): return "error at \(problem.offset): \(problem.message)"
            case .unreadable(let kind): return "unreadable \(kind.kind)"
            }
        }
    }

    private static func show(_ value: RuleValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): "'\(text)'"
        case .secret: "secret"
        case .list, .array: "[\((value.elements ?? []).map(show).joined(separator: ", "))]"
        case .map, .object: "{\((value.elements ?? []).map { show($0) }.joined(separator: ", "))}"
        }
    }

    private static let sample: JSONValue = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "a", "labels": ["app": "web"]],
        "data": ["user": "b3BlbnNlc2FtZQ=="], "n": [1, 2, 3], "s": "Text", "o": ["k": 1],
    ]

    @Test(arguments: [
        ("1 + 2 * 3 - 4 / 2", "5"), ("7 % 4", "3"), ("1 + 0.5", "1.5"), ("'a' + 'b'", "'ab'"), ("[1] + [2]", "[1, 2]"),
        ("1 == 1.0", "true"), ("'1' == 1", "false"), ("[1, 2] == [1, 2]", "true"), ("2 in [1, 2]", "true"),
        ("'k' in self.o", "true"), ("self.x.y.z", "null"), ("self.x == null", "true"), ("self.x < 1", "false"),
        ("!self.x", "true"), ("self.x && true", "false"), ("has(self.s)", "true"), ("has(self.x.y)", "false"),
        ("self.n.all(x, x > 0)", "true"), ("self.n.exists(x, x > 2)", "true"), ("self.n.exists_one(x, x > 1)", "false"),
        ("self.n.filter(x, x > 1)", "[2, 3]"), ("self.n.map(x, x > 1, x * 2)", "[4, 6]"),
        ("self.x.all(y, false)", "true"),
        ("self.n.map(x, self.n.filter(y, y < x))", "[[], [1], [1, 2]]"), ("self.n[1]", "2"), ("self.n[9]", "null"),
        ("true ? 1 : 2", "1"), ("size(self.n) + size('é')", "4"), ("default(self.x, 7)", "7"), ("sum(self.n)", "6"),
        ("max(1, 2.5)", "2.5"), ("sort(['b', 'a'])", "['a', 'b']"), ("distinct([1, 1, 2])", "[1, 2]"),
        ("flatten([[1], [2], null])", "[1, 2]"), ("'v1.2'.matches(r'^v\\d')", "true"),
        ("'a,b'.split(',')", "['a', 'b']"),
        ("['a', 'b'].join('-')", "'a-b'"), ("findAll('a1b2', r'[a-z](\\d)')", "['1', '2']"),
        ("glob('a*', 'abc')", "true"),
        ("quantity('500m')", "0.5"), ("quantity('1Gi')", "1073741824"), ("duration('1h')", "3600"), ("now", "1000"),
        ("semver('v1.20.2').minor", "20"), ("semver('latest')", "null"), ("url('https://a.b:8/c').port", "8"),
        ("cidrContains('10.0.0.0/8', '10.1.2.3')", "true"), ("cidrsOverlap('fd00::/8', 'fd00::1/128')", "true"),
        ("cidrContains('10.0.0.0/8', 'x')", "null"), ("yaml('a: [1]').a[0]", "1"), ("json('nonsense{')", "null"),
        ("label(self, 'app')", "'web'"), ("self.data.user", "secret"), ("base64(self.data.user)", "secret"),
        ("base64(self.data.user) == 'opensesame'", "true"), ("sha(self.data.user)", "secret"),
        ("'x ' + base64(self.data.user)", "'x •••'"), ("[self.data.user].join(',')", "'•••'"),
        ("string(self.data.user)", "secret"), ("get('Secret', null, 'a').data.user", "secret"),
        ("selects({'app': 'web'}, self.metadata.labels)", "true"), ("image('a/b:1').registry", "'docker.io'"),
    ]) func `an expression has this value`(text: String, value: String) throws {
        #expect(try Self.evaluate(text) == value)
    }

    @Test(arguments: [
        ("1 + 'a'", "error at 2: a number + a text has no meaning; string() makes a text"),
        ("'a' < 1", "error at 4: a text cannot be compared with a number"),
        ("self.s.x", "error at 6: a text has no field “x”"), ("1 / 0", "error at 2: this divides by zero"),
        ("9223372036854775807 + 1", "error at 20: the result does not fit 64 bits"),
        ("1 && true", "error at 0: this must be true or false, but is a number"),
        ("self.s.all(x, true)", "error at 7: a text has no elements"), ("size(1)", "error at 0: a number has no size"),
        ("flag('--x')", "unreadable Pod"),
    ]) func `a wrong type is an error and not a guess`(text: String, message: String) throws {
        #expect(try Self.evaluate(text) == message)
    }
}
