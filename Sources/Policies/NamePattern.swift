/// A name with `*` for any characters and `?` for one, as shells match file names; case counts.
package struct NamePattern: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral value: String) { self.init(value) }

    package var description: String { text }
    package var isLiteral: Bool { !text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }

    /// Whether the whole of `name` matches, in time linear in both for each `*`.
    package func matches(_ name: String) -> Bool {
        let (pattern, name) = (Array(text.utf8), Array(name.utf8))
        let (star, one) = (UInt8(ascii: "*"), UInt8(ascii: "?"))
        var (patternIndex, nameIndex) = (0, 0)
        var lastStar: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == star {
                lastStar = (patternIndex, nameIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count,
                pattern[patternIndex] == one || pattern[patternIndex] == name[nameIndex]
            {
                patternIndex += 1
                nameIndex += 1
            } else if let star = lastStar {
                lastStar = (star.pattern, star.name + 1)
                patternIndex = star.pattern + 1
                nameIndex = star.name + 1
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == star }
    }
}

extension [NamePattern] {
    /// Whether any of the patterns matches.
    package func matches(_ name: String) -> Bool { contains { $0.matches(name) } }
}
