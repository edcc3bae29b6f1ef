import KubernetesObjects

/// Spans of time as policies write them: `30m`, `1h30m`, `2d`, `45s`.
package enum DurationText {
    private static let units: [(suffix: Character, seconds: Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    /// The seconds of a duration; nil when the text is none. Units come in falling order, each at most once.
    package static func parse(_ text: String) -> Int64? {
        var total: Int64 = 0
        var digits = ""
        var remaining = units[...]
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let index = remaining.firstIndex(where: { $0.suffix == character }), let number = Int64(digits) else {
                return nil
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: remaining[index].seconds)
            let (sum, overflowOfSum) = total.addingReportingOverflow(product)
            // A thousand years is more than anybody means, and keeps all sums with it safe.
            guard !overflow, !overflowOfSum, sum <= 1000 * 366 * 86_400 else { return nil }
            total = sum
            remaining = remaining[(index + 1)...]
            digits = ""
        }
        return digits.isEmpty && !text.isEmpty ? total : nil
    }

    /// The text of a count of seconds, such as `1h30m`; `0s` for none.
    package static func print(_ seconds: Int64) -> String {
        var rest = max(0, seconds)
        var text = ""
        for unit in units where rest >= unit.seconds {
            text += "\(rest / unit.seconds)\(unit.suffix)"
            rest %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}
