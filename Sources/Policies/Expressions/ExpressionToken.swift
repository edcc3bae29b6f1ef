/// A word of an expression.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        case name(String)
        case int(Int)
        case double(Double)
        case string(String)
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    let kind: Kind
    /// In bytes from the start of the text.
    let offset: Int

    func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }

    /// For messages.
    var description: String {
        switch kind {
        case .name(let name): "“\(name)”"
        case .int, .double: "a number"
        case .string: "a text"
        case .symbol(let text): "“\(text)”"
        case .end: "the end"
        }
    }
}
