package import KubernetesObjects

/// The operations for which a repository may demand features of the program.
package enum RepositoryOperation: String, CaseIterable, Sendable {
    case read
    case write
    case gc
    case check
}

/// `lifeboat.repo`: what the repository is, readable without any key and signed by its root key.
package struct RepositoryConfiguration: Sendable, Equatable {
    /// The format that this program reads and writes.
    package static let currentFormat = 1
    /// The mandatory features that this program knows.
    package static let knownFeatures: Set<String> = []

    package let id: RepositoryID
    package let createdAt: Timestamp
    /// The Ed25519 public key that all other key objects are signed with.
    package let rootKey: [UInt8]
    package let format: Int
    /// The oldest formats that a program must know to read, to write and to collect garbage.
    package let minimumReader: Int
    package let minimumWriter: Int
    package let minimumGarbageCollector: Int
    /// Features that a program must know before it does an operation.
    package let features: [RepositoryOperation: Set<String>]
    package let algorithms: [String: String]

    private static let kind = "lifeboat.repository/v1"
    static let parityAlgorithm = "reed-solomon-20-2"

    /// Whether each pack is stored with parity that can mend it.
    package var keepsParity: Bool { algorithms["parity"] == Self.parityAlgorithm }

    /// The configuration of a new repository.
    init(id: RepositoryID, createdAt: Timestamp, rootKey: [UInt8], keepsParity: Bool = false) {
        self.id = id
        self.createdAt = createdAt
        self.rootKey = rootKey
        format = Self.currentFormat
        minimumReader = 1
        minimumWriter = 1
        minimumGarbageCollector = 1
        features = Dictionary(uniqueKeysWithValues: RepositoryOperation.allCases.map { ($0, []) })
        var algorithms = [
            "identifiers": "hmac-sha256-192",
            "encryption": "aes-256-gcm",
            "compression": "zstd",
            "recipients": "hpke-xwing-hkdf-sha256-aes-256-gcm, hpke-x25519-hkdf-sha256-chacha20-poly1305",
            "signatures": "ed25519",
        ]
        if keepsParity { algorithms["parity"] = Self.parityAlgorithm }
        self.algorithms = algorithms
    }

    /// Parses the object and checks that the root key that it names signed it.
    init(parsing bytes: [UInt8]) throws(LifeboatError) {
        let document = try SignedDocument(unverified: bytes, kind: Self.kind, name: KeyObjectName.configuration)
        rootKey = try document.bytes("rootKey", count: SigningKey.publicKeyBytes)
        try document.verify(rootKey)
        id = try document.identifier("id", as: RepositoryID.self)
        createdAt = try document.timestamp("createdAt")
        format = try document.int("format")
        minimumReader = try document.int("min_reader")
        minimumWriter = try document.int("min_writer")
        minimumGarbageCollector = try document.int("min_gc")
        var features: [RepositoryOperation: Set<String>] = [:]
        for operation in RepositoryOperation.allCases {
            let names = document.members["features", operation.rawValue]?.array ?? []
            features[operation] = Set(names.map { $0.string ?? "?" })
        }
        self.features = features
        algorithms = document.members["algorithms"]?.stringMap ?? [:]
    }

    /// The object's bytes, signed with the root key.
    func encoded(signedWith key: SigningKey) throws(LifeboatError) -> [UInt8] {
        var members: JSONValue = [
            "id": .string(id.description), "createdAt": .string(createdAt.description), "format": .int(format),
            "min_reader": .int(minimumReader), "min_writer": .int(minimumWriter),
            "min_gc": .int(minimumGarbageCollector),
            "rootKey": .string(Base64.encode(rootKey)),
        ]
        for operation in RepositoryOperation.allCases {
            members["features", operation.rawValue] = .array((features[operation] ?? []).sorted().map { .string($0) })
        }
        for (name, value) in algorithms.sorted(by: { $0.key < $1.key }) { members["algorithms", name] = .string(value) }
        return try SignedDocument.encode(kind: Self.kind, members, with: key)
    }

    /// Throws when this program is too old, or lacks a feature, for an operation on this repository.
    package func require(_ operation: RepositoryOperation) throws(LifeboatError) {
        let minimum =
            switch operation {
            case .read, .check: minimumReader
            case .write: minimumWriter
            case .gc: minimumGarbageCollector
            }
        guard minimum <= Self.currentFormat else {
            throw unsupported(
                operation,
                "it needs format \(minimum), and this version knows format \(Self.currentFormat)"
            )
        }
        let missing = (features[operation] ?? []).subtracting(Self.knownFeatures).sorted()
        guard missing.isEmpty else {
            throw unsupported(operation, "it needs \(missing.joined(separator: ", "))")
        }
    }

    private func unsupported(_ operation: RepositoryOperation, _ cause: String) -> LifeboatError {
        LifeboatError(
            .repositoryUnsupported,
            "This version of lifeboat cannot \(operation.rawValue) the repository \(id): \(cause).",
            remedy: "Use a newer version of lifeboat."
        )
    }

    /// A short text of the root key that people compare by eye.
    package var rootFingerprint: String {
        "SHA256:" + Base64.encode(KeyDigest.of(rootKey), padded: false)
    }
}
