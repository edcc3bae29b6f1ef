/// The elements that a page is made of. Calling one makes an element: `Tag.p(.class("note")) { text }`.
enum Tag: String {
    case a, body, code, dd, details, div, dl, dt, footer, h1, h2, h3, head, header, html, li, main, meta, nav, ol, p
    case section, small, span, strong, style, summary, svg, table, tbody, td, th, thead, time, title, tr, ul, use

    func callAsFunction(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { HTML() }) -> HTML {
        HTML(self, attributes, content())
    }

    var isVoid: Bool { self == .meta }

    /// Whether a line ends after it, which keeps the source of a page readable and changes nothing that is seen.
    var isBlock: Bool {
        switch self {
        case .a, .code, .small, .span, .strong, .svg, .time, .use: false
        default: true
        }
    }
}

/// An attribute of an element. Its value is escaped, and no attribute of these can run a script or load a file.
struct Attribute {
    let name: String
    let value: String

    private init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

    static func `class`(_ names: String...) -> Attribute {
        Attribute("class", names.filter { !$0.isEmpty }.joined(separator: " "))
    }
    static func id(_ id: String) -> Attribute { Attribute("id", id) }
    static func title(_ text: String) -> Attribute { Attribute("title", text) }
    static func lang(_ code: String) -> Attribute { Attribute("lang", code) }
    static func scope(_ scope: String) -> Attribute { Attribute("scope", scope) }
    static func datetime(_ moment: String) -> Attribute { Attribute("datetime", moment) }
    /// A place on the same page.
    static func href(place: String) -> Attribute { Attribute("href", "#\(place)") }
    static func charset(_ name: String) -> Attribute { Attribute("charset", name) }
    static func name(_ name: String) -> Attribute { Attribute("name", name) }
    static func content(_ text: String) -> Attribute { Attribute("content", text) }
    static func httpEquivalent(_ header: String) -> Attribute { Attribute("http-equiv", header) }
    static func role(_ role: String) -> Attribute { Attribute("role", role) }
    /// What a screen reader says for the element.
    static func label(_ text: String) -> Attribute { Attribute("aria-label", text) }
    static var hiddenFromReaders: Attribute { Attribute("aria-hidden", "true") }
    /// The heading of a cell's column, which a narrow screen shows beside the cell.
    static func column(_ title: String) -> Attribute { Attribute("data-column", title) }
    /// A length of a bar, in ten-thousandths of the whole.
    static func width(tenThousandths: Int) -> Attribute {
        let (percent, rest) = tenThousandths.quotientAndRemainder(dividingBy: 100)
        return Attribute("style", "width:\(percent).\(rest < 10 ? "0" : "")\(rest)%")
    }
}
