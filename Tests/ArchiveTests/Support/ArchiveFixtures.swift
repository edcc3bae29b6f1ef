import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// An object as the tests make it: enough of Kubernetes to be stored.
struct SampleObject: Hashable {
    var resource: StoredResource
    var namespace: String
    var name: String
    var version: Int
    var text: String = "x"
    /// What a file holds; nil for an object without contents.
    var content: [UInt8]?

    var uid: String { "uid-\(resource.resource)-\(namespace)-\(name)" }
    var resourceVersion: String { String(version) }
    var json: String {
        let place = namespace.isEmpty ? "" : #","namespace":"\#(namespace)""#
        return """
            {"apiVersion":"\(resource.groupVersionKind.apiVersion)","kind":"\(resource.kind)","metadata":\
            {"managedFields":[{"manager":"kubectl"}],"name":"\(name)"\(place),"uid":"\(uid)"},\
            "spec":{"text":"\(text)"},"status":{"observed":\(version)}}
            """
    }
    var key: String { "\(resource)/\(namespace)/\(name)" }
}

extension StoredResource {
    static let configMaps = StoredResource(
        group: "",
        version: "v1",
        resource: "configmaps",
        kind: "ConfigMap",
        isNamespaced: true
    )
    static let deployments = StoredResource(
        group: "apps",
        version: "v1",
        resource: "deployments",
        kind: "Deployment",
        isNamespaced: true
    )
    static let namespaces = StoredResource(
        group: "",
        version: "v1",
        resource: "namespaces",
        kind: "Namespace",
        isNamespaced: false
    )
}

enum Fixture {
    static let passphrase = Array("correct horse battery staple".utf8)
    static let cluster = ClusterDescription(uid: "c1", name: "production", version: "v1.32.0", server: "https://c1")

    /// Randomness from a counter: unique, and the same in every run.
    static func environment(seed: UInt64 = 1) -> ArchiveEnvironment {
        let state = Mutex(seed &* 0x9E37_79B9_7F4A_7C15)
        return ArchiveEnvironment(
            now: { Timestamp(secondsSince1970: 1_800_000_000) },
            random: { count in
                state.withLock { state in
                    (0..<count)
                        .map { _ in
                            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                            return UInt8(truncatingIfNeeded: state >> 33)
                        }
                }
            },
            passphraseWorkFactor: 4
        )
    }

    static func repository(
        _ store: any ObjectStore = MemoryStore(),
        keepsParity: Bool = false
    ) throws -> Repository {
        try Repository.create(
            in: store,
            passphrase: passphrase,
            environment: environment(),
            keepsParity: keepsParity
        )
    }

    static func open(
        _ store: any ObjectStore,
        _ credential: RepositoryCredential = .passphrase(passphrase)
    ) throws(LifeboatError) -> Repository {
        try Repository.open(store, credential: credential, environment: environment(seed: 2))
    }

    /// Some objects of three resources in several namespaces.
    static func objects(_ count: Int) -> [SampleObject] {
        (0..<count)
            .map { index in
                switch index % 8 {
                case 0: SampleObject(resource: .namespaces, namespace: "", name: "team-\(index)", version: index + 1)
                case 1...3:
                    SampleObject(
                        resource: .deployments,
                        namespace: "team-\(index % 3)",
                        name: "web-\(index)",
                        version: index + 1
                    )
                default:
                    SampleObject(
                        resource: .configMaps,
                        namespace: "team-\(index % 5)",
                        name: "settings-\(index)",
                        version: index + 1,
                        text: String(repeating: "value \(index) ", count: index % 20 + 1)
                    )
                }
            }
    }

    /// Backs objects up; those that the parent has unchanged are reused unless `reuses` is false.
    @discardableResult
    static func backup(
        _ repository: Repository,
        _ objects: [SampleObject],
        at seconds: Int64 = 0,
        reuses: Bool = true
    ) throws(LifeboatError) -> CommitResult {
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: cluster, policy: "nightly"))
        for object in objects {
            if reuses, try reuse(object, in: writer) { continue }
            try add(object, to: writer)
        }
        return try writer.commit(
            SnapshotSummary(
                takenAt: Timestamp(secondsSince1970: 1_800_000_000 + seconds),
                freshnessNonce: "n-\(seconds)"
            )
        )
    }

    /// Carries an object over from the parent; false when that has it not, or not as it is.
    static func reuse(_ object: SampleObject, in writer: SnapshotWriter) throws(LifeboatError) -> Bool {
        try writer.reuse(
            object.resource,
            namespace: object.namespace,
            name: object.name,
            uid: object.uid,
            resourceVersion: object.resourceVersion
        )
    }

    static func add(_ object: SampleObject, to writer: SnapshotWriter) throws(LifeboatError) {
        let bytes = Array(object.json.utf8)
        var encoder = CanonicalJSON()
        var canonical: [UInt8] = []
        let layout: CanonicalJSON.Layout
        do throws(JSONError) {
            layout = try encoder.encode(
                bytes.span,
                range: 0..<bytes.count,
                groupVersionKind: object.resource.groupVersionKind,
                into: &canonical
            )
        } catch { throw LifeboatError(.malformedJSON, "the sample is not JSON") }
        var content: StoredContent?
        if let bytes = object.content {
            var rest = bytes[...]
            content = try writer.store(expecting: bytes.count) { memory in
                let part = rest.prefix(memory.count)
                memory.copyBytes(from: part)
                rest = rest.dropFirst(part.count)
                return part.count
            }
        }
        try writer.add(
            object.resource,
            namespace: object.namespace,
            name: object.name,
            uid: object.uid,
            resourceVersion: object.resourceVersion,
            canonical: canonical[...],
            layout: layout,
            content: content
        )
    }

    /// Everything in a snapshot, by key.
    static func contents(_ repository: Repository, _ snapshot: Snapshot) throws(LifeboatError) -> [String: String] {
        let reader = try repository.reader(snapshot)
        var contents: [String: String] = [:]
        for entry in try reader.entries() {
            contents["\(entry.resource)/\(entry.namespace)/\(entry.name)"] =
                String(decoding: try reader.bytes(entry), as: UTF8.self) + digest(try content(of: entry, reader))
        }
        return contents
    }

    static func expected(_ objects: [SampleObject]) -> [String: String] {
        Dictionary(objects.map { ($0.key, $0.json + digest($0.content)) }) { _, last in last }
    }

    /// The whole contents of an object, from its chunks.
    static func content(of entry: SnapshotEntry, _ reader: SnapshotReader) throws(LifeboatError) -> [UInt8]? {
        guard let content = try reader.content(entry) else { return nil }
        var bytes: [UInt8] = []
        for chunk in content.chunks { bytes += try reader.bytes(chunk) }
        return bytes
    }

    private static func digest(_ content: [UInt8]?) -> String {
        content.map { " " + Hexadecimal.encode(contentDigest($0)) } ?? ""
    }

    /// Bytes that look like chance and are the same in every run.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for position in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[position] = UInt8(truncatingIfNeeded: state >> 56)
            }
            initialized = count
        }
    }

    /// What every test of the archive ends with.
    static func expectIntact(_ store: any ObjectStore, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let report = try open(store).check(.data)
        #expect(report.ok, "\(report.problems)", sourceLocation: sourceLocation)
    }
}
