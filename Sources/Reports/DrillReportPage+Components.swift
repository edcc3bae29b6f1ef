internal import KubernetesObjects

extension DrillReportPage {
    /// The components of a row that the snapshot or the rebuilt cluster has; the lost ones stand out.
    static func components(_ row: JSONValue) -> HTML {
        let (before, after) = (row.items("snapshotComponents"), row.items("rebuiltComponents"))
        let known = Set(before.map { $0.text("id") })
        let added = after.filter { !known.contains($0.text("id")) }
        guard !before.isEmpty || !added.isEmpty else { return HTML("no component") }
        let lost = Set(row.texts("lostComponents"))
        return Tag.ul(.class("components")) {
            for component in before + added {
                let id = component.text("id")
                item(
                    id,
                    before: before.first { $0.text("id") == id },
                    after: after.first { $0.text("id") == id },
                    isLost: lost.contains(id)
                )
            }
        }
    }

    private static func item(_ id: String, before: JSONValue?, after: JSONValue?, isLost: Bool) -> HTML {
        let note = (after ?? before)?.text("note") ?? ""
        let version = transition(before?.text("version"), after?.text("version"))
        let state = transition(before?.text("state") ?? "–", isLost ? nil : after?.text("state") ?? "–")
        return Tag.li(.class(isLost ? "lost" : "")) {
            Tag.strong { id }
            for word in [version, state] where !word.isEmpty {
                " "
                Tag.small { word }
            }
            if isLost {
                " "
                HTML.badge("lost")
            }
            if !note.isEmpty { Tag.small(.class("remark")) { note } }
        }
    }

    /// One word when both sides say the same, else both.
    private static func transition(_ before: String?, _ after: String?) -> String {
        guard let before, !before.isEmpty else { return after ?? "" }
        guard let after, !after.isEmpty, after != before else { return before }
        return "\(before) → \(after)"
    }
}
