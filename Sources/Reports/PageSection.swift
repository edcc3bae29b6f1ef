/// A part of a page with a heading, which the list of contents names.
struct PageSection {
    let id: String
    let title: String
    let content: HTML

    init(_ id: String, _ title: String, @HTMLBuilder content: () -> HTML) {
        (self.id, self.title) = (id, title)
        self.content = content()
    }

    var html: HTML {
        Tag.section(.id(id)) {
            Tag.h2 { title }
            content
        }
    }
}

extension HTML {
    static func note(_ text: String) -> HTML { Tag.p(.class("note")) { HTML(prose: text) } }

    /// A part that opens on demand, so that the page stays short and hides nothing.
    static func details(_ summary: String, @HTMLBuilder content: () -> HTML) -> HTML {
        Tag.details {
            Tag.summary { summary }
            Tag.div(.class("folded")) { content() }
        }
    }

    /// Names and values; a pair without a value is left out.
    static func facts(_ pairs: [(name: String, value: HTML)]) -> HTML {
        Tag.dl(.class("facts")) {
            for pair in pairs where !pair.value.isEmpty {
                Tag.div {
                    Tag.dt { pair.name }
                    Tag.dd { pair.value }
                }
            }
        }
    }

    /// An identifier in the type that tells `0` from `O`; nothing when it is empty.
    static func code(_ text: String) -> HTML { text.isEmpty ? HTML() : Tag.code { text } }

    static func list(_ texts: [String]) -> HTML {
        Tag.ul {
            for text in texts { Tag.li { HTML(prose: text) } }
        }
    }

    static func moment(_ text: String) -> HTML {
        text.isEmpty ? HTML() : Tag.time(.datetime(text)) { Quantity.moment(text) }
    }
}
