/// A table of a page. On a narrow screen each row becomes a block whose cells carry the headings of their columns.
struct PageTable {
    struct Column {
        let title: String
        let isNumber: Bool

        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    fileprivate let columns: [Column]
    private var rows = HTML()

    fileprivate init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with one cell for each column; the tone marks a row that should not be overlooked.
    mutating func add(_ tone: Tone? = nil, @CellsBuilder cells: () -> [HTML]) {
        let cells = zip(columns, cells()).map { column, cell in
            Tag.td(.class(column.isNumber ? "number" : ""), .column(column.title)) { cell }
        }
        rows.append(Tag.tr(.class(tone.map { "marked \($0.rawValue)" } ?? "")) { HTMLBuilder.buildArray(cells) })
    }

    fileprivate var html: HTML {
        Tag.table {
            Tag.thead {
                Tag.tr {
                    for column in columns {
                        Tag.th(.scope("col"), .class(column.isNumber ? "number" : "")) { column.title }
                    }
                }
            }
            Tag.tbody { rows }
        }
    }

    /// One cell a statement.
    @resultBuilder enum CellsBuilder {
        static func buildExpression(_ html: HTML) -> HTML { html }
        static func buildExpression(_ text: String) -> HTML { HTML(text) }
        static func buildBlock(_ cells: HTML...) -> [HTML] { cells }
    }
}

extension HTML {
    /// A table with the rows that the closure adds.
    static func table(_ columns: PageTable.Column..., rows: (inout PageTable) -> Void) -> HTML {
        var table = PageTable(columns)
        rows(&table)
        return table.html
    }
}
