extension RestorePlan {
    /// The state in which the cluster has an object.
    package struct ExistingObject: Sendable, Hashable {
        private let identifier: Identifier
        package let resourceVersion: String

        /// API servers make uids of 128 random bits, which need no memory of their own.
        private enum Identifier: Sendable, Hashable {
            case uuid(UInt64, UInt64)
            case text(String)
        }

        package init(uid: String, resourceVersion: String) {
            identifier = Self.identifier(uid)
            self.resourceVersion = resourceVersion
        }

        package var uid: String {
            switch identifier {
            case .uuid(let high, let low): Self.text(high, low)
            case .text(let text): text
            }
        }

        // MARK: 01234567-89ab-cdef-0123-456789abcdef

        private static let dashes: Set<Int> = [8, 13, 18, 23]

        private static func identifier(_ uid: String) -> Identifier {
            guard uid.utf8.count == 36 else { return .text(uid) }
            var (high, low): (UInt64, UInt64) = (0, 0)
            for (position, byte) in uid.utf8.enumerated() {
                if dashes.contains(position) {
                    guard byte == UInt8(ascii: "-") else { return .text(uid) }
                    continue
                }
                let digit: UInt8
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
                default: return .text(uid)
                }
                high = high << 4 | low >> 60
                low = low << 4 | UInt64(digit)
            }
            return .uuid(high, low)
        }

        private static func text(_ high: UInt64, _ low: UInt64) -> String {
            var text = ""
            var digit = 0
            for position in 0..<36 {
                if dashes.contains(position) {
                    text += "-"
                    continue
                }
                let half = digit < 16 ? high : low
                let value = half >> UInt64(60 - digit % 16 * 4) & 15
                text += String(value, radix: 16)
                digit += 1
            }
            return text
        }
    }
}
