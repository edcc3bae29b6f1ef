import Testing

@testable import Policies

/// Random texts: each is read or refused at a place in it, and none stops the program.
@Suite struct `Any text as an expression` {
    private static let pieces = [
        "self", "it", ".a", "[0]", "(", ")", "[", "]", "{", "}", "'x'", "\"", "r'\\d'", "'''", "1", "-", "+", "1.5e",
        "&&", "||", "!",
        "?", ":", ",", "==", "in", "has(", "self.a.all(x, x)", ".map(y,", "size(", "matches(", "//", "\n", "\\", "é",
        "\u{1F600}", "0x",
        "9223372036854775808", "null", "true", " ", "..", "#",
    ]

    @Test func `is read or refused`() {
        // A generator with a fixed start, so that a failure can be seen again.
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var (read, refused) = (0, 0)
        for _ in 0..<40_000 {
            let text = (0..<(1 + next(12))).map { _ in Self.pieces[next(Self.pieces.count)] }.joined()
            do throws(ExpressionError) {
                _ = try Expression.parse(text, scope: ["self", "it"])
                read += 1
            } catch {
                refused += 1
                #expect(error.offset >= 0 && error.offset <= text.utf8.count, "\(text)")
                #expect(!error.message.isEmpty && !error.excerpt(of: text).isEmpty)
            }
        }
        #expect(read > 500 && refused > 10_000)
    }
}
