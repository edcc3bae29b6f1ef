/// The regular expressions of `matches` and `findAll`.
package enum ExpressionPattern {
    /// Builds the pattern. Characters are Unicode scalars, as in RE2, so that no match depends on how letters combine.
    package static func regex(_ text: String) throws -> Regex<AnyRegexOutput> {
        try Regex(text).matchingSemantics(.unicodeScalar)
    }

    /// A pattern must stand in the text, must be one, and must not look around or back: those make matching slow beyond bounds.
    static func check(_ argument: Expression) throws(ExpressionError) {
        guard case .string(let text) = argument.form else {
            throw ExpressionError(argument.offset, "the pattern must be written here as a text")
        }
        for forbidden in ["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\k<"] where text.contains(forbidden) {
            throw ExpressionError(argument.offset, "a pattern cannot use “\(forbidden)”")
        }
        let characters = Array(text.utf8)
        var index = 0
        while index + 1 < characters.count {
            if characters[index] == UInt8(ascii: "\\") {
                if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(characters[index + 1]) {
                    throw ExpressionError(argument.offset, "a pattern cannot refer back to its groups")
                }
                index += 1
            }
            index += 1
        }
        do {
            _ = try regex(text)
        } catch {
            throw ExpressionError(argument.offset, "this is not a regular expression")
        }
    }
}
