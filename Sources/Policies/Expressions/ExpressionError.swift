/// Why a text is no expression, or why one could not be evaluated, and where in its text.
package struct ExpressionError: Error, Equatable, Sendable {
    /// In bytes from the start of the text.
    package let offset: Int
    package let message: String

    package init(_ offset: Int, _ message: String) {
        self.offset = offset
        self.message = message
    }

    /// The line and column of the offset in the text; both start at 1.
    package func place(in text: String) -> (line: Int, column: Int) {
        let before = text.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        // Columns are counted in characters, as editors count them.
        return (line, text[start..<before.endIndex].count + 1)
    }

    /// The line of the text with a caret under the place.
    package func excerpt(of text: String) -> String {
        let (line, column) = place(in: text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = line <= lines.count ? String(lines[line - 1]) : ""
        return "    \(shown)\n    \(String(repeating: " ", count: column - 1))^"
    }
}
