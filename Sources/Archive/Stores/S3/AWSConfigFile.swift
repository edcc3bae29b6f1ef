/// The INI dialect of `~/.aws/config` and `~/.aws/credentials`.
struct AWSConfigFile {
    private var sections: [String: [String: String]] = [:]

    init(_ text: String) {
        var section: String?
        for line in text.split(whereSeparator: \.isNewline) {
            // A nested setting stands in an indented line; none of those matters here.
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                section = line.firstIndex(of: "]")
                    .map { line[line.index(after: line.startIndex)..<$0].split(separator: " ").joined(separator: " ") }
                continue
            }
            guard let section, let equals = line.firstIndex(of: "=") else { continue }
            let name = Self.trimmed(line[..<equals]).lowercased()
            sections[section, default: [:]][name] = Self.value(line[line.index(after: equals)...])
        }
    }

    /// The settings of a profile: `[NAME]` in a credentials file, `[profile NAME]` or `[default]` in a config file.
    func profile(_ name: String) -> [String: String]? {
        sections["profile \(name)"] ?? sections[name]
    }

    /// A comment begins at a mark after a space: a secret may have the mark in it.
    private static func value(_ text: Substring) -> String {
        var text = text
        for mark in [" #", " ;"] { if let comment = text.firstRange(of: mark) { text = text[..<comment.lowerBound] } }
        return trimmed(text)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
