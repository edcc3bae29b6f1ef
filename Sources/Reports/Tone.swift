/// How a word of a report is to be taken. It decides the shape and the colour beside the word, which always stays.
enum Tone: String {
    case good
    case caution
    case bad
    /// There should be an answer and there is none.
    case unanswered
    /// It could not be asked here.
    case untested
    case quiet

    /// The tone of a status, a change, a state or a verdict; a word that is not known here is quiet.
    init(of word: String) {
        self =
            switch word {
            case "pass", "ready", "ok", "fixed", "active", "met": .good
            case "warn", "degraded", "pre-existing", "pass-with-deviations", "declared": .caution
            case "fail", "failed", "timeout", "regressed", "lost", "not-ready", "not met": .bad
            case "unknown", "unverifiable", "inconclusive", "manual", "not made": .unanswered
            case "not-tested", "not-comparable": .untested
            default: .quiet
            }
    }

    /// The shape, for reading without colours. Its drawing is in `PageDrawing`.
    var icon: HTML {
        Tag.svg(.class("icon"), .hiddenFromReaders) { Tag.use(.href(place: "shape-\(rawValue)")) }
    }
}

extension HTML {
    /// A word of the report with its shape.
    static func badge(_ word: String, _ tone: Tone? = nil) -> HTML {
        let tone = tone ?? Tone(of: word)
        return Tag.span(.class("badge", tone.rawValue)) {
            tone.icon
            word
        }
    }

    /// How something was in the snapshot and how it is in the rebuilt cluster.
    static func change(from before: String, to after: String) -> HTML {
        Tag.span(.class("change")) {
            Tag.span(.class("before")) { before.isEmpty ? "–" : before }
            Tag.span(.class("arrow"), .label("then")) { "→" }
            badge(after.isEmpty ? "–" : after)
        }
    }
}
