package import KubernetesObjects

/// A checklist as the XML that build servers read as the result of tests: a suite for each row and area, a case for each check.
///
/// A check that failed in the snapshot already is no failure here, because it is not what the rebuild broke.
package enum ChecklistJUnit {
    package static func text(_ document: JSONValue) -> String {
        let answers = ChecklistAnswers(document)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuites name=\"\(escaped("Readiness checklist of \(answers.source)"))\"\(counts(answers.answers))>\n"
        for section in answers.sections where !section.answers.isEmpty {
            text += "  <testsuite name=\"\(escaped(section.title))\" timestamp=\"\(escaped(stamp(answers.takenAt)))\""
            text += "\(counts(section.answers))>\n"
            for answer in section.answers { text += self.case(answer) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private enum Ending { case passed, failed, error, skipped }

    private static func ending(_ answer: ChecklistAnswers.Answer) -> Ending {
        switch answer.status {
        case "fail": answer.change == "pre-existing" ? .skipped : .failed
        case "unknown": .error
        case "skip", "manual": .skipped
        default: .passed
        }
    }

    private static func counts(_ answers: [ChecklistAnswers.Answer]) -> String {
        let endings = answers.map(ending)
        func count(_ wanted: Ending) -> Int { endings.count { $0 == wanted } }
        return " tests=\"\(answers.count)\" failures=\"\(count(.failed))\" errors=\"\(count(.error))\""
            + " skipped=\"\(count(.skipped))\""
    }

    private static func `case`(_ answer: ChecklistAnswers.Answer) -> String {
        let name = "\(answer.id): \(answer.title)"
        var text = "    <testcase classname=\"\(escaped(answer.section))\" name=\"\(escaped(name))\">\n"
        text += "      <properties>\n        <property name=\"severity\" value=\"\(escaped(answer.severity))\"/>\n"
        if !answer.change.isEmpty {
            text += "        <property name=\"change\" value=\"\(escaped(answer.change))\"/>\n"
        }
        text += "      </properties>\n"
        let lines = answer.findings.map { "\($0.level)  \($0.line)" }.joined(separator: "\n")
        switch ending(answer) {
        case .failed:
            let message = answer.findings.first?.line ?? answer.title
            text += "      <failure type=\"\(escaped(answer.severity))\" message=\"\(escaped(message))\">"
            text += "\(escaped("\(lines)\nwhy: \(answer.why)\nnext: \(answer.remedy)"))</failure>\n"
        case .error: text += "      <error type=\"unknown\" message=\"\(escaped(answer.reason))\"/>\n"
        case .skipped:
            let message = answer.status == "fail" ? "it failed in the snapshot already: \(lines)" : answer.reason
            text += "      <skipped message=\"\(escaped(message))\"/>\n"
        case .passed: if !lines.isEmpty { text += "      <system-out>\(escaped(lines))</system-out>\n" }
        }
        return text + "    </testcase>\n"
    }

    /// The schema of these files wants a time without fractions and zone.
    private static func stamp(_ moment: String) -> String { String(moment.prefix(19)) }

    /// Text of a report as XML text or attribute; characters that XML 1.0 cannot hold become a question mark.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
