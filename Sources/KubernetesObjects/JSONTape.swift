/// The structure of one JSON document as a flat array of nodes that point into the bytes.
///
/// One validating pass, no strings made. The children of an object follow it as key, value, key, value; `next` of a node
/// is the index behind its whole subtree. A tape is reused for one document after another to spare allocations.
package struct JSONTape {
    package enum Kind: UInt8, Sendable { case object, array, string, number, `true`, `false`, null }

    package struct Node: Sendable {
        package let kind: Kind
        /// Only for strings: whether the bytes hold escapes or control characters that need decoding.
        package let hasEscapes: Bool
        package let start: UInt32
        /// One past the last byte; for strings both bounds lie inside the quotes.
        package fileprivate(set) var end: UInt32
        package fileprivate(set) var next: UInt32
        package var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// Kubernetes refuses deeper documents too (10,000 in its JSON decoder); 512 is far past any real object.
    private static let maximumDepth = 512
    package private(set) var nodes: [Node] = []
    private var open: [Int] = []

    package init() {}

    /// Replaces the content of the tape by the document in `range` of `bytes`.
    package mutating func parse(_ bytes: Span<UInt8>, range: Range<Int>) throws(JSONError) {
        nodes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        var scanner = JSONScanner(at: range.lowerBound, end: range.upperBound)
        repeat {
            try step(&scanner, bytes)
        } while !open.isEmpty
        while scanner.index < scanner.end {
            switch bytes[scanner.index] {
            case 0x20, 0x0A, 0x0D, 0x09: scanner.index += 1
            default: throw .trailingBytes(offset: scanner.index)
            }
        }
    }

    /// Reads one value, or closes the container that is open.
    private mutating func step(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        if let container = open.last {
            var isFirst = nodes.count == container + 1
            if nodes[container].kind == .object {
                guard let key = try scanner.nextKey(bytes, isFirst: &isFirst) else { return close(scanner) }
                try appendString(key, bytes)
            } else if try !scanner.nextElement(bytes, isFirst: &isFirst) {
                return close(scanner)
            }
        }
        let start = try scanner.peek(bytes)
        switch start {
        case .quote: try appendString(try scanner.string(bytes), bytes)
        case .openBrace, .openBracket:
            guard open.count < Self.maximumDepth else { throw .tooDeep(offset: scanner.index) }
            open.append(nodes.count)
            append(start == .openBrace ? .object : .array, scanner.index..<(scanner.index + 1))
            scanner.index += 1
        case 0x74: try appendLiteral(.true, "true", &scanner, bytes)
        case 0x66: try appendLiteral(.false, "false", &scanner, bytes)
        case 0x6E: try appendLiteral(.null, "null", &scanner, bytes)
        default: try appendNumber(&scanner, bytes)
        }
    }

    private mutating func close(_ scanner: JSONScanner) {
        let container = open.removeLast()
        nodes[container].end = UInt32(truncatingIfNeeded: scanner.index)
        nodes[container].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    private mutating func append(_ kind: Kind, _ range: Range<Int>, hasEscapes: Bool = false) {
        nodes.append(
            Node(
                kind: kind,
                hasEscapes: hasEscapes,
                start: UInt32(truncatingIfNeeded: range.lowerBound),
                end: UInt32(truncatingIfNeeded: range.upperBound),
                next: UInt32(truncatingIfNeeded: nodes.count + 1)
            )
        )
    }

    private mutating func appendString(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(JSONError) {
        var index = range.lowerBound
        var hasEscapes = false
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == .backslash { hasEscapes = true }
            guard byte >= 0x20 else { throw .invalidString(offset: index) }
            index += 1
        }
        append(.string, range, hasEscapes: hasEscapes)
    }

    private mutating func appendLiteral(
        _ kind: Kind,
        _ text: StaticString,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONError) {
        let start = scanner.index
        for offset in 0..<text.utf8CodeUnitCount {
            guard start + offset < scanner.end else { throw .truncated(offset: scanner.end) }
            guard bytes[start + offset] == text.utf8Start[offset] else {
                throw .unexpected(byte: bytes[start + offset], offset: start + offset)
            }
        }
        scanner.index = start + text.utf8CodeUnitCount
        append(kind, start..<scanner.index)
    }

    /// Checks the grammar of RFC 8259 section 6 and keeps the lexeme as it is.
    private mutating func appendNumber(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        let (start, end) = (scanner.index, scanner.end)
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
        scanner.index = index
        append(.number, start..<index)
    }

    private func skipDigits(_ index: inout Int, _ end: Int, _ bytes: Span<UInt8>) -> Int {
        let start = index
        while index < end, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        return index - start
    }
}
