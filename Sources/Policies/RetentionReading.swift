import KubernetesObjects

extension PolicyNode {
    /// Reads the retention of a BackupPolicy, in restic's words.
    func retentionPolicy() -> RetentionPolicy? {
        fields { fields in
            var retention = RetentionPolicy(
                keepLast: fields.optional("keepLast")?.retentionCount() ?? .none,
                keepWithin: fields.optional("keepWithin")?.retentionSpan(),
                keepTags: fields.strings("keepTags")
            )
            for period in RetentionPolicy.Period.allCases {
                retention.keep[period] = fields.optional("keep\(period.rawValue)")?.retentionCount()
                retention.keepWithinPeriod[period] = fields.optional("keepWithin\(period.rawValue)")?.retentionSpan()
            }
            if let node = fields.optional("minimum"), let minimum = node.integer {
                if minimum < 1 { node.report("must be at least 1, so that a snapshot always remains") }
                retention.minimum = minimum
            }
            if retention.isEmpty {
                fields.report(
                    "no rule keeps a snapshot; give keepLast, keepDaily or another keep rule, or leave retention out"
                )
            }
            return retention
        }
    }

    /// A count, or `unlimited`.
    private func retentionCount() -> RetentionPolicy.Count? {
        if isText("unlimited") { return .unlimited }
        guard let count = integer else { return nil }
        guard count >= 0 else {
            report("must be a count or unlimited")
            return nil
        }
        return count == 0 ? RetentionPolicy.Count.none : .exactly(count)
    }

    private func retentionSpan() -> RetentionPolicy.Span? {
        guard let text = string else { return nil }
        guard let span = RetentionPolicy.Span(parsing: text) else {
            report("“\(text)” is not a span; write years, months, days and hours, for example 2y5m7d3h (weeks are 7d)")
            return nil
        }
        return span
    }
}

extension RetentionPolicy.Span {
    /// Parses `2y5m7d3h`: any of the units in any order, each once; nil for anything else.
    package init?(parsing text: String) {
        var values: [Character: Int] = [:]
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                guard "ymdh".contains(character), values[character] == nil, let number = Int(digits), number < 100_000
                else { return nil }
                values[character] = number
                digits = ""
            }
        }
        guard digits.isEmpty, !values.isEmpty else { return nil }
        self.init(
            years: values["y"] ?? 0,
            months: values["m"] ?? 0,
            days: values["d"] ?? 0,
            hours: values["h"] ?? 0
        )
    }
}
