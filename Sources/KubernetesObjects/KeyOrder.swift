/// The order of JSON keys by their decoded bytes, told from the undecoded ones where that is possible.
enum KeyOrder {
    case before, same, after

    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .before : left > right ? .after : .same
    }
}

extension Span<UInt8> {
    /// How the keys in two ranges are ordered; nil when an escape decides, which must be decoded first.
    ///
    /// UTF-8 and the bytes outside of escapes are ordered as they are, so only an escape at the first difference matters. Keys such
    /// as `k:{\"name\":\"web\"}` in managed fields have escapes before it.
    func keyOrder(_ left: Range<Int>, _ right: Range<Int>, hasEscapes: Bool) -> KeyOrder? {
        let count = min(left.count, right.count)
        let common = commonPrefix(left.lowerBound, right.lowerBound, count)
        // An escape is never at the end of a key without what belongs to it.
        guard common < count else { return KeyOrder(left.count, right.count) }
        let (first, second) = (self[left.lowerBound + common], self[right.lowerBound + common])
        if hasEscapes {
            guard first != .backslash, second != .backslash,
                !isInEscape(left.lowerBound + common, of: left.lowerBound)
            else { return nil }
        }
        return KeyOrder(first, second)
    }

    /// Whether the byte at `index` belongs to an escape that begins before it, in a key that begins at `start`.
    private func isInEscape(_ index: Int, of start: Int) -> Bool {
        // The longest escape has six bytes: the backslash, a u and four digits.
        var position = index - 1
        while position >= Swift.max(start, index - 5), self[position] != .backslash { position -= 1 }
        guard position >= Swift.max(start, index - 5) else { return false }
        var backslashes = 1
        while position - backslashes >= start, self[position - backslashes] == .backslash { backslashes += 1 }
        // The second of a pair ends an escape.
        guard backslashes % 2 == 1 else { return false }
        return index == position + 1 || self[position + 1] == 0x75
    }
}
