/// The structure of one JSON document as a flat array of nodes that point into the bytes.
///
/// One validating pass, no strings made. The children of an object follow it as key, value, key, value; `next` of a node
/// is the index behind its whole subtree. A tape is reused for one document after another to spare allocations.
package struct JSONTape {
    package enum Kind: UInt8, Sendable { case object, array, string, number, `true`, `false`, null }

    package struct Node: Sendable {
        package let kind: Kind
        /// Only for strings: whether the bytes hold escapes that need decoding.
        package let hasEscapes: Bool
        /// Whether the bytes of the whole subtree are in canonical form already, so that they can be copied as they are.
        package let isCanonical: Bool
        /// Only for objects: whether the keys are in the order of their bytes, without duplicates.
        package let hasSortedKeys: Bool
        package let start: UInt32
        /// One past the last byte; for strings both bounds lie inside the quotes.
        package let end: UInt32
        package let next: UInt32
        package var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// A container that is not closed yet. What is found out of it goes into its node when it is closed.
    private struct Open {
        /// -1 outside of all containers.
        var node = -1
        var isObject = false
        /// -1 when there was none.
        var lastKey = -1
        var isCanonical = true
        var hasSortedKeys = true
    }

    /// Kubernetes refuses deeper documents too (10,000 in its JSON decoder); 512 is far past any real object.
    private static let maximumDepth = 512
    package private(set) var nodes: [Node] = []
    /// The innermost open container, and those around it.
    private var current = Open()
    private var around: [Open] = []

    package init() {}

    /// Replaces the content of the tape by the document in `range` of `bytes`.
    package mutating func parse(_ bytes: Span<UInt8>, range: Range<Int>) throws(JSONError) {
        nodes.removeAll(keepingCapacity: true)
        around.removeAll(keepingCapacity: true)
        current = Open()
        let end = range.upperBound
        var index = range.lowerBound
        try readValue(bytes, &index, end)
        while current.node >= 0 {
            skipSpace(bytes, &index, end)
            guard index < end else { throw .truncated(offset: index) }
            if bytes[index] == (current.isObject ? .closeBrace : .closeBracket) {
                index += 1
                close(index)
                continue
            }
            let isFirst = nodes.count == current.node + 1
            if !isFirst {
                guard bytes[index] == .comma else { throw .unexpected(byte: bytes[index], offset: index) }
                index += 1
                skipSpace(bytes, &index, end)
            }
            if current.isObject { try readKey(bytes, &index, end) }
            try readValue(bytes, &index, end)
        }
        skipSpace(bytes, &index, end)
        guard index == end else { throw .trailingBytes(offset: index) }
    }

    @inline(__always)
    private mutating func readValue(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) throws(JSONError) {
        skipSpace(bytes, &index, end)
        guard index < end else { throw .truncated(offset: index) }
        switch bytes[index] {
        case .quote: try readString(bytes, &index, end)
        case .openBrace, .openBracket:
            guard around.count < Self.maximumDepth else { throw .tooDeep(offset: index) }
            let isObject = bytes[index] == .openBrace
            around.append(current)
            current = Open(node: nodes.count, isObject: isObject)
            append(isObject ? .object : .array, index..<(index + 1), hasEscapes: false, isCanonical: true)
            index += 1
        case 0x74: try readLiteral(.true, "true", bytes, &index, end)
        case 0x66: try readLiteral(.false, "false", bytes, &index, end)
        case 0x6E: try readLiteral(.null, "null", bytes, &index, end)
        default: try readNumber(bytes, &index, end)
        }
    }

    @inline(__always)
    private mutating func readKey(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) throws(JSONError) {
        guard index < end else { throw .truncated(offset: index) }
        guard bytes[index] == .quote else { throw .unexpected(byte: bytes[index], offset: index) }
        let key = nodes.count
        try readString(bytes, &index, end)
        skipSpace(bytes, &index, end)
        guard index < end else { throw .truncated(offset: index) }
        guard bytes[index] == .colon else { throw .unexpected(byte: bytes[index], offset: index) }
        index += 1
        // Keys whose escapes decide are put in order by whoever needs the order, after decoding.
        if current.lastKey >= 0, !isOrdered(current.lastKey, key, bytes) { current.hasSortedKeys = false }
        current.lastKey = key
    }

    @inline(__always)
    private func isOrdered(_ left: Int, _ right: Int, _ bytes: Span<UInt8>) -> Bool {
        let (left, right) = (nodes[left], nodes[right])
        let hasEscapes = left.hasEscapes || right.hasEscapes
        let (first, second) = (bytes[Int(left.start)], bytes[Int(right.start)])
        // Most keys differ in their first byte. At the start of an empty key is its closing quote.
        if first != second, !hasEscapes, left.end > left.start, right.end > right.start { return first < second }
        return bytes.keyOrder(left.range, right.range, hasEscapes: hasEscapes) == .before
    }

    private mutating func close(_ index: Int) {
        let closed = current
        current = around.removeLast()
        let isCanonical = closed.isCanonical && closed.hasSortedKeys
        nodes[closed.node] = Node(
            kind: closed.isObject ? .object : .array,
            hasEscapes: false,
            isCanonical: isCanonical,
            hasSortedKeys: closed.hasSortedKeys,
            start: nodes[closed.node].start,
            end: UInt32(truncatingIfNeeded: index),
            next: UInt32(truncatingIfNeeded: nodes.count)
        )
        if !isCanonical { current.isCanonical = false }
    }

    @inline(__always)
    private mutating func skipSpace(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) {
        if index < end, bytes[index] <= 0x20 { skipSomeSpace(bytes, &index, end) }
    }

    @inline(never)
    private mutating func skipSomeSpace(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) {
        let start = index
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09
        {
            index += 1
        }
        if index > start { current.isCanonical = false }
    }

    private mutating func append(_ kind: Kind, _ range: Range<Int>, hasEscapes: Bool, isCanonical: Bool) {
        nodes.append(
            Node(
                kind: kind,
                hasEscapes: hasEscapes,
                isCanonical: isCanonical,
                hasSortedKeys: true,
                start: UInt32(truncatingIfNeeded: range.lowerBound),
                end: UInt32(truncatingIfNeeded: range.upperBound),
                next: UInt32(truncatingIfNeeded: nodes.count + 1)
            )
        )
        if !isCanonical { current.isCanonical = false }
    }

    private mutating func readString(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) throws(JSONError) {
        let start = index + 1
        var position = start
        var hasEscapes = false
        var isCanonical = true
        while true {
            position = bytes.endOfValidText(from: position, to: end)
            guard position < end else { throw .truncated(offset: position) }
            if bytes[position] == .quote { break }
            guard bytes[position] == .backslash, position + 1 < end else { throw .invalidString(offset: position) }
            hasEscapes = true
            switch bytes[position + 1] {
            case .quote, .backslash, 0x6E, 0x74, 0x72, 0x62, 0x66: break
            default: isCanonical = false
            }
            position += 2
        }
        append(.string, start..<position, hasEscapes: hasEscapes, isCanonical: isCanonical)
        index = position + 1
    }

    private mutating func readLiteral(
        _ kind: Kind,
        _ text: StaticString,
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONError) {
        guard index + text.utf8CodeUnitCount <= end else { throw .truncated(offset: end) }
        let range = index..<(index + text.utf8CodeUnitCount)
        guard bytes.matches(range, text) else { throw .unexpected(byte: bytes[index], offset: index) }
        append(kind, range, hasEscapes: false, isCanonical: true)
        index = range.upperBound
    }

    /// Checks the grammar of RFC 8259 section 6 and keeps the lexeme as it is.
    private mutating func readNumber(_ bytes: Span<UInt8>, _ start: inout Int, _ end: Int) throws(JSONError) {
        var index = start
        if bytes[index] == 0x2D { index += 1 }
        let integer = skipDigits(&index, end, bytes)
        let hasLeadingZero = integer > 1 && bytes[index - integer] == 0x30
        guard integer > 0, !hasLeadingZero else {
            throw integer == 0 && index == start
                ? .unexpected(byte: bytes[start], offset: start) : .invalidNumber(offset: start)
        }
        if index < end, bytes[index] == 0x2E {
            index += 1
            guard skipDigits(&index, end, bytes) > 0 else { throw .invalidNumber(offset: start) }
        }
        if index < end, bytes[index] == 0x65 || bytes[index] == 0x45 {
            index += 1
            if index < end, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            guard skipDigits(&index, end, bytes) > 0 else { throw .invalidNumber(offset: start) }
        }
        append(.number, start..<index, hasEscapes: false, isCanonical: true)
        start = index
    }

    private func skipDigits(_ index: inout Int, _ end: Int, _ bytes: Span<UInt8>) -> Int {
        let start = index
        while index < end, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        return index - start
    }
}
