import Crypto

/// SHA-256 as bytes.
enum KeyDigest {
    static func of(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}
