internal import KubernetesObjects

/// How a report writes numbers and times for people.
enum Quantity {
    /// `19.02 s` as it was measured; from two minutes on in whole seconds rounded up, as the drill compares them with
    /// the objective: `31 min 34 s`, `24 h`. It does not
    /// break over two lines. nil for another value than a number.
    static func seconds(_ value: JSONValue?) -> String? {
        guard let value, case .number(let lexeme) = value, let exact = value.double else { return nil }
        guard exact >= 120, exact < 1e15 else { return "\(lexeme)\u{A0}s" }
        let whole = Int(exact.rounded(.up))
        let (days, hours) = whole < 172_800 ? (0, whole / 3600) : (whole / 86_400, whole / 3600 % 24)
        let parts = [(days, "d"), (hours, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\u{A0}\($0.1)" }.joined(separator: "\u{A0}")
    }

    /// The same of milliseconds, with two digits behind the point.
    static func seconds(milliseconds: Int) -> String {
        let hundredths = (max(0, milliseconds) + 5) / 10
        let fraction = hundredths % 100
        let lexeme = "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
        return seconds(.number(lexeme)) ?? lexeme
    }

    /// `2 087 812`, with narrow spaces that do not break.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    /// `1 object`, `3 objects`.
    static func of(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    /// `2026-11-23 06:16:04 UTC`; another text than a time in UTC stays as it is.
    static func moment(_ text: String) -> String {
        guard text.hasSuffix("Z"), let day = text.split(separator: "T").first, day.utf8.count == 10 else { return text }
        return "\(day) \(clock(text)) UTC"
    }

    /// `06:16:04`, for times whose day is known from the page.
    static func clock(_ text: String) -> String {
        let parts = text.split(separator: "T")
        guard parts.count == 2, parts[1].hasSuffix("Z") else { return text }
        return String(parts[1].dropLast())
    }

    /// The first characters of a digest or nonce: enough to compare two by eye.
    static func shortened(_ digest: String) -> String { digest.count > 12 ? "\(digest.prefix(8))…" : digest }
}
