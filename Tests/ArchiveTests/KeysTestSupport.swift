import KubernetesObjects
import Synchronization

@testable import Archive

/// The objects of a repository in memory.
final class KeyObjectsInMemory: Sendable {
    private let stored = Mutex<[String: [UInt8]]>([:])

    var names: [String] { stored.withLock { $0.keys.sorted() } }

    subscript(name: String) -> [UInt8]? {
        get { stored.withLock { $0[name] } }
        set { stored.withLock { $0[name] = newValue } }
    }

    var all: [String: [UInt8]] {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }

    var objects: KeyObjects {
        KeyObjects(
            put: { name, bytes throws(LifeboatError) in
                self.stored.withLock { stored in
                    guard stored[name] == nil else { return false }
                    stored[name] = bytes
                    return true
                }
            },
            get: { name throws(LifeboatError) in self[name] },
            list: { prefix throws(LifeboatError) in self.names.filter { $0.hasPrefix(prefix) } },
            delete: { name throws(LifeboatError) in self[name] = nil }
        )
    }
}

/// Random bytes that are the same in each run.
final class RepeatableRandom: Sendable {
    private let state: Mutex<UInt64>

    init(_ seed: UInt64) { state = Mutex(seed) }

    func bytes(_ count: Int) -> [UInt8] {
        state.withLock { state in
            (0..<count).map { _ in
                state &+= 0x9e37_79b9_7f4a_7c15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
                return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
            }
        }
    }
}

/// A repository's keys in memory, on a clock and randomness that repeat.
struct KeysFixture {
    static let passphrase = Array("correct horse battery staple".utf8)
    static let start = Timestamp(secondsSince1970: 1_790_000_000)

    let memory = KeyObjectsInMemory()
    let store: KeyStore

    init(seed: UInt64 = 1, now: Timestamp = KeysFixture.start) {
        let random = RepeatableRandom(seed)
        store = KeyStore(
            objects: memory.objects,
            environment: KeyEnvironment(now: { now }, random: { random.bytes($0) }, passphraseWorkFactor: 2)
        )
    }

    /// The same objects at another time.
    func store(at now: Timestamp) -> KeyStore {
        let random = RepeatableRandom(99)
        return KeyStore(
            objects: memory.objects,
            environment: KeyEnvironment(now: { now }, random: { random.bytes($0) }, passphraseWorkFactor: 2)
        )
    }

    func create() throws -> KeyRing { try store.create(passphrase: Self.passphrase) }
    func open() throws -> KeyRing { try store.open(.passphrase(Self.passphrase)) }
    func open(_ identity: [UInt8]) throws -> KeyRing { try store.open(.identity(identity)) }
}

/// The error that a body throws, for looking at its parts.
func lifeboatError(_ body: () throws -> Void) -> LifeboatError? {
    do {
        try body()
        return nil
    } catch { return error as? LifeboatError }
}
