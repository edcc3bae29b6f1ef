/// Why an age file or key text could not be read or made.
package enum AgeError: Error, Equatable, Sendable {
    /// The bytes are not an age file of version 1, or break one of its rules.
    case malformed(String)
    /// The file is well formed and none of the identities opens it.
    case noMatchingIdentity
    /// The passphrase does not open the file, or its stanza was changed: nobody can tell these two apart.
    case wrongPassphrase
    /// The file key was found, and what it protects was changed or cut short.
    case damaged(String)
    /// The file asks for more memory or work than the limits allow.
    case tooExpensive(String)
    /// A recipient or identity text, or a set of recipients, cannot be used.
    case unusableKey(String)
}

/// How much a file from elsewhere may ask for before it is refused.
package struct AgeLimits: Sendable {
    /// The base-two logarithm of the largest scrypt work factor; 22 is 4 GiB of memory and the limit of age itself.
    package var workFactor = 22
    package var stanzas = 1_024
    package var headerBytes = 2 << 20

    package init() {}
}
