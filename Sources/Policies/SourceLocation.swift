/// Where in a file a policy document, or a field of one, stands. Line and column start at 1.
package struct SourceLocation: Hashable, Sendable {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The location of a value that was made in code.
    package static let code = SourceLocation(file: "command line")
}

extension SourceLocation: CustomStringConvertible {
    /// `policies/backup.yaml:12:5`, as compilers and editors write it.
    package var description: String { "\(file):\(line):\(column)" }
}

extension SourceLocation: Comparable {
    package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
