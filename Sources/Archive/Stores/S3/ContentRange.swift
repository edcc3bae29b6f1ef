/// `bytes FIRST-LAST/TOTAL` of an answer that holds a part.
struct ContentRange: Equatable {
    let range: Range<Int>
    let total: Int

    init?(_ answer: WebAnswer) {
        guard let text = answer.headers["content-range"] else { return nil }
        let parts = text.split { " -/".contains($0) }
        guard parts.count == 4, parts[0] == "bytes", let first = Int(parts[1]), let last = Int(parts[2]),
            let total = Int(parts[3]), first >= 0, last >= first, last < total
        else { return nil }
        range = first..<last + 1
        self.total = total
    }
}
