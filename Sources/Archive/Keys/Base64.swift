import FoundationEssentials

/// Base 64 of RFC 4648 with only the canonical encoding accepted, so that no two texts stand for the same bytes.
enum Base64 {
    static func encode(_ bytes: some Collection<UInt8>, padded: Bool = true) -> String {
        let text = Data(bytes).base64EncodedString()
        return padded ? text : String(text.prefix { $0 != "=" })
    }

    /// Nil for anything but the canonical encoding.
    static func decode(_ text: String, padded: Bool = true) -> [UInt8]? {
        let length = text.utf8.count
        let complete = padded ? text : text + String(repeating: "=", count: (4 - length % 4) % 4)
        guard let data = Data(base64Encoded: complete) else { return nil }
        let bytes = Array(data)
        return encode(bytes, padded: padded) == text ? bytes : nil
    }
}
