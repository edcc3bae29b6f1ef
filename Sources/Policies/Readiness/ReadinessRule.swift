package import KubernetesObjects

/// A check in the check language: for each object, what must be true of it. docs/check-language.md describes it.
package struct ReadinessRule: Equatable, Sendable {
    /// What `self` stands for, one after the other.
    package enum Subject: Equatable, Sendable {
        case kind(GroupKind)
        /// Everything that makes Pods and that no other object made.
        case workload
        /// The components of the check's section.
        case component
        /// The cluster as a whole, once.
        case cluster
    }

    /// Where the subjects come from.
    package enum Side: String, CaseIterable, Sendable {
        /// The cluster or snapshot that is checked.
        case target
        /// The snapshot that it is compared with, so that what is gone is noticed as well.
        case snapshot
    }

    package struct Binding: Equatable, Sendable {
        package let name: String
        package let value: RuleExpression
    }

    /// One thing that must be true.
    package struct Requirement: Equatable, Sendable {
        package let that: RuleExpression
        /// What is wrong when it is not; the check's title without it.
        package let say: RuleExpression?
        /// Whether it is worth a look only and fails nothing.
        package let isWarning: Bool
        /// A JSON pointer to the field, below the subject or below the element of `over`.
        package let path: String
    }

    package var subjects: [Subject]
    package var side: Side
    /// A list in the subject whose elements are judged one by one as `it`.
    package var over: RuleExpression?
    package var bindings: [Binding]
    /// Whether the check applies to the subject or element.
    package var condition: RuleExpression?
    package var requirements: [Requirement]

    package init(
        subjects: [Subject],
        side: Side = .target,
        over: RuleExpression? = nil,
        bindings: [Binding] = [],
        condition: RuleExpression? = nil,
        requirements: [Requirement] = []
    ) {
        self.subjects = subjects
        self.side = side
        self.over = over
        self.bindings = bindings
        self.condition = condition
        self.requirements = requirements
    }

    /// The names that every expression may read, in the order of their slots; those of the bindings follow.
    package static let names = ["self", "it", "now", "parameters", "cluster"]
    package static let subjectSlot = 0
    package static let elementSlot = 1
    package static let nowSlot = 2
    package static let parametersSlot = 3
    package static let clusterSlot = 4
    /// The first slot of the names that macros make; the bindings have those before it.
    package static let firstMacroSlot = 32
    package static let mostBindings = firstMacroSlot - names.count
}

/// An expression with its text and place, for messages.
package struct RuleExpression: Equatable, Sendable {
    package let expression: Expression
    package let text: String
    /// Where each line of the text starts in its file.
    private let lines: [SourceLocation]

    /// - Parameter scope: the names that it may read, in the order of their slots.
    /// - Throws: where the text is no expression, and why.
    package init(_ text: String, scope: [String], lines: [SourceLocation] = [.code]) throws(ExpressionError) {
        // Macros take the slots behind all bindings, so that a binding can be evaluated while a macro runs.
        let padding = [String](repeating: "", count: max(0, ReadinessRule.firstMacroSlot - scope.count))
        expression = try Expression.parse(text, scope: scope + padding)
        self.text = text
        self.lines = lines
    }

    /// Stands for an expression with an error that was reported.
    static let placeholder = RuleExpression()

    private init() {
        (expression, text, lines) = (Expression(.null, at: 0), "null", [.code])
    }

    /// The place in the file of a place in the text.
    package func location(of error: ExpressionError) -> SourceLocation {
        Self.location(of: error, in: text, lines: lines)
    }

    static func location(of error: ExpressionError, in text: String, lines: [SourceLocation]) -> SourceLocation {
        let (line, column) = error.place(in: text)
        guard let start = lines.indices.contains(line - 1) ? lines[line - 1] : lines.first else { return .code }
        return SourceLocation(file: start.file, line: start.line, column: start.column + column - 1)
    }
}
