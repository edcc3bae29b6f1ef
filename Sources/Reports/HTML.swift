/// A piece of a page.
///
/// Every text that comes into one is escaped, and markup comes from tags and literals of this module only, so that a name
/// in a report can never become markup.
struct HTML: Sendable {
    private(set) var markup = ""

    init() {}

    init(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            default: bytes.append(byte)
            }
        }
        markup = String(decoding: bytes, as: UTF8.self)
    }

    /// Markup as it stands. A static string is a literal of the program, so nothing of a report can come this way.
    init(verbatim markup: StaticString) { self.markup = markup.description }

    init(_ tag: Tag, _ attributes: [Attribute], _ content: HTML) {
        markup = "<\(tag.rawValue)"
        for attribute in attributes { markup += " \(attribute.name)=\"\(HTML(attribute.value).markup)\"" }
        markup += tag.isVoid ? ">" : ">\(content.markup)</\(tag.rawValue)>"
        if tag.isBlock { markup += "\n" }
    }

    /// Text in which the parts between backticks are code, as remedies write commands.
    init(prose text: String) {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1 else {
            self.init(text)
            return
        }
        self.init()
        for (index, part) in parts.enumerated() {
            append(index % 2 == 0 ? HTML(String(part)) : Tag.code { String(part) })
        }
    }

    var isEmpty: Bool { markup.isEmpty }

    mutating func append(_ other: HTML) { markup += other.markup }
}

/// Puts pieces one after the other; a string in it is text and is escaped.
@resultBuilder enum HTMLBuilder {
    static func buildExpression(_ html: HTML) -> HTML { html }
    static func buildExpression(_ text: String) -> HTML { HTML(text) }
    static func buildBlock() -> HTML { HTML() }
    static func buildPartialBlock(first: HTML) -> HTML { first }
    static func buildPartialBlock(accumulated: HTML, next: HTML) -> HTML { buildArray([accumulated, next]) }
    static func buildOptional(_ part: HTML?) -> HTML { part ?? HTML() }
    static func buildEither(first part: HTML) -> HTML { part }
    static func buildEither(second part: HTML) -> HTML { part }
    static func buildArray(_ parts: [HTML]) -> HTML {
        var whole = HTML()
        for part in parts { whole.append(part) }
        return whole
    }
}
