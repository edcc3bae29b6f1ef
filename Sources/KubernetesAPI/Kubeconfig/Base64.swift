internal import FoundationEssentials

/// Base64 of kubeconfig files.
enum Base64 {
    /// The bytes, or nil when the text is not base64; line breaks are allowed.
    static func decode(_ text: String) -> [UInt8]? {
        let compact = text.filter { !$0.isWhitespace }
        return Data(base64Encoded: compact).map { Array($0) }
    }

    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
