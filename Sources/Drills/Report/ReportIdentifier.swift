internal import KubernetesObjects

/// The id of a report: a ULID, so that ids sort by time.
enum ReportIdentifier {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// 48 bits of milliseconds and 80 random bits, as 26 characters of Crockford's base32.
    static func make(at time: Timestamp, random: (Int) -> [UInt8]) -> String {
        let milliseconds = UInt64(max(0, time.secondsSince1970)) * 1000
        let bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) } + random(10)
        var text: [UInt8] = []
        // 128 bits are 26 characters of 5 bits with two bits of zero in front.
        for index in 0..<26 {
            var value = 0
            for bit in index * 5 - 2..<index * 5 + 3 where bit >= 0 {
                value = value << 1 | Int(bytes[bit / 8] >> (7 - bit % 8)) & 1
            }
            text.append(alphabet[value])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
