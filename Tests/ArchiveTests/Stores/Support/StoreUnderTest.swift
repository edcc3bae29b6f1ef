import Foundation
import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// The stores that pass the same suite; those of real servers where there is one.
enum StoreUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory = "memory"
    case folder = "a folder"
    case fakeS3 = "a bucket of the tests' own server"
    case seaweedFS = "a bucket of SeaweedFS"
    case seaweedFSByTLS = "a bucket of SeaweedFS as a host of its own, by TLS"
    case sshd = "a folder behind sshd"

    var testDescription: String { rawValue }

    static var available: [StoreUnderTest] {
        allCases.filter { kind in
            switch kind {
            case .seaweedFS: RealParts.s3 != nil
            case .seaweedFSByTLS: RealParts.s3TLS != nil
            case .sshd: RealParts.sftp != nil
            default: true
            }
        }
    }

    /// A store of its own for each test.
    func open() throws -> OpenStore {
        switch self {
        case .memory: return OpenStore(MemoryStore())
        case .folder:
            let path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-store-\(UUID().uuidString)")
                .path()
            return OpenStore(FolderStore(path: path)) { try? FileManager.default.removeItem(atPath: path) }
        case .fakeS3:
            let server = try FakeS3(FakeS3.Traits(pageSize: 700))
            return OpenStore(try server.store()) { withExtendedLifetime(server) {} }
        case .seaweedFS: return OpenStore(try SeaweedFS.store())
        case .seaweedFSByTLS: return OpenStore(try SeaweedFS.storeByTLS())
        case .sshd:
            let path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-sftp-\(UUID().uuidString)")
                .path()
            return OpenStore(try Sshd.store(path)) { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}

/// A store and what removes it.
final class OpenStore: Sendable {
    let store: any ObjectStore
    private let remove: @Sendable () -> Void

    init(_ store: any ObjectStore, remove: @escaping @Sendable () -> Void = {}) {
        self.store = store
        self.remove = remove
    }

    deinit { remove() }
}

/// Buckets of the real server that LIFEBOAT_TEST_S3 names.
enum SeaweedFS {
    static let reason: Comment = "LIFEBOAT_TEST_S3 names no S3 server; .ci/run-seaweedfs starts one"

    /// A store with a prefix of its own in a shared bucket.
    static func store(
        bucket: String = "lifeboat-tests",
        prefix: String = UUID().uuidString,
        options: String = "",
        keys: [String: String] = RealParts.s3Keys,
        now: Timestamp = Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970))
    ) throws -> S3Store {
        let text = "\(bucket)/\(prefix)?endpoint=\(RealParts.s3 ?? "http://127.0.0.1:1")\(options)"
        let location = try S3Location(parsing: text[...])
        // Whoever the test is, somebody else has made the bucket.
        try create(bucket, S3Store(location, environment: .test(RealParts.s3Keys, now: { realNow() })))
        return try S3Store(location, environment: .test(keys, now: { now }))
    }

    /// The same, whose bucket is a host of its own and whose server proves who it is.
    ///
    /// - Parameter authority: the file of the authorities that are believed; nil for those of the system.
    static func storeByTLS(
        authority: String? = RealParts.s3TLS?.authority,
        endpoint: String? = RealParts.s3TLS?.endpoint
    ) throws -> S3Store {
        let prefix = try store().options.prefix
        let options = authority.map { "&ca-file=\($0)" } ?? ""
        let text = "lifeboat-tests/\(prefix)?endpoint=\(endpoint ?? "https://127.0.0.1:1")&path-style=false\(options)"
        return try S3Store(S3Location(parsing: text[...]), environment: .test(RealParts.s3Keys, now: { realNow() }))
    }

    @Sendable private static func realNow() -> Timestamp {
        Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970))
    }

    private static let created = Mutex<Set<String>>([])

    private static func create(_ bucket: String, _ store: S3Store) throws {
        try created.withLock { created in
            guard !created.contains(bucket) else { return }
            var request = S3Request(method: "PUT")
            if bucket.hasSuffix("locked") { request.headers = [("x-amz-bucket-object-lock-enabled", "true")] }
            let answer = try store.client.answer(request)
            guard answer.isSuccess || answer.status == 409 else {
                throw S3Errors.refused(store.client, "create", nil, answer)
            }
            created.insert(bucket)
        }
    }
}

/// The real sshd in whose folder LIFEBOAT_TEST_SFTP points.
enum Sshd {
    static let reason: Comment = "LIFEBOAT_TEST_SFTP names no sshd; .ci/run-sshd starts one"

    static func store(_ path: String, host: String = "lifeboat-sshd") throws -> SFTPStore {
        let text = "\(host)\(path)?ssh-config=\(RealParts.sftp ?? "")/ssh_config"
        var environment = StoreEnvironment.test(ProcessInfo.processInfo.environment)
        environment.random = { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }
        return SFTPStore(try SFTPLocation(url: text[...]), environment: environment)
    }
}

/// Runs the body so often on several threads at once.
func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { index in
        do { try body(index) } catch { failure.withLock { $0 = error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
}
