/// The shapes beside the words, drawn once and used by name.
enum PageDrawing {
    /// A circle with a tick, a triangle, an octagon with a cross, a diamond with a question mark, a dashed circle and a
    /// plain one: each differs from the others without its colour.
    static let shapes = HTML(
        verbatim: """
            <svg width="0" height="0" style="position:absolute" aria-hidden="true">
            <symbol id="shape-good" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11" fill="currentColor"/>
            <path d="M6.8 12.4l3.5 3.5 7-7.4" class="mark"/></symbol>
            <symbol id="shape-caution" viewBox="0 0 24 24"><path d="M12 1.8 23.2 21.6H.8Z" fill="currentColor"
            stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/><path d="M12 9v5.6M12 18.2v.1" class="mark"/></symbol>
            <symbol id="shape-bad" viewBox="0 0 24 24"><path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9Z" fill="currentColor"/>
            <path d="M8 8l8 8M16 8l-8 8" class="mark"/></symbol>
            <symbol id="shape-unanswered" viewBox="0 0 24 24"><path d="M12 .6 23.4 12 12 23.4.6 12Z" fill="currentColor"/>
            <path d="M9.4 9.6a2.7 2.7 0 1 1 4 2.4c-1 .55-1.4 1-1.4 1.9M12 17v.1" class="mark"/></symbol>
            <symbol id="shape-untested" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="none" stroke="currentColor"
            stroke-width="2.4" stroke-dasharray="4.2 3.65"/></symbol>
            <symbol id="shape-quiet" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="none" stroke="currentColor"
            stroke-width="2"/><path d="M8 12h8" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></symbol>
            </svg>
            """
    )
}
