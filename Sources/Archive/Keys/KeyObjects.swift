package import KubernetesObjects

/// What the keys need of a store.
package struct KeyObjects: Sendable {
    /// Creates an object; false when the name exists, and then nothing is written.
    let put: @Sendable (String, [UInt8]) throws(LifeboatError) -> Bool
    /// The bytes of an object; nil when there is none.
    let get: @Sendable (String) throws(LifeboatError) -> [UInt8]?
    /// Why `get` gave no bytes of an object that is there; nil when it gave them.
    let refusal: @Sendable (String) -> LifeboatError?
    /// The names with a prefix.
    let list: @Sendable (String) throws(LifeboatError) -> [String]
    /// Deletes an object; a missing one is no error.
    let delete: @Sendable (String) throws(LifeboatError) -> Void

    package init(
        put: @escaping @Sendable (String, [UInt8]) throws(LifeboatError) -> Bool,
        get: @escaping @Sendable (String) throws(LifeboatError) -> [UInt8]?,
        refusal: @escaping @Sendable (String) -> LifeboatError? = { _ in nil },
        list: @escaping @Sendable (String) throws(LifeboatError) -> [String],
        delete: @escaping @Sendable (String) throws(LifeboatError) -> Void
    ) {
        self.put = put
        self.get = get
        self.refusal = refusal
        self.list = list
        self.delete = delete
    }
}

/// Time, randomness and cost for the work with keys.
package struct KeyEnvironment: Sendable {
    package let now: @Sendable () -> Timestamp
    package let random: RandomBytes
    /// The base-two logarithm of the scrypt cost of the passphrase; 18 takes 256 MiB and about a second.
    package let passphraseWorkFactor: Int

    package init(
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping RandomBytes,
        passphraseWorkFactor: Int = 18
    ) {
        self.now = now
        self.random = random
        self.passphraseWorkFactor = passphraseWorkFactor
    }
}

/// The names of the key objects in a repository.
enum KeyObjectName {
    static let configuration = "lifeboat.repo"
    static let prefix = "keys/"
    static let rootBundlePrefix = "keys/root"
    static let domainPrefix = "keys/dom-"
    static let writerPrefix = "keys/wr-"
    static let maintainerPrefix = "keys/mt-"
    static let recipientsPrefix = "keys/rcpt-"
    static let rewrapPrefix = "keys/rewrap-"

    /// The bundle's first name, then those that each change of the passphrase gives it.
    static func rootBundle(_ version: Int) -> String { version == 1 ? "keys/root.age" : "keys/root-\(version).age" }

    static func rootBundleVersion(_ name: String) -> Int? {
        if name == rootBundle(1) { return 1 }
        guard name.hasPrefix("keys/root-"), name.hasSuffix(".age") else { return nil }
        return Int(name.dropFirst("keys/root-".count).dropLast(".age".count)).flatMap { $0 > 1 ? $0 : nil }
    }

    /// One envelope a domain at first, another for each recipient added later.
    static func domain(_ id: DomainID, _ version: Int) -> String {
        version == 1 ? "\(domainPrefix)\(id).hpke" : "\(domainPrefix)\(id)-\(version).hpke"
    }

    static func writer(_ id: WriterID) -> String { "\(writerPrefix)\(id).cert" }
    static func maintainer(_ id: WriterID) -> String { "\(maintainerPrefix)\(id).cert" }
    /// The first revocation of a writer, then those that trust less of it, in this order.
    static func revocation(_ id: WriterID, _ version: Int = 1) -> String {
        let first = "\(writerPrefix)\(id)\(revocationSuffix)"
        let number = String(version)
        let zeros = String(repeating: "0", count: max(0, 3 - number.count))
        return version == 1 ? first : "\(first)-\(zeros)\(number)\(revocationSuffix)"
    }

    static let revocationSuffix = ".rev"

    /// The version in the name of a revocation of a writer; nil for other names.
    static func revocationVersion(_ name: String, of id: WriterID) -> Int? {
        let first = revocation(id)
        if name == first { return 1 }
        guard name.hasPrefix(first + "-"), name.hasSuffix(revocationSuffix) else { return nil }
        let version = Int(name.dropFirst(first.count + 1).dropLast(revocationSuffix.count))
        return version.flatMap { revocation(id, $0) == name ? $0 : nil }
    }
    static func recipients(_ version: UInt32) -> String { "\(recipientsPrefix)\(version)" }
    static func rewrap(_ version: Int) -> String { "\(rewrapPrefix)\(version)" }
}
