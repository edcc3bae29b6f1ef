/// Markdown as it is written piece by piece, in the dialect of tickets and pull requests.
struct MarkdownText {
    private(set) var text = ""

    /// Text of a report, in which no character marks it up and no line ends, so that it stays where it was put.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "@": result += "\\\(character)"
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case _ where character.isNewline: result += " "
            default: result.append(character)
            }
        }
        return result
    }

    mutating func heading(_ level: Int, _ title: String) {
        text += "\(String(repeating: "#", count: level)) \(Self.escaped(title))\n\n"
    }

    mutating func paragraph(_ content: String) {
        if !content.isEmpty { text += "\(Self.escaped(content))\n\n" }
    }

    /// A line of emphasis.
    mutating func strong(_ content: String) { text += "**\(Self.escaped(content))**\n\n" }

    mutating func list(_ entries: [String]) {
        for entry in entries { text += "- \(Self.escaped(entry))\n" }
        if !entries.isEmpty { text += "\n" }
    }

    mutating func table(_ columns: [String], _ rows: [[String]]) {
        text += Self.line(columns)
        text += Self.line(columns.map { _ in "---" })
        for row in rows { text += Self.line(row.map(Self.escaped)) }
        text += "\n"
    }

    private static func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
}
