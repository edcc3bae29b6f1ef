/// One page of a LIST answer: the bytes as they came from the server and where the objects lie in them.
package struct ListPage: Sendable {
    /// One object of the page, whose bytes stay in the page.
    package struct Item: Sendable {
        package let range: Range<Int>
        package let name: String
        /// Empty for cluster-scoped objects.
        package let namespace: String
        package let uid: String
        package let resourceVersion: String
        /// Whether the object carries a deletionTimestamp.
        package let isTerminating: Bool
    }

    package let bytes: [UInt8]
    package let items: [Item]
    /// The resourceVersion of the list as a whole, for WATCH and consistency.
    package let resourceVersion: String
    /// The token for the next page; nil on the last one.
    package let continueToken: String?
    package let remainingItemCount: Int?
    /// Set by the client when the server forgot the list and it began again with this page: what was taken from the list before
    /// must be dropped.
    package var isRestart = false

    init(
        bytes: [UInt8],
        items: [Item],
        resourceVersion: String,
        continueToken: String?,
        remainingItemCount: Int?
    ) {
        self.bytes = bytes
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }

    /// Finds the objects in the answer to a LIST without building a tree (more than 1 GB/s).
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let span = bytes.span
        var scanner = JSONScanner(end: bytes.count)
        var items: [Item] = []
        var (resourceVersion, continueToken) = ("", "")
        var remaining: Int?
        try scanner.expect(.openBrace, span)
        var isFirst = true
        while let key = try scanner.nextKey(span, isFirst: &isFirst) {
            if span.matches(key, "items") {
                if try scanner.peek(span) == .openBracket {
                    try Self.scanItems(&scanner, span, &items)
                } else {
                    try scanner.skipValue(span)  // Go encodes an empty list as null at times.
                }
            } else if span.matches(key, "metadata"), try scanner.peek(span) == .openBrace {
                scanner.index += 1
                var isFirstField = true
                while let field = try scanner.nextKey(span, isFirst: &isFirstField) {
                    if span.matches(field, "resourceVersion") {
                        resourceVersion = try span.text(try scanner.string(span))
                    } else if span.matches(field, "continue") {
                        continueToken = try span.text(try scanner.string(span))
                    } else {
                        let start = scanner.index
                        try scanner.skipValue(span)
                        if span.matches(field, "remainingItemCount") {
                            remaining = Int(try span.text(start..<scanner.index))
                        }
                    }
                }
            } else {
                try scanner.skipValue(span)
            }
        }
        try scanner.expectEnd(span)
        self.bytes = bytes
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken.isEmpty ? nil : continueToken
        self.remainingItemCount = remaining
    }

    private static func scanItems(
        _ scanner: inout JSONScanner,
        _ span: Span<UInt8>,
        _ items: inout [Item]
    ) throws(JSONError) {
        try scanner.expect(.openBracket, span)
        var isFirst = true
        while try scanner.nextElement(span, isFirst: &isFirst) {
            _ = try scanner.peek(span)
            let start = scanner.index
            items.append(try scanItem(&scanner, span, start))
        }
    }

    fileprivate static func scanItem(
        _ scanner: inout JSONScanner,
        _ span: Span<UInt8>,
        _ start: Int
    ) throws(JSONError) -> Item {
        var (name, namespace, uid, resourceVersion) = ("", "", "", "")
        var isTerminating = false
        try scanner.expect(.openBrace, span)
        var isFirst = true
        while let key = try scanner.nextKey(span, isFirst: &isFirst) {
            guard span.matches(key, "metadata"), try scanner.peek(span) == .openBrace else {
                try scanner.skipValue(span)
                continue
            }
            scanner.index += 1
            var isFirstField = true
            while let field = try scanner.nextKey(span, isFirst: &isFirstField) {
                if span.matches(field, "name") {
                    name = try span.text(try scanner.string(span))
                } else if span.matches(field, "namespace") {
                    namespace = try span.text(try scanner.string(span))
                } else if span.matches(field, "uid") {
                    uid = try span.text(try scanner.string(span))
                } else if span.matches(field, "resourceVersion") {
                    resourceVersion = try span.text(try scanner.string(span))
                } else {
                    if span.matches(field, "deletionTimestamp") { isTerminating = try scanner.peek(span) == .quote }
                    try scanner.skipValue(span)
                }
            }
        }
        return Item(
            range: start..<scanner.index,
            name: name,
            namespace: namespace,
            uid: uid,
            resourceVersion: resourceVersion,
            isTerminating: isTerminating
        )
    }
}

extension Span<UInt8> {
    /// Whether the bytes in `range` are exactly `text`.
    package func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Whether `text` stands anywhere in `range`.
    package func contains(_ text: StaticString, in range: Range<Int>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count >= count else { return false }
        let first = text.utf8Start[0]
        for start in range.lowerBound...(range.upperBound - count) where self[start] == first {
            if matches(start..<start + count, text) { return true }
        }
        return false
    }

    /// The decoded text of the string in `range`, which lies between its quotes.
    package func text(_ range: Range<Int>) throws(JSONError) -> String {
        if endOfPlainText(from: range.lowerBound, to: range.upperBound) == range.upperBound {
            if isASCII(range) {
                return extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            }
            guard
                let text = extracting(range).withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) })
            else { throw .invalidString(offset: range.lowerBound) }
            return text
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        try JSONString.decode(self, range: range, into: &decoded)
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .invalidString(offset: range.lowerBound)
        }
        return text
    }
}

extension ListPage.Item {
    /// The identity of a single object, as the answer to a GET has it.
    package init(object bytes: [UInt8]) throws(JSONError) {
        var scanner = JSONScanner(end: bytes.count)
        self = try ListPage.scanItem(&scanner, bytes.span, 0)
    }
}
