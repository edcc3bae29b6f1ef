internal import Glibc

/// A text that equals another only byte for byte, and is ordered by its bytes.
///
/// For Swift, é in one scalar equals e with an accent after it. File systems and tags tell them apart, so names that are compared,
/// or that a dictionary is keyed by, are compared by this.
package struct ExactText: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasBytes(of: right.text) }

    package static func < (left: ExactText, right: ExactText) -> Bool { left.text.byteOrder(right.text) < 0 }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // As texts end: those of a longer key must not run into each other.
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Whether it is the same byte for byte.
    package func hasBytes(of other: String) -> Bool { utf8.count == other.utf8.count && byteOrder(other) == 0 }

    /// Under 0 when its bytes come first, 0 when they are the same, else over 0.
    package func byteOrder(_ other: String) -> Int {
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count - right.count
                }
                let order = memcmp(first, second, min(left.count, right.count))
                return order == 0 ? left.count - right.count : Int(order)
            }
        }
    }
}
