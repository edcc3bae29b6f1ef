internal import KubernetesObjects

/// The answers of a checklist as its document tells them, in the order of the checklist: what all forms of it are made from.
struct ChecklistAnswers {
    struct Section {
        let id: String
        let title: String
        /// `ready`, `degraded`, `lost` …; that of a rebuilt cluster when the document compares.
        let verdict: String
        /// That of the snapshot; empty without a comparison.
        let before: String
        let components: [String]
        let lostComponents: [String]
        let answers: [Answer]
    }

    struct Answer {
        let id: String
        let section: String
        let title: String
        let severity: String
        let status: String
        let reason: String
        let why: String
        let remedy: String
        /// `regressed`, `pre-existing` …; empty without a comparison.
        let change: String
        let findings: [Place]
        let exempted: Int
    }

    /// One thing that a check found.
    struct Place {
        let level: String
        let object: String
        let path: String
        let message: String
        /// Whether the snapshot that is compared with has it not; nil without a comparison.
        let isNew: Bool?

        /// `Deployment.apps shop/web /spec/replicas: has one replica`, without the parts that are missing.
        var line: String {
            let place = [object, path].filter { !$0.isEmpty }.joined(separator: " ")
            return place.isEmpty ? message : "\(place): \(message)"
        }
    }

    let source: String
    let takenAt: String
    let isPassed: Bool
    let comparedWith: String
    let sections: [Section]
    let notes: [String]
    let version: String

    init(_ document: JSONValue) {
        source = document.text("source")
        takenAt = document.text("takenAt")
        isPassed = document["passed"]?.bool == true
        comparedWith = document.text("comparedWith")
        version = document.text("toolVersion")
        notes = document.texts("notes")
        let compared = document.items("comparison", "rows") + document.items("comparison", "areas")
        let changes = Dictionary(
            compared.flatMap { $0.items("checks") }.map { ($0.text("id"), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        sections = (document.items("rows") + document.items("areas"))
            .map { section in
                let id = section.text("row") + section.text("area")
                let comparison = compared.first { $0.text("row") + $0.text("area") == id }
                let traces = section.items("traces").map { "traces of \($0.text("id"))" }
                return Section(
                    id: id,
                    title: section.text("title"),
                    verdict: comparison?.text("rebuilt") ?? section.text("verdict"),
                    before: comparison?.text("snapshot") ?? "",
                    components: section.items("components").map(Self.component) + traces,
                    lostComponents: comparison?.texts("lostComponents") ?? [],
                    answers: section.items("checks").map { Answer($0, id, changes[$0.text("id")]) }
                )
            }
    }

    /// `traefik v3.1 (installed)`; what is active needs no word.
    private static func component(_ value: JSONValue) -> String {
        let (version, state) = (value.text("version"), value.text("state"))
        return value.text("id") + (version.isEmpty ? "" : " \(version)") + (state == "active" ? "" : " (\(state))")
    }

    var answers: [Answer] { sections.flatMap(\.answers) }

    func count(_ status: String) -> Int { answers.count { $0.status == status } }

    /// `3 fail, 1 unknown, 12 warn, 90 pass, 40 skip, 0 manual`.
    var counts: String {
        ["fail", "unknown", "warn", "pass", "skip", "manual"].map { "\(count($0)) \($0)" }.joined(separator: ", ")
    }

    /// What a reader has to look at: what the rebuild broke first, failures before missing answers before advice, and in
    /// these the critical first.
    var unresolved: [Answer] {
        let open = answers.filter { ["fail", "unknown", "warn", "manual"].contains($0.status) }
        func weight(_ answer: Answer) -> Int {
            let severity = ["critical", "major", "minor", "info"].firstIndex(of: answer.severity) ?? 4
            let status = ["fail", "unknown", "manual", "warn"].firstIndex(of: answer.status) ?? 4
            return (answer.change == "pre-existing" ? 100 : 0) + status * 10 + severity
        }
        return open.enumerated().sorted { (weight($0.element), $0.offset) < (weight($1.element), $1.offset) }
            .map(\.element)
    }
}

extension ChecklistAnswers.Answer {
    fileprivate init(_ value: JSONValue, _ section: String, _ comparison: JSONValue?) {
        id = value.text("id")
        self.section = section
        title = value.text("title")
        severity = value.text("severity")
        status = value.text("status")
        reason = value.text("reason")
        why = value.text("why")
        remedy = value.text("remedy")
        change = comparison?.text("change") ?? ""
        exempted = value.items("exempted").count
        let new = comparison?.items("newFailures")
        findings = value.items("findings").map { finding in
            ChecklistAnswers.Place(
                level: finding.text("level"),
                object: finding.text("object"),
                path: finding.text("path"),
                message: finding.text("message"),
                isNew: new.map { $0.contains { $0 == finding } }
            )
        }
    }
}
