package import Crypto
package import FoundationEssentials

/// Secret bytes that are erased when the last copy of the value goes away, and never printed.
///
/// Equality takes the same time whatever the bytes are.
package struct SecretBytes: Sendable, Equatable, ContiguousBytes {
    private let storage: SymmetricKey

    /// Takes a copy; the caller erases the original where it can.
    package init(_ bytes: some ContiguousBytes) { storage = SymmetricKey(data: bytes) }

    /// Takes the bytes and erases the caller's copy.
    package init(erasing bytes: inout [UInt8]) {
        storage = SymmetricKey(data: bytes)
        bytes.erase()
    }

    package var count: Int { storage.bitCount / 8 }

    /// The bytes as a key of the Crypto module, which erases itself in the same way.
    package var symmetricKey: SymmetricKey { storage }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes(body)
    }

    /// A copy of the bytes, for the few callers that have to write them out; they erase it after use.
    package func exposed() -> [UInt8] { withUnsafeBytes { Array($0) } }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension [UInt8] {
    /// Overwrites the bytes with zeros, so that a secret does not stay behind in freed memory.
    package mutating func erase() {
        for index in indices { self[index] = 0 }
    }
}
