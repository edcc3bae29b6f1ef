/// A table for people: columns as wide as their widest cell, two spaces between.
package struct Table {
    private var rows: [[String]]

    package init(_ header: String...) { rows = [header] }

    package mutating func add(_ cells: String...) { add(cells) }
    package mutating func add(_ cells: [String]) { rows.append(cells.map(Self.printable)) }

    /// Names are whatever somebody called something: none of them moves the cursor of a terminal.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map { isControl($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    package var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = row.enumerated().map { $1 + String(repeating: " ", count: widths[$0] - $1.count) }.joined(
                separator: "  "
            )
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

/// Figures in the forms that people read.
package enum Figure {
    /// `532 B`, `1.2 MB`: powers of 1000, as restic prints them.
    package static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB", "TB"] {
            if value < 999.5 || unit == "TB" { return unit == "B" ? "\(count) B" : "\(decimal(value, 1)) \(unit)" }
            value /= 1000
        }
        return "\(count) B"
    }

    package static func seconds(_ value: Double) -> String {
        value < 60 ? "\(decimal(value, 1)) s" : "\(Int(value) / 60) min \(Int(value) % 60) s"
    }

    /// A number with a fixed count of decimals.
    package static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let digits = String(scaled % Int64(scale))
        return "\(sign)\(scaled / Int64(scale)).\(String(repeating: "0", count: places - digits.count))\(digits)"
    }
}
