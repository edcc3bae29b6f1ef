internal import Crypto
package import KubernetesObjects

/// The sealed part of a manifest: what only readers see.
package struct SnapshotDetails: Sendable {
    package let cluster: ClusterDescription
    package let policy: String?
    package let labels: [String: String]
    package let toolVersion: String
    /// What the backup was told to take; nil in snapshots that do not say it.
    package let selection: JSONValue?
    package let incomplete: [LeftOutResource]
    package let excluded: [LeftOutResource]
    package let resourceVersions: [String: String]
    package let freshnessNonce: String?
    package let warnings: [String]
    /// How many objects of each resource there are, by `deployments.apps`.
    package let counts: [String: Int]

    private static let limit = 16 << 20

    package init(_ request: SnapshotRequest, _ summary: SnapshotSummary, counts: [String: Int]) {
        cluster = request.cluster
        policy = request.policy
        labels = request.labels
        toolVersion = request.toolVersion
        selection = request.selection
        incomplete = summary.incomplete
        excluded = summary.excluded
        resourceVersions = summary.resourceVersions
        freshnessNonce = summary.freshnessNonce
        warnings = summary.warnings
        self.counts = counts
    }

    init(_ json: JSONValue) {
        cluster = ClusterDescription(
            uid: json["cluster", "uid"]?.string ?? "",
            name: json["cluster", "name"]?.string ?? "",
            version: json["cluster", "version"]?.string ?? "",
            server: json["cluster", "server"]?.string ?? ""
        )
        policy = json["policy"]?.string
        labels = json["labels"]?.stringMap ?? [:]
        toolVersion = json["toolVersion"]?.string ?? ""
        selection = json["selection"]
        incomplete = Self.leftOut(json["incomplete"])
        excluded = Self.leftOut(json["excluded"])
        resourceVersions = json["resourceVersions"]?.stringMap ?? [:]
        freshnessNonce = json["freshnessNonce"]?.string
        warnings = json["warnings"]?.array?.compactMap(\.string) ?? []
        var counts: [String: Int] = [:]
        for member in json["counts"]?.object?.members ?? [] { counts[member.key] = member.value.int }
        self.counts = counts
    }

    private static func leftOut(_ json: JSONValue?) -> [LeftOutResource] {
        (json?.array ?? [])
            .map { item in
                LeftOutResource(
                    resource: item["resource"]?.string ?? "",
                    namespace: item["namespace"]?.string,
                    reason: item["reason"]?.string ?? ""
                )
            }
    }

    private var json: JSONValue {
        var root = JSONObject()
        var describedCluster = JSONObject()
        describedCluster["uid"] = .string(cluster.uid)
        describedCluster["name"] = .string(cluster.name)
        describedCluster["version"] = .string(cluster.version)
        describedCluster["server"] = .string(cluster.server)
        root["cluster"] = .object(describedCluster)
        if let policy { root["policy"] = .string(policy) }
        if let freshnessNonce { root["freshnessNonce"] = .string(freshnessNonce) }
        root["labels"] = Self.json(labels.mapValues { .string($0) })
        root["toolVersion"] = .string(toolVersion)
        if let selection { root["selection"] = selection }
        root["incomplete"] = .array(incomplete.map(Self.json))
        root["excluded"] = .array(excluded.map(Self.json))
        root["resourceVersions"] = Self.json(resourceVersions.mapValues { .string($0) })
        root["warnings"] = .array(warnings.map { .string($0) })
        root["counts"] = Self.json(counts.mapValues { .int($0) })
        return .object(root)
    }

    private static func json(_ map: [String: JSONValue]) -> JSONValue {
        .object(JSONObject(map.sorted { $0.key < $1.key }.map { JSONObject.Member(key: $0.key, value: $0.value) }))
    }

    private static func json(_ resource: LeftOutResource) -> JSONValue {
        var object = JSONObject()
        object["resource"] = .string(resource.resource)
        if let namespace = resource.namespace { object["namespace"] = .string(namespace) }
        object["reason"] = .string(resource.reason)
        return .object(object)
    }

    /// Seals the details under the session's key: `raw_len v | zstd or the JSON itself`, then AES-256-GCM.
    func sealed(_ key: SymmetricKey, head: [UInt8], codecs: ZstandardPool) throws(MalformedBytes) -> [UInt8] {
        let text = json.encoded(sortedKeys: true)
        // No reader takes more, so that nobody can make it ask for any memory he likes.
        guard text.count <= Self.limit else {
            throw MalformedBytes("what is told of it has more than \(Self.limit >> 20) MiB")
        }
        var plain: [UInt8] = []
        plain.appendVarint(UInt64(text.count))
        let codec = try codecs.take()
        defer { codecs.giveBack(codec) }
        if let count = text.withUnsafeBytes({ codec.compress($0) }) {
            plain.append(contentsOf: codec.output[..<count])
        } else {
            plain.append(contentsOf: text)
        }
        var sealed: [UInt8] = []
        try plain.withRawBytes { (plain) throws(MalformedBytes) in
            try BlobCipher(key).seal(plain, ordinal: 0, authenticating: head, into: &sealed)
        }
        return sealed
    }

    /// Opens what `sealed` made.
    static func open(
        _ sealed: [UInt8],
        key: SymmetricKey,
        head: [UInt8],
        codecs: ZstandardPool
    ) throws(MalformedBytes) -> SnapshotDetails {
        let plain = try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
            try BlobCipher(key).open(sealed, ordinal: 0, authenticating: head)
        }
        var reader = ByteReader(plain)
        let count = try reader.count(limit: limit)
        let packed = try reader.array(reader.remaining)
        let codec = try codecs.take()
        defer { codecs.giveBack(codec) }
        let text =
            packed.count == count
            ? packed
            : try packed.withRawBytes { (packed) throws(MalformedBytes) in
                try codec.decompress(packed, count: count)
            }
        do throws(JSONError) { return SnapshotDetails(try JSONValue(parsing: text)) } catch {
            throw MalformedBytes("its details are not JSON")
        }
    }
}
