internal import Crypto
package import KubernetesObjects

/// What a drill has shown, as one JSON document of the schema `drill-report/v1`.
///
/// The document names its own SHA-256 and that of the report before it, so that a report cannot be changed or left out unseen.
package struct DrillReport: Sendable {
    package let document: JSONValue
    package let verdict: DrillVerdict
    package let checks: [DrillCheck]
    /// The seconds from the declared loss to the last check; nil when the drill did not get there.
    package let recoveryTimeSeconds: Double?
    /// The age of the data that was recovered; nil when there was none.
    package let recoveryPointSeconds: Int64?

    package var json: JSONValue { document }
    package var id: String { document["reportId"]?.string ?? "" }
    package var sha256: String { document["reportSha256"]?.string ?? "" }

    package static let schema = "drill-report/v1"

    /// Whether a report is what was written: its digest is that of its content.
    package static func isIntact(_ document: JSONValue) -> Bool {
        document["schema"]?.string == schema && document["reportSha256"]?.string == digest(of: document)
    }

    /// The SHA-256 of the canonical document without the digest and the signature themselves.
    static func digest(of document: JSONValue) -> String {
        var content = document
        content["reportSha256"] = nil
        content["signature"] = nil
        return sha256(of: content.encoded(sortedKeys: true))
    }

    /// The SHA-256 of bytes, in hexadecimal.
    package static func sha256(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
