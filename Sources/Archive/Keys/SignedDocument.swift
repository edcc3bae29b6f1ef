import KubernetesObjects

/// A JSON document with an Ed25519 signature in its member `signature`.
///
/// What is signed is the document without that member, compact and with sorted keys, so that its layout may be for people.
struct SignedDocument {
    private static let largest = 4 << 20

    let name: String
    let members: JSONValue

    /// Signs `members`, to which the document's kind is added.
    static func encode(kind: String, _ members: JSONValue, with key: SigningKey) throws(LifeboatError) -> [UInt8] {
        var document: JSONValue = .object(JSONObject([.init(key: "kind", value: .string(kind))]))
        for member in members.object?.members ?? [] { document[member.key] = member.value }
        let signature = try key.sign(document.encoded(sortedKeys: true), for: .document)
        document["signature"] = .string(Base64.encode(signature))
        return Array((document.prettyPrinted() + "\n").utf8)
    }

    /// Parses a document without checking who signed it, for the one document that names the key itself.
    init(unverified bytes: [UInt8], kind: String, name: String) throws(LifeboatError) {
        guard bytes.count <= Self.largest else { throw damagedKeyObject(name, "it is larger than 4 MiB") }
        do { members = try JSONValue(parsing: bytes) } catch {
            throw damagedKeyObject(name, "it is not JSON: \(error)")
        }
        self.name = name
        guard members["kind"]?.string == kind else {
            throw LifeboatError(
                .repositoryUnsupported,
                "\(name) is not a document of kind \(kind), the only one that this version knows.",
                remedy: "Use the newest version of lifeboat."
            )
        }
    }

    /// Parses a document and checks that `publicKey` signed it.
    init(_ bytes: [UInt8], kind: String, name: String, signedBy publicKey: [UInt8]) throws(LifeboatError) {
        try self.init(unverified: bytes, kind: kind, name: name)
        try verify(publicKey)
    }

    func verify(_ publicKey: [UInt8]) throws(LifeboatError) {
        var signed = members
        signed["signature"] = nil
        guard let signature = members["signature"]?.string.flatMap({ Base64.decode($0) }),
            SigningKey.isValid(
                signature,
                of: signed.encoded(sortedKeys: true),
                for: .document,
                by: publicKey
            )
        else { throw damagedKeyObject(name, "its signature by the root key is not valid") }
    }

    func string(_ member: String) throws(LifeboatError) -> String {
        guard let value = members[member]?.string else { throw damagedKeyObject(name, "it has no text “\(member)”") }
        return value
    }

    func int(_ member: String) throws(LifeboatError) -> Int {
        guard let value = members[member]?.int else { throw damagedKeyObject(name, "it has no number “\(member)”") }
        return value
    }

    func bytes(_ member: String, count: Int) throws(LifeboatError) -> [UInt8] {
        guard let value = Base64.decode(try string(member)), value.count == count else {
            throw damagedKeyObject(name, "its “\(member)” does not hold \(count) bytes")
        }
        return value
    }

    func identifier<Kind>(_ member: String, as kind: KeyIdentifier<Kind>.Type) throws(LifeboatError)
        -> KeyIdentifier<Kind>
    {
        guard let value = kind.init(hex: try string(member)) else {
            throw damagedKeyObject(name, "its “\(member)” is not an identifier")
        }
        return value
    }

    func timestamp(_ member: String) throws(LifeboatError) -> Timestamp { try Timestamp(parsing: try string(member)) }
}

/// The error for an object of the repository's keys that cannot be used as it is.
func damagedKeyObject(_ name: String, _ cause: String) -> LifeboatError {
    LifeboatError(
        .repositoryDamaged,
        "\(name) is damaged: \(cause).",
        remedy:
            "Run `lifeboat repair`, which brings it back where there is a copy of it; else restore \(name) from a copy of the "
            + "repository. Its other objects are not affected."
    )
}
