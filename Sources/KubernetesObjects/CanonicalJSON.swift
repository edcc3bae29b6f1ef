/// Writes an object in its canonical form, from which the archive computes its id.
///
/// Canonical means: no white space, keys sorted by their bytes, strings with the fewest escapes, number lexemes kept
/// as they came (2^63 and 1e400 survive). `metadata.resourceVersion` is left out, because it changes with every write
/// that changes nothing; a typed LIST leaves out apiVersion and kind, so they are put in.
package struct CanonicalJSON {
    /// Where the parts that the server or a controller owns ended up in the output.
    package struct Layout: Sendable {
        /// The bytes of the member `metadata.managedFields` with one adjacent comma; empty when there is none.
        package var managedFields: Range<Int> = 0..<0
        /// The bytes of the top-level member `status` with one adjacent comma; empty when there is none.
        package var status: Range<Int> = 0..<0

        /// Of an object that has neither.
        package init() {}
    }

    private var tape = JSONTape()
    private var keys: [Int] = []
    private var prefixes: [UInt64] = []
    private var scratch: [UInt8] = []

    package init() {}

    /// Appends the canonical form of the object in `range` of `bytes` to `output`.
    ///
    /// - Throws: `JSONError` for bytes that are not valid JSON or that hold a key twice.
    package mutating func encode(
        _ bytes: Span<UInt8>,
        range: Range<Int>,
        groupVersionKind: GroupVersionKind,
        into output: inout [UInt8]
    ) throws(JSONError) -> Layout {
        try tape.parse(bytes, range: range)
        guard tape.nodes[0].kind == .object else {
            throw .unexpected(byte: bytes[range.lowerBound], offset: range.lowerBound)
        }
        var layout = Layout()
        let start = output.count
        output.append(.openBrace)
        let base = keys.count
        try collectKeys(of: 0, bytes)
        let first = keys.count > base ? base : keys.count
        var hasAPIVersion = false
        var hasKind = false
        for position in first..<keys.count {
            if isKey(keys[position], "apiVersion", bytes) { hasAPIVersion = true }
            if isKey(keys[position], "kind", bytes) { hasKind = true }
        }
        var position = base
        for pending in [
            (hasAPIVersion, "apiVersion", groupVersionKind.apiVersion), (hasKind, "kind", groupVersionKind.kind),
        ]
        where !pending.0 {
            while position < keys.count, precedes(keys[position], pending.1, bytes) {
                try emitRootMember(keys[position], bytes, start, &layout, &output)
                position += 1
            }
            separate(start, &output)
            JSONString.encode(pending.1.utf8, into: &output)
            output.append(.colon)
            JSONString.encode(pending.2.utf8, into: &output)
        }
        while position < keys.count {
            try emitRootMember(keys[position], bytes, start, &layout, &output)
            position += 1
        }
        keys.removeLast(keys.count - base)
        output.append(.closeBrace)
        return layout
    }

    private mutating func emitRootMember(
        _ key: Int,
        _ bytes: Span<UInt8>,
        _ start: Int,
        _ layout: inout Layout,
        _ output: inout [UInt8]
    ) throws(JSONError) {
        let memberStart = output.count
        separate(start, &output)
        if isKey(key, "metadata", bytes), tape.nodes[key + 1].kind == .object {
            try emitString(key, bytes, &output)
            output.append(.colon)
            try emitMetadata(key + 1, bytes, &layout, &output)
        } else {
            try emitMember(key, bytes, &output)
        }
        if isKey(key, "status", bytes) { layout.status = memberStart..<output.count }
    }

    private mutating func emitMetadata(
        _ node: Int,
        _ bytes: Span<UInt8>,
        _ layout: inout Layout,
        _ output: inout [UInt8]
    ) throws(JSONError) {
        let start = output.count
        output.append(.openBrace)
        let base = keys.count
        try collectKeys(of: node, bytes)
        for position in base..<keys.count where !isKey(keys[position], "resourceVersion", bytes) {
            let memberStart = output.count
            separate(start, &output)
            try emitMember(keys[position], bytes, &output)
            if isKey(keys[position], "managedFields", bytes) { layout.managedFields = memberStart..<output.count }
        }
        keys.removeLast(keys.count - base)
        output.append(.closeBrace)
    }

    private func separate(_ start: Int, _ output: inout [UInt8]) {
        if output.count > start + 1 { output.append(.comma) }
    }

    private mutating func emitMember(_ key: Int, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(JSONError) {
        let (name, value) = (tape.nodes[key], tape.nodes[key + 1])
        let quote = value.kind == .string ? 1 : 0
        // Nothing between the key's closing quote and the value but the colon: one copy for all.
        if name.isCanonical, value.isCanonical, value.range.lowerBound - quote == name.range.upperBound + 2 {
            return copy(name.range.lowerBound - 1..<value.range.upperBound + quote, bytes, &output)
        }
        try emitString(key, bytes, &output)
        output.append(.colon)
        try emitValue(key + 1, bytes, &output)
    }

    private mutating func emitValue(_ node: Int, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(JSONError) {
        let value = tape.nodes[node]
        if value.isCanonical {
            let quote = value.kind == .string ? 1 : 0
            return copy(value.range.lowerBound - quote..<value.range.upperBound + quote, bytes, &output)
        }
        switch value.kind {
        case .string: try emitString(node, bytes, &output)
        case .object:
            let start = output.count
            output.append(.openBrace)
            let base = keys.count
            try collectKeys(of: node, bytes)
            for position in base..<keys.count {
                separate(start, &output)
                try emitMember(keys[position], bytes, &output)
            }
            keys.removeLast(keys.count - base)
            output.append(.closeBrace)
        case .array:
            let start = output.count
            output.append(.openBracket)
            var child = node + 1
            let end = Int(tape.nodes[node].next)
            while child < end {
                separate(start, &output)
                try emitValue(child, bytes, &output)
                child = Int(tape.nodes[child].next)
            }
            output.append(.closeBracket)
        case .number, .true, .false, .null: copy(tape.nodes[node].range, bytes, &output)
        }
    }

    private mutating func emitString(_ node: Int, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(JSONError) {
        let string = tape.nodes[node]
        guard !string.isCanonical else {
            return copy(string.range.lowerBound - 1..<string.range.upperBound + 1, bytes, &output)
        }
        scratch.removeAll(keepingCapacity: true)
        try JSONString.decode(bytes, range: string.range, into: &scratch)
        JSONString.encode(scratch, into: &output)
    }

    private func copy(_ range: Range<Int>, _ bytes: Span<UInt8>, _ output: inout [UInt8]) {
        bytes.extracting(range).withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }

    /// Appends the key nodes of an object to `keys`, sorted by their decoded bytes.
    private mutating func collectKeys(of node: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        let base = keys.count
        var child = node + 1
        let end = Int(tape.nodes[node].next)
        while child < end {
            keys.append(child)
            child = Int(tape.nodes[child + 1].next)
        }
        if !tape.nodes[node].hasSortedKeys { try sortKeys(base, bytes) }
    }

    private mutating func sortKeys(_ base: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        // Insertion sort up to 32 members, as nearly all objects have; a map of thousands of keys is sorted decoded.
        if keys.count - base <= 32 { return try insertionSort(base, bytes) }
        var decoded: [([UInt8], Int)] = []
        for key in keys[base...] {
            var text: [UInt8] = []
            try JSONString.decode(bytes, range: tape.nodes[key].range, into: &text)
            decoded.append((text, key))
        }
        decoded.sort { $0.0.lexicographicallyPrecedes($1.0) }
        for index in 1..<decoded.count where decoded[index - 1].0 == decoded[index].0 {
            throw .duplicateKey(offset: Int(tape.nodes[decoded[index].1].start))
        }
        keys.replaceSubrange(base..., with: decoded.map(\.1))
    }

    /// The first bytes of the keys decide nearly always, so they are compared as numbers before the keys as texts.
    private mutating func insertionSort(_ base: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        prefixes.removeAll(keepingCapacity: true)
        let hasEscapes = keys[base...].contains { tape.nodes[$0].hasEscapes }
        for index in base..<keys.count {
            let key = keys[index]
            // Undecoded bytes say nothing of the order: with equal prefixes all are compared as texts.
            let prefix = hasEscapes ? 0 : bytes.orderedPrefix(tape.nodes[key].range)
            prefixes.append(prefix)
            var position = index
            while position > base {
                let previous = prefixes[position - 1 - base]
                if previous < prefix { break }
                if previous == prefix {
                    let order = try order(keys[position - 1], key, bytes)
                    if order == .same { throw .duplicateKey(offset: Int(tape.nodes[key].start)) }
                    if order == .before { break }
                }
                keys[position] = keys[position - 1]
                prefixes[position - base] = previous
                position -= 1
            }
            keys[position] = key
            prefixes[position - base] = prefix
        }
    }

    private func order(_ left: Int, _ right: Int, _ bytes: Span<UInt8>) throws(JSONError) -> KeyOrder {
        let (a, b) = (tape.nodes[left], tape.nodes[right])
        if let order = bytes.keyOrder(a.range, b.range, hasEscapes: a.hasEscapes || b.hasEscapes) { return order }
        var (first, second): ([UInt8], [UInt8]) = ([], [])
        try JSONString.decode(bytes, range: a.range, into: &first)
        try JSONString.decode(bytes, range: b.range, into: &second)
        return first == second ? .same : first.lexicographicallyPrecedes(second) ? .before : .after
    }

    private func isKey(_ node: Int, _ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        bytes.matches(tape.nodes[node].range, text)
    }

    private func precedes(_ node: Int, _ text: String, _ bytes: Span<UInt8>) -> Bool {
        let range = tape.nodes[node].range
        for (offset, byte) in text.utf8.enumerated() {
            guard offset < range.count else { return true }
            let other = bytes[range.lowerBound + offset]
            if other != byte { return other < byte }
        }
        return false
    }
}
