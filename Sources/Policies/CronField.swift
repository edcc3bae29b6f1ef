import KubernetesObjects

/// One field of a cron expression: the values that it allows.
struct CronField: Equatable, Sendable {
    /// Bit N is set when the value N is allowed.
    let values: UInt64
    /// Whether the field begins with `*` or is `?`; the two day fields combine by it, as in Vixie cron.
    let beginsWithStar: Bool

    func contains(_ value: Int64) -> Bool { values & (1 << UInt64(value)) != 0 }

    /// The values that the field of this name may have, and their names.
    struct Vocabulary {
        let title: String
        let range: ClosedRange<Int>
        let names: [String]
        let takesQuestionMark: Bool

        static let minute = Vocabulary(title: "minute", range: 0...59, names: [], takesQuestionMark: false)
        static let hour = Vocabulary(title: "hour", range: 0...23, names: [], takesQuestionMark: false)
        static let dayOfMonth = Vocabulary(title: "day of month", range: 1...31, names: [], takesQuestionMark: true)
        static let month = Vocabulary(
            title: "month",
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
            takesQuestionMark: false
        )
        /// 7 is Sunday too; it is folded into 0 after parsing.
        static let dayOfWeek = Vocabulary(
            title: "day of week",
            range: 0...7,
            names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            takesQuestionMark: true
        )
    }

    /// Parses a list of values, ranges and steps, such as `MON-FRI`, `*/15` or `1,10-20/5`.
    init(parsing text: String, _ vocabulary: Vocabulary) throws(LifeboatError) {
        var values: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            values |= try Self.values(of: String(part), in: text, vocabulary)
        }
        if vocabulary.range.upperBound == 7, values & (1 << 7) != 0 { values = values & ~(1 << 7) | 1 }
        self.values = values
        beginsWithStar = text.hasPrefix("*") || text == "?"
    }

    private static func values(
        of part: String,
        in text: String,
        _ vocabulary: Vocabulary
    ) throws(LifeboatError) -> UInt64 {
        func wrong(_ reason: String) -> LifeboatError {
            LifeboatError(
                .scheduleInvalid,
                "the \(vocabulary.title) “\(text)” of the schedule is not valid: \(reason)",
                remedy: "use values from \(vocabulary.range.lowerBound) to \(vocabulary.range.upperBound), "
                    + "*, lists as 1,2, ranges as 1-5 and steps as */15"
            )
        }
        func value(_ text: String) throws(LifeboatError) -> Int {
            if let index = vocabulary.names.firstIndex(of: text.lowercased()) {
                return index + (vocabulary.range.lowerBound == 1 ? 1 : 0)
            }
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
                throw wrong(text.isEmpty ? "a value is missing" : "“\(text)” is no value")
            }
            guard vocabulary.range.contains(number) else { throw wrong("\(number) is out of range") }
            return number
        }

        let split = part.splitOnce("/")
        let base = split?.0 ?? part
        var (first, last): (Int, Int)
        if base == "*" || (base == "?" && vocabulary.takesQuestionMark) {
            // Sunday would count twice in the steps of a star over 0 to 7.
            (first, last) = (
                vocabulary.range.lowerBound, vocabulary.range.upperBound == 7 ? 6 : vocabulary.range.upperBound
            )
        } else if let (lower, upper) = base.splitOnce("-") {
            (first, last) = (try value(lower), try value(upper))
            guard first <= last else { throw wrong("the range \(base) runs backwards") }
        } else {
            first = try value(base)
            last = split == nil ? first : vocabulary.range.upperBound == 7 ? 6 : vocabulary.range.upperBound
            if first > last { last = first }
        }
        var step = 1
        if let text = split?.1 {
            guard let number = Int(text), number > 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw wrong("“\(text)” is no step")
            }
            step = number
        }
        return stride(from: first, through: last, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }
}
